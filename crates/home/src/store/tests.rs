//! The store on both engines: every test here is one body that runs on SQLite and on PostgreSQL.

use platform::database::Database;
use sea_orm_migration::SchemaManager;

use super::visits::KEPT;
use super::*;
use crate::migration::migrations;

const ROOM: Room = Room { owner: 3, guests: 4 };

async fn migrated(db: Database) -> Database {
    db.migrate(migrations()).await.expect("the migrations apply");
    db
}

fn row(id: &str, owner: &str, title: &str, shared: bool) -> ViewRow {
    ViewRow {
        id: id.to_owned(),
        owner: owner.to_owned(),
        title: title.to_owned(),
        address: "/catalog".to_owned(),
        shared,
        created: 1,
        updated: 1,
    }
}

fn ids(rows: &[ViewRow]) -> Vec<&str> {
    rows.iter().map(|row| row.id.as_str()).collect()
}

testkit::on_both_engines! {
    async fn migrations_go_up_and_down(db: Database) {
        for round in 1..=2 {
            let txn = db.begin_write().await.unwrap();
            let manager = SchemaManager::new(&txn);
            for migration in migrations() {
                migration.up(&manager).await.unwrap();
            }
            for table in ["star", "saved_view", "visit"] {
                assert!(manager.has_table(table).await.unwrap(), "{table} exists in round {round}");
            }
            for migration in migrations().into_iter().rev() {
                migration.down(&manager).await.unwrap();
            }
            for table in ["star", "saved_view", "visit"] {
                assert!(!manager.has_table(table).await.unwrap(), "{table} is gone in round {round}");
            }
            txn.commit().await.unwrap();
        }
    }

    async fn stars_are_kept_once_and_by_owner(db: Database) {
        let db = migrated(db).await;
        for (owner, star, at) in [("ada", "a", 1), ("ada", "b", 2), ("bob", "c", 3), ("ada", "a", 9)] {
            assert_eq!(add_star(&db, owner, star, at, ROOM).await.unwrap(), Ok(()));
        }
        assert_eq!(stars(&db, "ada").await.unwrap(), ["b", "a"], "a star keeps its time");
        assert_eq!(stars(&db, "bob").await.unwrap(), ["c"]);
        remove_star(&db, "ada", "b").await.unwrap();
        remove_star(&db, "ada", "never there").await.unwrap();
        assert_eq!(stars(&db, "ada").await.unwrap(), ["a"]);
        assert_eq!(stars(&db, "bob").await.unwrap(), ["c"], "the star of another is another's");
    }

    async fn there_is_room_for_so_many_stars(db: Database) {
        let db = migrated(db).await;
        for star in ["a", "b", "c"] {
            assert_eq!(add_star(&db, "browser:1", star, 1, ROOM).await.unwrap(), Ok(()));
        }
        assert_eq!(add_star(&db, "browser:1", "d", 1, ROOM).await.unwrap(), Err(Full::Owner));
        assert_eq!(add_star(&db, "browser:1", "a", 1, ROOM).await.unwrap(), Ok(()), "it is there already");
        assert_eq!(add_star(&db, "browser:2", "a", 1, ROOM).await.unwrap(), Ok(()));
        assert_eq!(add_star(&db, "browser:3", "a", 1, ROOM).await.unwrap(), Err(Full::Guests));
        assert_eq!(add_star(&db, "user:default/ada", "a", 1, ROOM).await.unwrap(), Ok(()), "not a guest");
        remove_star(&db, "browser:1", "b").await.unwrap();
        assert_eq!(add_star(&db, "browser:3", "a", 1, ROOM).await.unwrap(), Ok(()));
    }

    async fn views_are_their_owners(db: Database) {
        let db = migrated(db).await;
        for (id, owner, title, shared) in
            [("1", "ada", "Zebra", false), ("2", "ada", "Apple", true), ("3", "bob", "Kiwi", true)]
        {
            assert_eq!(add_view(&db, row(id, owner, title, shared), ROOM).await.unwrap(), Ok(()));
        }
        assert_eq!(ids(&views_of(&db, "ada").await.unwrap()), ["2", "1"]);
        assert_eq!(ids(&shared_views(&db, 10).await.unwrap()), ["2", "3"]);
        assert_eq!(ids(&shared_views(&db, 1).await.unwrap()), ["2"]);

        assert!(!change_view(&db, &ViewRow { owner: "bob".to_owned(), ..row("1", "", "Stolen", true) }).await.unwrap());
        assert_eq!(view(&db, "1").await.unwrap(), Some(row("1", "ada", "Zebra", false)));
        let renamed = ViewRow { updated: 7, ..row("1", "ada", "Zoo", true) };
        assert!(change_view(&db, &renamed).await.unwrap());
        assert_eq!(view(&db, "1").await.unwrap(), Some(renamed));
        assert_eq!(ids(&shared_views(&db, 10).await.unwrap()), ["1", "2", "3"], "what changed last comes first");

        remove_view(&db, "bob", "1").await.unwrap();
        assert!(view(&db, "1").await.unwrap().is_some(), "deleted by another");
        remove_view(&db, "ada", "1").await.unwrap();
        assert_eq!(view(&db, "1").await.unwrap(), None);
        assert_eq!(view(&db, "\0").await.unwrap(), None);
    }

    async fn there_is_room_for_so_many_views(db: Database) {
        let db = migrated(db).await;
        for id in ["1", "2", "3"] {
            assert_eq!(add_view(&db, row(id, "browser:1", "x", false), ROOM).await.unwrap(), Ok(()));
        }
        assert_eq!(add_view(&db, row("4", "browser:1", "x", false), ROOM).await.unwrap(), Err(Full::Owner));
        assert_eq!(add_view(&db, row("4", "browser:2", "x", false), ROOM).await.unwrap(), Ok(()));
        assert_eq!(add_view(&db, row("5", "browser:3", "x", false), ROOM).await.unwrap(), Err(Full::Guests));
    }

    async fn the_newest_visits_are_kept_and_counted(db: Database) {
        let db = migrated(db).await;
        let visit = |owner: &str, entity_ref: String, at| Visit { owner: owner.to_owned(), entity_ref, at, count: 1 };
        let many: Vec<Visit> = (0..150).map(|n| visit("ada", format!("e{n:03}"), n)).collect();
        add_visits(&db, many).await.unwrap();
        add_visits(&db, vec![visit("bob", "x".to_owned(), 1)]).await.unwrap();
        let kept = visited(&db, "ada", 1_000).await.unwrap();
        assert_eq!(kept.len() as u64, KEPT);
        assert_eq!(kept[..2], ["e149", "e148"]);
        add_visits(&db, vec![visit("ada", "e100".to_owned(), 500), visit("ada", "e148".to_owned(), 501)]).await.unwrap();
        assert_eq!(visited(&db, "ada", 3).await.unwrap(), ["e148", "e100", "e149"]);
        assert_eq!(visited(&db, "bob", 3).await.unwrap(), ["x"], "of another none is forgotten");
        let counts: Vec<i64> = counts(&db, "ada").await;
        assert_eq!(counts.iter().sum::<i64>(), 102, "two entities were visited twice");
    }
}

async fn counts(db: &Database, owner: &str) -> Vec<i64> {
    use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

    use super::tables::visit::{Column, Entity};
    let counts = Entity::find().select_only().column(Column::Count).filter(Column::Owner.eq(owner));
    counts.into_tuple().all(db.reader()).await.expect("counts")
}
