//! The store on both engines: every test here is one body that runs on SQLite and on PostgreSQL.

use platform::database::Database;
use sea_orm::{EntityTrait, PaginatorTrait};
use sea_orm_migration::SchemaManager;

use super::*;
use crate::migration::migrations;
use crate::service::OrderBy;

async fn migrated(db: Database) -> Database {
    db.migrate(migrations()).await.expect("the migrations apply");
    db
}

fn new(title: &str) -> New {
    New { origin: "test".to_owned(), title: title.to_owned(), severity: 1, ..New::default() }
}

fn users<const N: usize>(users: [&str; N]) -> Vec<String> {
    users.map(str::to_owned).to_vec()
}

async fn titles(db: &Database, user: &str, filter: &Filter, order: &[(OrderBy, bool)]) -> String {
    let (rows, total) = list(db, user, filter, order, 0, 100).await.unwrap();
    assert_eq!(rows.len() as u64, total);
    rows.into_iter().map(|row| row.title).collect::<Vec<_>>().join(" ")
}

async fn all(db: &Database, user: &str) -> String {
    titles(db, user, &Filter::default(), &[]).await
}

async fn id(db: &Database, user: &str, title: &str) -> String {
    let (rows, _) = list(db, user, &Filter::default(), &[], 0, 100).await.unwrap();
    rows.into_iter().find(|row| row.title == title).expect(title).id
}

