//! Which runs registered an entity, and which are of a template.

use platform::database::Database;

use super::*;

/// A run whose step of this action ends like this.
async fn ran(db: &Database, id: &str, action: &str, state: &'static str, output: &str) {
    let lease = held(db, id).await;
    let step = StepInfo { action: action.to_owned(), ..info(1) };
    let end = StepEnd {
        step,
        state,
        error: None,
        output: output.to_owned(),
        kind: LATEST.to_owned(),
        joined: Vec::new(),
    };
    for _ in 0..2 {
        end_step(db, &lease, end.clone(), None, event("ended")).await.unwrap();
    }
    finish(db, &lease, finished(TaskState::Failed), &[]).await.unwrap();
}

testkit::on_both_engines! {
    async fn who_registered_an_entity_is_found_by_it(db: Database) {
        let db = migrated(db).await;
        let output = r#"{"entityRef":"component:default/shop"}"#;
        let (register, completed) = ("catalog:register", step_state::COMPLETED);
        ran(&db, "a", register, completed, output).await;
        ran(&db, "b", "debug:log", completed, output).await;
        ran(&db, "c", register, step_state::FAILED, output).await;
        ran(&db, "d", register, completed, r#"{"entityRef":"component:default/other"}"#).await;
        assert_eq!(makers(&db, "component:default/shop", 9).await.unwrap(), ["a"]);
        assert_eq!(makers(&db, "component:default/other", 9).await.unwrap(), ["d"]);
        assert_eq!(makers(&db, "component:default/sh\0p", 9).await.unwrap(), [""; 0]);
    }
}

testkit::on_both_engines! {
    async fn the_list_is_narrowed_to_a_template_or_to_some_runs(db: Database) {
        let db = migrated(db).await;
        for (id, template) in [("a", "template:default/x"), ("b", "template:default/y"), ("c", "template:default/x")] {
            let new = NewTask { template_ref: template.to_owned(), ..new(id) };
            create(&db, new, event("created")).await.unwrap();
        }
        let all = Listing { limit: 9, ..Listing::default() };
        let of_x = Listing { template_ref: Some("template:default/x".to_owned()), ..all.clone() };
        for (listing, expected) in [
            (of_x.clone(), vec!["a", "c"]),
            (Listing { ids: Some(vec!["b".to_owned(), "c".to_owned()]), ..all.clone() }, vec!["b", "c"]),
            (Listing { ids: Some(Vec::new()), ..all }, vec![]),
            (Listing { created_by: vec!["user:default/bob".to_owned()], ..of_x }, vec![]),
        ] {
            let mut found: Vec<String> =
                list(&db, &listing).await.unwrap().into_iter().map(|row| row.id).collect();
            found.sort_unstable();
            assert_eq!(found, expected, "{listing:?}");
        }
    }
}
