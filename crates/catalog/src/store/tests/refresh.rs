//! What file readers remember, and the registered locations.

use model::{LocationRef, Position, Problem, ProblemCode, Severity};
use platform::database::Database;

use super::super::{
    FileEntity, RefreshState, append, create_location, file_problems, find_location, led_by, list_locations,
    newest_seq, refresh_marks, refresh_states, refresh_states_of,
};
use super::migrated;
use crate::reading::FileTarget;

fn state(location_ref: &str, fingerprint: &str) -> RefreshState {
    RefreshState {
        location_ref: location_ref.to_owned(),
        origin: "file:/root.yaml".to_owned(),
        fingerprint: fingerprint.to_owned(),
        refreshed_at: 1_700_000_000_000,
        ..RefreshState::default()
    }
}

fn problem(message: &str) -> Problem {
    Problem {
        position: Some(Position {
            file: "/a.yaml".to_owned(),
            line: 3,
            column: 7,
            text: "kind: 'Compo".to_owned(),
        }),
        code: ProblemCode::Syntax,
        severity: Severity::Error,
        entity_ref: None,
        message: message.to_owned(),
        found: Some("\0 \"quoted\" 👻".to_owned()),
        allowed: None,
        help: Some("Close the quote.".to_owned()),
    }
}

fn full() -> RefreshState {
    RefreshState {
        parent: Some("location:default/root".to_owned()),
        entities: vec![FileEntity { entity_ref: "component:default/a".to_owned(), hash: "h".to_owned() }],
        stale: vec!["component:default/a".to_owned()],
        targets: vec![FileTarget {
            location_ref: "file:/b.yaml".to_owned(),
            parent: "location:default/root".to_owned(),
            optional: true,
        }],
        dependencies: vec!["/text.md".to_owned()],
        problems: vec![problem("one"), problem("two")],
        ..state("file:/a.yaml", "1-2-3")
    }
}

fn file(target: &str) -> LocationRef {
    LocationRef { kind: "file".to_owned(), target: target.to_owned() }
}

testkit::on_both_engines! {
    async fn states_are_kept_replaced_and_removed(db: Database) {
        let db = migrated(db).await;
        assert_eq!(refresh_states(&db).await.unwrap(), []);

        // The last of two with one name counts.
        let states = vec![state("file:/z.yaml", "1"), state("file:/a.yaml", "old"), full()];
        assert_eq!(append(&db, vec![], states, vec![]).await.unwrap(), None, "states are no versions");
        let expected = [full(), state("file:/z.yaml", "1")];
        assert_eq!(refresh_states(&db).await.unwrap(), expected, "sorted and whole");
        assert_eq!(newest_seq(&db).await.unwrap(), 0);

        let replaced = vec![state("file:/a.yaml", "2")];
        append(&db, vec![], replaced.clone(), vec!["file:/unknown".to_owned()]).await.unwrap();
        let found = refresh_states_of(&db, &["file:/A.yaml", "file:/a.yaml"].map(str::to_owned)).await.unwrap();
        assert_eq!(found, replaced, "every field is replaced");

        let removed = vec!["file:/a.yaml".to_owned(), "file:/z.yaml".to_owned()];
        let written = state("file:/z.yaml", "3");
        append(&db, vec![], vec![written.clone()], removed).await.unwrap();
        assert_eq!(refresh_states(&db).await.unwrap(), [written], "removed first, then written");
    }

    async fn a_file_knows_what_led_to_it(db: Database) {
        let db = migrated(db).await;
        append(&db, vec![], vec![full(), state("file:/root.yaml", "1")], vec![]).await.unwrap();
        let parent = led_by(&db, "file:/a.yaml").await.unwrap();
        assert_eq!(parent.as_deref(), Some("location:default/root"));
        for without in ["file:/root.yaml", "file:/unknown.yaml", "file:/a\0b"] {
            assert_eq!(led_by(&db, without).await.unwrap(), None, "{without:?}");
        }
    }

    async fn problems_are_collected_from_all_files(db: Database) {
        let db = migrated(db).await;
        let other = RefreshState { problems: vec![problem("three")], ..state("file:/c.yaml", "1") };
        append(&db, vec![], vec![full(), state("file:/b.yaml", "1"), other], vec![]).await.unwrap();
        let problems = file_problems(&db).await.unwrap();
        let mut messages: Vec<_> = problems.into_iter().map(|problem| problem.message).collect();
        messages.sort();
        assert_eq!(messages, ["one", "three", "two"]);
        append(&db, vec![], vec![state("file:/a.yaml", "2")], vec!["file:/c.yaml".to_owned()]).await.unwrap();
        assert_eq!(file_problems(&db).await.unwrap(), []);
    }

    async fn thousands_of_states_go_at_once(db: Database) {
        let db = migrated(db).await;
        let all: Vec<_> = (0..3_210).map(|n| state(&format!("file:/{n:04}.yaml"), "1")).collect();
        append(&db, vec![], all.clone(), vec![]).await.unwrap();
        assert_eq!(refresh_states(&db).await.unwrap(), all);
        let mut marks = Vec::new();
        refresh_marks(&db, |mark| marks.push(mark.location_ref)).await.unwrap();
        assert!(marks.iter().eq(all.iter().map(|state| &state.location_ref)), "every page, in order");
        let some = ["file:/2000.yaml", "file:/unknown.yaml", "file:/a\0b", "file:/0007.yaml"].map(str::to_owned);
        assert_eq!(refresh_states_of(&db, &some).await.unwrap(), [all[7].clone(), all[2_000].clone()]);
        let names = all.into_iter().map(|state| state.location_ref).collect();
        append(&db, vec![], vec![], names).await.unwrap();
        assert_eq!(refresh_states(&db).await.unwrap(), []);
    }

    async fn a_location_is_registered_once(db: Database) {
        let db = migrated(db).await;
        let (b, is_new) = create_location(&db, file("/b.yaml")).await.unwrap();
        assert!(is_new);
        let (a, _) = create_location(&db, file("/a.yaml")).await.unwrap();
        let again = create_location(&db, file("/b.yaml")).await.unwrap();
        assert_eq!(again, (b.clone(), false), "the id stays");
        assert_eq!(list_locations(&db).await.unwrap(), [a.clone(), b.clone()]);
        assert_eq!(find_location(&db, &a.id).await.unwrap(), Some(a));
        assert_eq!(find_location(&db, "nobody").await.unwrap(), None);
        uuid::Uuid::parse_str(&b.id).expect("the id is a UUID");
    }
}
