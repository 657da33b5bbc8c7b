//! Runs that are started again and again.

use platform::database::Database;

use super::*;

fn of(id: &str, owner: &str, next_at: Option<i64>) -> ScheduleRow {
    ScheduleRow {
        id: id.to_owned(),
        created_by: owner.to_owned(),
        is_program: false,
        created_at: 1,
        template_ref: "template:default/service".to_owned(),
        parameters: "{}".to_owned(),
        cron: "@daily".to_owned(),
        time_zone: "UTC".to_owned(),
        is_suspended: false,
        next_at,
        last_at: None,
        last_task: None,
        last_error: None,
    }
}

fn ids(rows: Vec<ScheduleRow>) -> Vec<String> {
    rows.into_iter().map(|row| row.id).collect()
}

testkit::on_both_engines! {
    async fn schedules_are_due_from_their_moment_on(db: Database) {
        let db = migrated(db).await;
        for (id, next_at) in [("a", Some(20)), ("b", Some(10)), ("c", Some(30)), ("d", None)] {
            assert!(add_schedule(&db, of(id, "ada", next_at), 10).await.unwrap());
        }
        assert_eq!(ids(due_schedules(&db, 9, 10).await.unwrap()), [""; 0]);
        assert_eq!(ids(due_schedules(&db, 20, 10).await.unwrap()), ["b", "a"]);
        assert_eq!(ids(due_schedules(&db, 20, 1).await.unwrap()), ["b"]);

        let due = Due { at: 10, next_at: Some(40), task: Some("t".to_owned()), error: None };
        start_noted(&db, "b", due).await.unwrap();
        let b = schedule(&db, "b").await.unwrap().unwrap();
        assert_eq!((b.next_at, b.last_at, b.last_task.as_deref()), (Some(40), Some(10), Some("t")));

        let late = Due { at: 10, next_at: Some(50), task: None, error: Some("late".to_owned()) };
        start_noted(&db, "b", late.clone()).await.unwrap();
        assert_eq!(schedule(&db, "b").await.unwrap().unwrap(), b, "another process was first");

        start_noted(&db, "b", Due { at: 40, ..late }).await.unwrap();
        let b = schedule(&db, "b").await.unwrap().unwrap();
        assert_eq!((b.last_task.as_deref(), b.last_error.as_deref()), (Some("t"), Some("late")));
    }
}

testkit::on_both_engines! {
    async fn schedules_are_listed_changed_and_removed(db: Database) {
        let db = migrated(db).await;
        assert!(add_schedule(&db, of("a", "ada", Some(1)), 2).await.unwrap());
        assert!(add_schedule(&db, of("b", "ada", Some(1)), 2).await.unwrap());
        assert!(!add_schedule(&db, of("c", "ada", Some(1)), 2).await.unwrap(), "she has two");
        assert!(add_schedule(&db, of("c", "bob", Some(1)), 2).await.unwrap());
        assert_eq!(ids(schedules(&db, Some("ada"), 10).await.unwrap()), ["a", "b"]);
        assert_eq!(ids(schedules(&db, None, 10).await.unwrap()), ["a", "b", "c"]);
        assert_eq!(ids(schedules(&db, Some("a\0"), 10).await.unwrap()), [""; 0]);

        let when = ("@hourly".to_owned(), "Europe/Berlin".to_owned());
        assert!(update_schedule(&db, "a", when.clone(), true, None).await.unwrap());
        assert!(!update_schedule(&db, "nobody", when, true, None).await.unwrap());
        let a = schedule(&db, "a").await.unwrap().unwrap();
        assert_eq!((a.cron.as_str(), a.is_suspended, a.next_at), ("@hourly", true, None));

        assert!(forget_schedule(&db, "a").await.unwrap());
        assert!(!forget_schedule(&db, "a").await.unwrap());
        assert!(schedule(&db, "a").await.unwrap().is_none());
    }
}
