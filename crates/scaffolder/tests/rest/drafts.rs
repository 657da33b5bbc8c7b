//! Forms that people left before they were finished.

use model::EntityRef;
use platform::access::Caller;
use platform::database::Database;
use scaffolder::{Sent, Shown, Wizard};

use crate::portal::{Options, Portal};

fn ada() -> Caller {
    Caller::User { entity_ref: "user:default/ada".to_owned(), groups: Vec::new() }
}

fn bob() -> Caller {
    Caller::User { entity_ref: "user:default/bob".to_owned(), groups: Vec::new() }
}

async fn open(portal: &Portal, caller: &Caller, template: &str) -> Wizard {
    page(portal, caller, template, Sent::Opened(None)).await
}

/// The page for these inputs, sent with the state of a page before.
async fn send(
    portal: &Portal,
    caller: &Caller,
    template: &str,
    before: &Wizard,
    inputs: &[(&str, &str)],
) -> Wizard {
    let state = (Wizard::STATE, before.state.as_str());
    let inputs = inputs.iter().chain([&state]).map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    page(portal, caller, template, Sent::Form(inputs.collect())).await
}

async fn page(portal: &Portal, caller: &Caller, template: &str, sent: Sent) -> Wizard {
    let template = EntityRef::new("template", "default", template);
    portal.scaffolder.wizard(caller, &template, sent).await.expect("a page")
}

/// What the field of a step holds.
fn answer(wizard: &Wizard, pointer: &str) -> Option<serde_json::Value> {
    let Shown::Step(step) = &wizard.shown else { return None };
    step.form.field(pointer)?.value.clone()
}

/// The name is answered, and the second step is shown.
async fn begun(portal: &Portal, caller: &Caller, template: &str) -> Wizard {
    let first = open(portal, caller, template).await;
    send(portal, caller, template, &first, &[("/name", "shop"), (Wizard::GO, Wizard::NEXT)]).await
}

testkit::on_both_engines! {
    async fn who_comes_back_goes_on_or_begins_anew(db: Database) {
        let portal = Portal::new(&db).await;
        assert_eq!(open(&portal, &ada(), "service").await.draft, None, "nothing was begun");
        begun(&portal, &ada(), "service").await;

        let back = open(&portal, &ada(), "service").await;
        assert!(back.draft.is_some() && answer(&back, "/name").is_none(), "what was begun is offered, not taken");
        for (who, other) in [(ada(), "passwords"), (bob(), "service")] {
            assert_eq!(open(&portal, &who, other).await.draft, None, "{who:?} began no {other}");
        }
        let on = send(&portal, &ada(), "service", &back, &[(Wizard::DRAFT, Wizard::GO_ON)]).await;
        assert_eq!((on.here(), on.draft.as_ref()), (Some(1), None), "at the step where it was left");
        let first = send(&portal, &ada(), "service", &on, &[(Wizard::GO, Wizard::BACK)]).await;
        assert_eq!(answer(&first, "/name"), Some("shop".into()));
        let again = open(&portal, &ada(), "service").await;
        assert_eq!(again.draft, back.draft, "it was begun when it was begun");

        let anew = send(&portal, &ada(), "service", &again, &[(Wizard::DRAFT, Wizard::ANEW)]).await;
        assert_eq!((anew.here(), answer(&anew, "/name")), (Some(0), None));
        let gone = open(&portal, &ada(), "service").await;
        assert_eq!(gone.draft, None);
        let late = send(&portal, &ada(), "service", &gone, &[(Wizard::DRAFT, Wizard::GO_ON)]).await;
        assert!(late.here() == Some(0) && late.notice.is_some_and(|notice| notice.contains("not there any more")));
    }
}

testkit::on_both_engines! {
    async fn a_run_that_is_started_ends_the_draft(db: Database) {
        let portal = Portal::new(&db).await;
        let second = begun(&portal, &ada(), "service").await;
        let review = send(&portal, &ada(), "service", &second, &[("/size", "3"), (Wizard::GO, Wizard::NEXT)]).await;
        assert!(review.is_review() && open(&portal, &ada(), "service").await.draft.is_some());
        let started = send(&portal, &ada(), "service", &review, &[(Wizard::GO, Wizard::CREATE)]).await;
        assert!(matches!(started.shown, Shown::Started(_)), "{:?}", started.notice);
        assert_eq!(open(&portal, &ada(), "service").await.draft, None);
    }
}

testkit::on_both_engines! {
    async fn nothing_is_kept_of_guests_and_programs(db: Database) {
        let portal = Portal::with(&db, Options { permissions: true, ..Options::default() }).await;
        for who in [Caller::Guest, Caller::Service { subject: "external:ci".to_owned() }] {
            let second = begun(&portal, &who, "service").await;
            assert_eq!(second.here(), Some(1));
            let back = open(&portal, &who, "service").await;
            assert_eq!(back.draft, None, "{who:?}");
            let asked = send(&portal, &who, "service", &back, &[(Wizard::DRAFT, Wizard::GO_ON)]).await;
            assert_eq!((asked.here(), answer(&asked, "/name")), (Some(0), None), "{who:?}");
        }
    }
}

testkit::on_both_engines! {
    async fn neither_secrets_nor_passwords_are_kept(db: Database) {
        let portal = Portal::new(&db).await;
        let first = open(&portal, &ada(), "passwords").await;
        let given = [
            ("/name", "shop"), ("/password", "hunter2"), ("/inner/pin", "hunter3"), ("/token", "hunter4"),
            ("/hidden", "hunter5"), (Wizard::GO, Wizard::UPDATE),
        ];
        let sent = send(&portal, &ada(), "passwords", &first, &given).await;
        assert_eq!(answer(&sent, "/password"), Some("hunter2".into()), "the page itself has it");
        let rows = portal.rows("SELECT content FROM scaffolder_draft").await;
        assert!(rows.len() == 1 && rows[0].contains("shop") && !rows[0].contains("hunter"), "{rows:?}");
        let back = open(&portal, &ada(), "passwords").await;
        let on = send(&portal, &ada(), "passwords", &back, &[(Wizard::DRAFT, Wizard::GO_ON)]).await;
        assert_eq!(answer(&on, "/name"), Some("shop".into()));
        assert_eq!((answer(&on, "/password"), answer(&on, "/inner/pin")), (None, None));
    }
}

testkit::on_both_engines! {
    async fn what_is_too_large_is_not_kept(db: Database) {
        let portal = Portal::new(&db).await;
        let first = open(&portal, &ada(), "passwords").await;
        let large = "x".repeat(300 * 1024);
        let inputs = [("/name", large.as_str()), (Wizard::GO, Wizard::UPDATE)];
        let sent = send(&portal, &ada(), "passwords", &first, &inputs).await;
        assert!(sent.notice.is_none() && answer(&sent, "/name").is_some(), "the form takes it all the same");
        assert_eq!(open(&portal, &ada(), "passwords").await.draft, None);
    }
}
