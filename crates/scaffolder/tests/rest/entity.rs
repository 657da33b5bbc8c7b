//! Runs on the page of an entity.

use model::EntityRef;
use platform::access::Caller;
use platform::database::Database;
use serde_json::json;

use crate::portal::{Options, Portal};

fn user(name: &str) -> Caller {
    Caller::User { entity_ref: format!("user:default/{name}"), groups: Vec::new() }
}

/// The runs that somebody is told of, as `title state registered by`.
async fn told(portal: &Portal, caller: &Caller, entity_ref: &str) -> Vec<String> {
    let entity_ref = EntityRef::parse(entity_ref).expect("a reference");
    let runs = portal.scaffolder.runs_of(caller, &entity_ref).await.expect("runs");
    let line = |run: scaffolder::EntityRun| {
        let by = run.by.map(|by| by.name).unwrap_or_default();
        format!("{} {} {} {by}", run.title, run.state.name(), run.registered)
    };
    runs.into_iter().map(line).collect()
}

testkit::on_both_engines! {
    async fn a_template_has_its_runs_and_an_entity_the_one_that_registered_it(db: Database) {
        let portal = Portal::new(&db).await;
        let id = portal.start("ada", "register", json!({})).await;
        portal.reaches(&id, "completed").await;
        let id = portal.start("bob", "fail", json!({})).await;
        portal.reaches(&id, "failed").await;
        for (entity_ref, expected) in [
            ("component:default/shop", vec!["register completed true ada"]),
            ("template:default/register", vec!["register completed false ada"]),
            ("template:default/fail", vec!["fail failed false bob"]),
            ("component:default/other", vec![]),
        ] {
            assert_eq!(told(&portal, &user("ada"), entity_ref).await, expected, "{entity_ref}");
        }
    }
}

testkit::on_both_engines! {
    async fn only_who_may_see_a_run_is_told_of_it(db: Database) {
        let portal = Portal::with(&db, Options { permissions: true, ..Options::default() }).await;
        let id = portal.start("ada", "register", json!({})).await;
        portal.reaches(&id, "completed").await;
        for entity_ref in ["component:default/shop", "template:default/register"] {
            assert_eq!(told(&portal, &user("ada"), entity_ref).await.len(), 1, "{entity_ref}");
            for who in [user("bob"), Caller::Guest, Caller::Nobody] {
                assert_eq!(told(&portal, &who, entity_ref).await, [""; 0], "{who:?} {entity_ref}");
            }
        }
    }
}