testkit::on_both_engines! {
    async fn migrations_go_up_and_down(db: Database) {
        for round in 1..=2 {
            let txn = db.begin_write().await.unwrap();
            let manager = SchemaManager::new(&txn);
            for migration in migrations() {
                migration.up(&manager).await.unwrap();
            }
            for table in ["notification", "notification_mark"] {
                assert!(manager.has_table(table).await.unwrap(), "{table} exists in round {round}");
            }
            for migration in migrations().into_iter().rev() {
                migration.down(&manager).await.unwrap();
            }
            for table in ["notification", "notification_mark"] {
                assert!(!manager.has_table(table).await.unwrap(), "{table} is gone in round {round}");
            }
            txn.commit().await.unwrap();
        }
    }

    async fn everybody_sees_their_own_and_what_is_for_all(db: Database) {
        let db = migrated(db).await;
        send(&db, &new("a"), &users(["ada"]), 1).await.unwrap();
        send(&db, &new("all"), &users([EVERYBODY]), 2).await.unwrap();
        let told = send(&db, &new("both"), &users(["bob", "ada", "bob"]), 3).await.unwrap();
        assert_eq!(told.iter().map(|(user, _)| user.as_str()).collect::<Vec<_>>(), ["ada", "bob"]);
        assert_eq!(all(&db, "ada").await, "both all a");
        assert_eq!(all(&db, "bob").await, "both all");
        assert_eq!(all(&db, "eve").await, "all");
        let of_ada = id(&db, "ada", "a").await;
        assert!(one(&db, "ada", &of_ada).await.unwrap().is_some());
        assert_eq!(one(&db, "bob", &of_ada).await.unwrap(), None);
        assert_eq!(one(&db, "ada", "\0").await.unwrap(), None);
        let ids: Vec<String> = told.into_iter().map(|(_, id)| id).collect();
        let both = with_ids(&db, &ids).await.unwrap();
        assert_eq!(both.iter().map(|row| row.user_ref.as_str()).collect::<Vec<_>>(), ["ada", "bob"]);
    }

    async fn marks_are_each_persons_own(db: Database) {
        let db = migrated(db).await;
        send(&db, &new("all"), &users([EVERYBODY]), 1).await.unwrap();
        send(&db, &new("a"), &users(["ada"]), 2).await.unwrap();
        assert_eq!(counts(&db, "ada").await.unwrap(), (2, 0));
        let for_all = id(&db, "ada", "all").await;
        mark(&db, "ada", std::slice::from_ref(&for_all), Some(true), None, 10).await.unwrap();
        assert_eq!(counts(&db, "ada").await.unwrap(), (1, 1));
        assert_eq!(counts(&db, "bob").await.unwrap(), (1, 0), "of another nothing is read");
        mark(&db, "ada", std::slice::from_ref(&for_all), None, Some(true), 11).await.unwrap();
        let row = one(&db, "ada", &for_all).await.unwrap().unwrap();
        assert_eq!((row.read_at, row.saved_at), (Some(10), Some(11)), "one does not touch the other");
        mark(&db, "ada", std::slice::from_ref(&for_all), Some(false), None, 12).await.unwrap();
        let row = one(&db, "ada", &for_all).await.unwrap().unwrap();
        assert_eq!((row.read_at, row.saved_at), (None, Some(11)));
        mark(&db, "ada", &[for_all], None, None, 13).await.unwrap();

        read_all(&db, "ada", 1, 20).await.unwrap();
        assert_eq!(counts(&db, "ada").await.unwrap(), (1, 1), "what came later stays unread");
        read_all(&db, "ada", 2, 30).await.unwrap();
        assert_eq!(counts(&db, "ada").await.unwrap(), (0, 2));
        let first = one(&db, "ada", &id(&db, "ada", "all").await).await.unwrap().unwrap();
        assert_eq!((first.read_at, first.saved_at), (Some(20), Some(11)), "what is read keeps its time");
        assert_eq!(counts(&db, "bob").await.unwrap(), (1, 0));
    }

    async fn the_same_scope_is_told_anew_and_not_twice(db: Database) {
        let db = migrated(db).await;
        let first = New { scope: Some("run".to_owned()), topic: "t".to_owned(), ..new("waits") };
        send(&db, &first, &users(["ada", "bob"]), 1).await.unwrap();
        send(&db, &new("other"), &users(["ada"]), 2).await.unwrap();
        let before = id(&db, "ada", "waits").await;
        mark(&db, "ada", std::slice::from_ref(&before), Some(true), Some(true), 3).await.unwrap();
        let of_bob = id(&db, "bob", "waits").await;
        mark(&db, "bob", &[of_bob], Some(true), None, 3).await.unwrap();

        let again = New { scope: Some("run".to_owned()), description: Some("why".to_owned()), severity: 2, ..new("failed") };
        let told = send(&db, &again, &users(["ada", "eve"]), 4).await.unwrap();
        assert!(told.contains(&("ada".to_owned(), before.clone())), "it keeps its id: {told:?}");
        assert_eq!(all(&db, "ada").await, "failed other", "it comes first again");
        let row = one(&db, "ada", &before).await.unwrap().unwrap();
        assert_eq!((row.created, row.updated, row.severity, row.topic.as_str()), (1, Some(4), 2, ""));
        assert_eq!((row.read_at, row.saved_at), (None, Some(3)), "unread again, and still saved");
        assert_eq!(all(&db, "bob").await, "waits", "who is not told anew keeps the earlier one");
        assert_eq!(counts(&db, "bob").await.unwrap(), (0, 1));
        assert_eq!(all(&db, "eve").await, "failed");

        let other_origin = New { origin: "other".to_owned(), ..first };
        send(&db, &other_origin, &users(["ada"]), 5).await.unwrap();
        assert_eq!(all(&db, "ada").await, "waits failed other", "another origin has scopes of its own");
        for _ in 0..2 {
            send(&db, &new("twice"), &users(["bob"]), 6).await.unwrap();
        }
        assert_eq!(all(&db, "bob").await, "twice twice waits", "without a scope each is one");
    }

    async fn filters_narrow_and_orders_sort(db: Database) {
        let db = migrated(db).await;
        let rows = [
            ("b", "Größe of 100%", 3, "deploy", 10),
            ("c", "plain_text \\ here", 0, "deploy", 20),
            ("a", "", 1, "cost", 30),
            ("d", "", 1, "", 40),
        ];
        for (title, description, severity, topic, at) in rows {
            let described = Some(description.to_owned()).filter(|text| !text.is_empty());
            let new = New { description: described, severity, topic: topic.to_owned(), ..new(title) };
            send(&db, &new, &users(["ada"]), at).await.unwrap();
        }
        let read = id(&db, "ada", "c").await;
        mark(&db, "ada", &[read], Some(true), None, 50).await.unwrap();
        let saved = id(&db, "ada", "a").await;
        mark(&db, "ada", &[saved], None, Some(true), 50).await.unwrap();

        let filter = Filter::default;
        let search = |text: &str| Filter { search: Some(text.to_owned()), ..filter() };
        for (given, expected) in [
            (filter(), "d a c b"),
            (Filter { topic: Some("deploy".to_owned()), ..filter() }, "c b"),
            (Filter { read: Some(true), ..filter() }, "c"),
            (Filter { read: Some(false), ..filter() }, "d a b"),
            (Filter { saved: Some(true), ..filter() }, "a"),
            (Filter { saved: Some(false), ..filter() }, "d c b"),
            (Filter { after: Some(20), ..filter() }, "d a"),
            (Filter { minimum_severity: Some(1), ..filter() }, "d a b"),
            (Filter { minimum_severity: Some(3), ..filter() }, "b"),
            (Filter { topic: Some("deploy".to_owned()), read: Some(false), ..filter() }, "b"),
            (search("GRÖSSE"), ""),
            (search("GRÖßE"), "b"),
            (search("0%"), "b"),
            (search("n_t"), "c"),
            (search("\\"), "c"),
            (search("%"), "b"),
            (search("D"), "d"),
        ] {
            assert_eq!(titles(&db, "ada", &given, &[]).await, expected, "{given:?}");
        }
        for (order, expected) in [
            (vec![(OrderBy::Title, false)], "a b c d"),
            (vec![(OrderBy::Title, true)], "d c b a"),
            (vec![(OrderBy::Severity, true)], "b d a c"),
            (vec![(OrderBy::Severity, false), (OrderBy::Title, false)], "c a d b"),
            (vec![(OrderBy::Created, false)], "b c a d"),
            (vec![(OrderBy::Updated, true)], "d a c b"),
            (vec![(OrderBy::Topic, true), (OrderBy::Created, false)], "b c a d"),
            (vec![(OrderBy::Unread, true)], "d a b c"),
            (vec![(OrderBy::Origin, false)], "d a c b"),
        ] {
            assert_eq!(titles(&db, "ada", &filter(), &order).await, expected, "{order:?}");
        }
        let (part, total) = list(&db, "ada", &filter(), &[], 1, 2).await.unwrap();
        assert_eq!(part.iter().map(|row| row.title.as_str()).collect::<Vec<_>>(), ["a", "c"]);
        assert_eq!(total, 4);
        assert_eq!(list(&db, "ada", &filter(), &[], 0, 0).await.unwrap(), (vec![], 4));
        assert_eq!(topics(&db, "ada", &filter()).await.unwrap(), ["cost", "deploy"]);
        let unread = Filter { read: Some(false), after: Some(10), ..filter() };
        assert_eq!(topics(&db, "ada", &unread).await.unwrap(), ["cost"]);
    }

    async fn what_is_old_is_forgotten_unless_somebody_saved_it(db: Database) {
        let db = migrated(db).await;
        for (title, at) in [("old", 1), ("saved", 2), ("new", 10)] {
            send(&db, &new(title), &users(["ada"]), at).await.unwrap();
        }
        send(&db, &new("many"), &(0..1_200).map(|n| format!("u{n}")).collect::<Vec<_>>(), 3).await.unwrap();
        let (old, saved) = (id(&db, "ada", "old").await, id(&db, "ada", "saved").await);
        mark(&db, "ada", &[old], Some(true), None, 3).await.unwrap();
        mark(&db, "ada", &[saved], None, Some(true), 3).await.unwrap();
        assert_eq!(forget_before(&db, 10).await.unwrap(), 1_201);
        assert_eq!(all(&db, "ada").await, "new saved");
        assert_eq!(forget_before(&db, 10).await.unwrap(), 0);
        let marks = tables::mark::Entity::find().count(db.reader()).await.unwrap();
        assert_eq!(marks, 1, "what was made of it is forgotten with it");
    }
}
