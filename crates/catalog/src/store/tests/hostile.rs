//! Text that breaks careless stores.

use platform::database::Database;

use super::super::{Content, RefreshState, append, create_location, find_location, history, led_by};
use super::{append_changes, log, migrated, put};
use crate::store::{Change, current_of};

testkit::on_both_engines! {
    async fn any_text_comes_back_as_it_was(db: Database) {
        let db = migrated(db).await;
        let megabyte = "0123456789abcdef".repeat(65_536);
        let texts = [
            "'; DROP TABLE entity_version; --",
            "\"double\" `back` $1 ?1 :name @p %s \\ \\n",
            "{\"nul as JSON writes it\":\"\\u0000\"}",
            "👩‍👩‍👧‍👦 Ünïcødé \u{202e}olleh\u{202c} \u{feff}",
            "line\r\nbreak\ttab\u{1}\u{7f}",
            " ",
            &megabyte,
        ];
        for (number, text) in texts.into_iter().enumerate() {
            // An index holds at most a few kilobytes, and a name has at most 63 characters.
            let name: String = text.chars().take(200).collect();
            let content = Content { hash: text.to_owned(), document: text.to_owned() };
            let change = Change { entity_ref: name.clone(), content: Some(content) };
            assert!(append_changes(&db, 1, vec![change.clone()]).await.is_some(), "{name:?} is new");
            assert_eq!(append_changes(&db, 1, vec![change]).await, None, "{name:?} is found again");
            let found = history(&db, &name, 10).await.unwrap();
            assert_eq!(found.len(), 1, "{name:?}");
            assert_eq!(found[0].document.as_deref(), Some(text));
            assert_eq!(found[0].hash, text);
            assert_eq!(log(&db).await.len(), number + 1);
        }
    }

    async fn nul_is_refused_before_anything_is_written(db: Database) {
        let db = migrated(db).await;
        let content = |hash: &str, document: &str| {
            Some(Content { hash: hash.to_owned(), document: document.to_owned() })
        };
        let refused = [
            Change { entity_ref: "a\0b".to_owned(), content: content("h", "{}") },
            Change { entity_ref: "a\0b".to_owned(), content: None },
            Change { entity_ref: "a".to_owned(), content: content("h\0", "{}") },
            Change { entity_ref: "a".to_owned(), content: content("h", "{\0}") },
            Change { entity_ref: "a".to_owned(), content: content("", "{}") },
        ];
        for change in refused {
            let changes = vec![put("good", "1"), change.clone()];
            append(&db, changes, vec![], vec![]).await.expect_err(&format!("{change:?} is refused"));
        }
        let state = |location_ref: &str, parent: Option<&str>| RefreshState {
            location_ref: location_ref.to_owned(),
            parent: parent.map(str::to_owned),
            ..RefreshState::default()
        };
        for state in [state("file:/a\0", None), state("file:/a", Some("\0"))] {
            append(&db, vec![put("good", "1")], vec![state], vec![]).await.expect_err("a NUL character");
        }
        assert_eq!(log(&db).await, []);
    }

    async fn asking_for_nul_finds_nothing(db: Database) {
        let db = migrated(db).await;
        append_changes(&db, 1, vec![put("a", "1")]).await;
        assert_eq!(history(&db, "a\0", 10).await.unwrap(), []);
        assert_eq!(current_of(&db, &["a\0", "a"]).await.unwrap().len(), 1);
        assert_eq!(find_location(&db, "\0").await.unwrap(), None);
        assert_eq!(led_by(&db, "file:/\0").await.unwrap(), None);
        let location = model::LocationRef { kind: "file".to_owned(), target: "/\0".to_owned() };
        create_location(&db, location).await.expect_err("a NUL character");
    }
}
