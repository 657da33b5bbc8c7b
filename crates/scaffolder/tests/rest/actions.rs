//! Actions as authors look them up.

use platform::access::Caller;
use platform::database::Database;
use platform::error::ErrorKind;
use scaffolder::ActionPage;

use crate::portal::{Options, Portal};

/// The ids of a list, each group after its title.
fn shown(portal: &Portal, text: &str) -> Vec<String> {
    let list = portal.scaffolder.action_list(&Caller::Guest, text).expect("a list");
    let installed: Vec<String> = list
        .groups
        .iter()
        .flat_map(|group| {
            let ids = group.actions.iter().map(|action| action.about.id.clone());
            std::iter::once(format!("# {}", group.title)).chain(ids)
        })
        .collect();
    assert_eq!(list.total, installed.iter().filter(|line| !line.starts_with('#')).count());
    installed.into_iter().chain(list.known.iter().map(|known| format!("- {}", known.id))).collect()
}

testkit::on_both_engines! {
    async fn actions_are_listed_by_what_they_are_for(db: Database) {
        let portal = Portal::new(&db).await;
        let all = shown(&portal, "");
        let installed: Vec<&str> =
            all.iter().map(String::as_str).filter(|line| !line.starts_with('-')).collect();
        assert_eq!(
            installed,
            [
                "# Catalog", "catalog:register",
                "# Waiting for people and programs", "wait:approval", "wait:webhook", "webhook:address",
                "# Other services", "test:blind", "test:echo", "test:fail", "test:hold", "test:mend", "test:talk",
                "test:who",
            ]
        );
        assert!(all.contains(&"- fetch:cookiecutter".to_owned()), "{all:?}");
        assert_eq!(shown(&portal, " ECHO  does"), ["# Other services", "test:echo"]);
        assert_eq!(shown(&portal, "cookiecutter program"), ["- fetch:cookiecutter"]);
        assert_eq!(shown(&portal, "echo no-such-words"), [""; 0]);
    }

    async fn an_action_has_a_page(db: Database) {
        let portal = Portal::new(&db).await;
        let page = |id: &str| portal.scaffolder.action_page(&Caller::Guest, id).expect("a page");
        assert!(matches!(page("test:echo"), ActionPage::Installed(action) if action.about.id == "test:echo"));
        assert!(matches!(page("run:yeoman"), ActionPage::Known(known) if known.id == "run:yeoman"));
        let nearest = |id: &str| match page(id) {
            ActionPage::Unknown { nearest } => nearest,
            other => panic!("{other:?}"),
        };
        assert_eq!(nearest("test:ecko").as_deref(), Some("test:echo"));
        assert_eq!(nearest("something else entirely"), None);
    }

    async fn who_may_not_see_steps_sees_no_actions(db: Database) {
        let portal = Portal::with(&db, Options { permissions: true, ..Options::default() }).await;
        let refused = portal.scaffolder.action_list(&Caller::Nobody, "").expect_err("it is refused");
        assert_eq!(refused.kind(), ErrorKind::Unauthenticated);
        let refused = portal.scaffolder.action_page(&Caller::Nobody, "test:echo").expect_err("it is refused");
        assert_eq!(refused.kind(), ErrorKind::Unauthenticated);
    }
}
