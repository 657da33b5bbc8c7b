//! Forms that people have not finished.

use platform::database::Database;

use super::*;

fn of(owner: &str, template: &str, at: i64, content: &str) -> DraftRow {
    DraftRow {
        owner: owner.to_owned(),
        template_ref: template.to_owned(),
        begun_at: 1,
        updated_at: at,
        content: content.to_owned(),
    }
}

async fn content(db: &Database, owner: &str, template: &str, since: i64) -> Option<String> {
    draft(db, owner, template, since).await.unwrap().map(|row| row.content)
}

testkit::on_both_engines! {
    async fn a_person_has_one_draft_of_a_template(db: Database) {
        let db = migrated(db).await;
        keep_draft(&db, of("ada", "t", 5, "first")).await.unwrap();
        keep_draft(&db, of("bob", "t", 5, "bob's")).await.unwrap();
        keep_draft(&db, of("ada", "t", 7, "second")).await.unwrap();
        assert_eq!(content(&db, "ada", "t", 7).await.as_deref(), Some("second"));
        assert_eq!(content(&db, "ada", "t", 8).await, None, "it is older than what is asked for");
        assert_eq!(content(&db, "ada", "another", 0).await, None);
        forget_draft(&db, "ada", "t").await.unwrap();
        forget_draft(&db, "ada", "t").await.unwrap();
        assert_eq!(content(&db, "ada", "t", 0).await, None);
        assert_eq!(content(&db, "bob", "t", 0).await.as_deref(), Some("bob's"));
    }
}

testkit::on_both_engines! {
    async fn old_drafts_go_and_so_do_those_of_who_has_too_many(db: Database) {
        let db = migrated(db).await;
        for number in 0..60 {
            keep_draft(&db, of("ada", &format!("t{number:02}"), number, "x")).await.unwrap();
        }
        keep_draft(&db, of("bob", "t00", 0, "x")).await.unwrap();
        assert_eq!(content(&db, "ada", "t09", 0).await, None);
        assert!(content(&db, "ada", "t10", 0).await.is_some(), "fifty are left");
        forget_drafts(&db, 20).await.unwrap();
        assert_eq!(content(&db, "ada", "t19", 0).await, None);
        assert!(content(&db, "ada", "t20", 0).await.is_some());
        assert_eq!(content(&db, "bob", "t00", 0).await, None);
    }
}

testkit::on_both_engines! {
    async fn a_name_that_no_table_takes_is_of_no_draft(db: Database) {
        let db = migrated(db).await;
        assert!(keep_draft(&db, of("a\0da", "t", 5, "x")).await.is_err());
        assert_eq!(content(&db, "a\0da", "t", 0).await, None);
        forget_draft(&db, "a\0da", "t").await.unwrap();
    }
}
