//! Forms as they are filled in, one request after the other.

use model::form::OPERATION;
use platform::keyring::Keyring;
use serde_json::{Value, json};

use super::Wizard;
use super::advance::{Advanced, Asked, Order, advance};
use super::state::State;
use crate::form::Forms;

/// Two steps: a name, then a password, a secret and a list.
fn forms() -> Forms {
    let parameters = json!([
        { "title": "One", "required": ["name"], "properties": { "name": { "type": "string", "title": "Name" } } },
        {
            "title": "Two",
            "properties": {
                "password": { "type": "string", "ui:widget": "password" },
                "token": { "type": "string", "ui:field": "Secret" },
                "tags": { "type": "array", "items": { "type": "string" } },
            },
        },
    ]);
    Forms::compile(Some(&parameters), None).expect("the schemas are right")
}

fn send(forms: &Forms, state: State, inputs: &[(&str, &str)]) -> Advanced {
    let inputs: Vec<_> =
        inputs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    advance(forms, Some(state), Some(&inputs), Order::StepByStep)
}

fn at(advanced: &Advanced) -> Option<usize> {
    advanced.form.as_ref().map(|(position, _)| *position)
}

#[test]
fn a_step_that_is_wrong_stays_and_says_why() {
    let forms = forms();
    let opened = advance(&forms, None, None, Order::StepByStep);
    assert_eq!((at(&opened), opened.mistakes.answers.len()), (Some(0), 0), "nobody answered anything yet");
    let wrong = send(&forms, opened.state, &[("/name", ""), (Wizard::GO, Wizard::NEXT)]);
    assert_eq!(at(&wrong), Some(0));
    assert_eq!(wrong.mistakes.answers[0].pointer, "/name", "{:?}", wrong.mistakes);
    let updated = send(&forms, wrong.state, &[("/name", ""), (Wizard::GO, Wizard::UPDATE)]);
    assert_eq!(updated.mistakes.answers, [], "who is still typing is not told what is missing");
    let right = send(&forms, updated.state, &[("/name", "shop")]);
    assert_eq!(at(&right), Some(1), "the return key goes on");
}

#[test]
fn nothing_leads_past_a_step_that_is_wrong() {
    let forms = forms();
    for go in ["1", "2", "99999999999999999999", Wizard::DRY_RUN, Wizard::CREATE, "review", ""] {
        let sent = send(&forms, State::default(), &[("/name", ""), (Wizard::GO, go)]);
        assert_eq!((at(&sent), sent.asked), (Some(0), None), "{go:?}");
    }
}

#[test]
fn who_writes_a_form_sees_any_step_of_it() {
    let forms = forms();
    let go = |state: State, go: &str| {
        let inputs = [("/name".to_owned(), String::new()), (Wizard::GO.to_owned(), go.to_owned())];
        advance(&forms, Some(state), Some(&inputs), Order::Any)
    };
    let second = go(State::default(), "1");
    assert_eq!((at(&second), second.mistakes.is_empty()), (Some(1), true));
    let tried = go(second.state, Wizard::DRY_RUN);
    assert_eq!((at(&tried), tried.asked), (None, Some(Asked::DryRun)));
    assert_eq!(tried.mistakes.answers[0].pointer, "/name", "what is missing is told all the same");
    let review = go(go(tried.state, Wizard::BACK).state, Wizard::REVIEW);
    assert_eq!((at(&review), review.asked), (None, None));
}

#[test]
fn other_answers_start_another_run() {
    let forms = forms();
    let mut second = send(&forms, State::default(), &[("/name", "shop")]);
    second.state.run = Some(uuid::Uuid::new_v4());
    let back = send(&forms, second.state, &[(Wizard::GO, Wizard::BACK)]);
    assert_eq!(back.state.run, None, "what was sent for a step is another answer");
}

#[test]
fn secrets_and_passwords_stay_without_being_sent_again() {
    let forms = forms();
    let second = send(&forms, State::default(), &[("/name", "shop")]);
    let given = [("/password", "hunter2"), ("/token", "hunter3"), (Wizard::GO, Wizard::NEXT)];
    let review = send(&forms, second.state, &given);
    assert_eq!(at(&review), None);
    let told: Vec<(String, Value)> = review.rows.into_iter().map(|row| (row.name, row.value)).collect();
    let expected = [("Name", "shop"), ("Password", "******"), ("Token", "******")];
    assert_eq!(told[..3], expected.map(|(name, value)| (name.to_owned(), json!(value))), "{told:?}");
    let back = send(&forms, review.state, &[(Wizard::GO, Wizard::BACK)]);
    assert_eq!(at(&back), Some(1));
    let again = send(&forms, back.state, &[("/password", ""), ("/token", ""), (Wizard::GO, Wizard::NEXT)]);
    assert_eq!(again.state.answers().values["password"], "hunter2");
    assert_eq!(again.state.secrets().expose("token"), Some("hunter3"));
    let created = send(&forms, again.state.clone(), &[(Wizard::GO, Wizard::CREATE)]);
    assert_eq!(created.asked, Some(Asked::Create));
    let tried = send(&forms, again.state, &[(Wizard::GO, Wizard::DRY_RUN)]);
    assert!(tried.asked == Some(Asked::DryRun) && tried.mistakes.is_empty(), "{:?}", tried.mistakes);
}

#[test]
fn a_button_of_a_list_changes_the_list_and_nothing_else() {
    let forms = forms();
    let second = send(&forms, State::default(), &[("/name", "shop")]);
    let add = second.form.as_ref().and_then(|(_, form)| match &form.field("/tags")?.control {
        model::form::Control::Array { add, .. } => add.clone(),
        _ => None,
    });
    let added = send(&forms, second.state, &[(OPERATION, &add.expect("a list can grow"))]);
    assert_eq!(at(&added), Some(1));
    assert_eq!(added.state.answers().values["tags"], json!([null]));
}

#[test]
fn what_is_answered_opens_for_its_own_form_alone() {
    let forms = forms();
    let second = send(&forms, State::default(), &[("/name", "shop")]);
    let given = send(&forms, second.state, &[("/token", "hunter3"), (Wizard::GO, Wizard::UPDATE)]);
    let keyring = Keyring::random().expect("randomness");
    let sealed = given.state.seal(&keyring, "form user:default/ada template:default/a").expect("a key");
    assert!(!sealed.contains("hunter3") && !sealed.contains("shop"));
    let open = |context: &str, sealed: &str| State::open(&keyring, context, sealed);
    let opened = open("form user:default/ada template:default/a", &sealed).expect("its own");
    assert_eq!(opened.secrets().expose("token"), Some("hunter3"));
    for (context, sealed) in [
        ("form user:default/bob template:default/a", sealed.as_str()),
        ("form user:default/ada template:default/b", &sealed),
        ("form user:default/ada template:default/a", &sealed[1..]),
        ("form user:default/ada template:default/a", "{}"),
        ("form user:default/ada template:default/a", ""),
    ] {
        assert!(open(context, sealed).is_none(), "{context} {sealed}");
    }
}

#[test]
fn a_template_that_changed_meanwhile_begins_at_a_step_that_it_has() {
    let forms = forms();
    let second = send(&forms, State::default(), &[("/name", "shop")]);
    let one = json!({ "properties": { "name": { "type": "string" } } });
    let changed = Forms::compile(Some(&one), None).expect("a schema");
    let sent = send(&changed, second.state, &[("/token", "x"), (Wizard::GO, Wizard::UPDATE)]);
    assert_eq!(at(&sent), Some(0));
    assert_eq!(sent.state.answers().values["name"], "shop");
}

#[test]
fn a_template_that_asks_nothing_is_told_at_once() {
    let forms = Forms::compile(None, None).expect("nothing is wrong");
    let opened = advance(&forms, None, None, Order::StepByStep);
    assert!(opened.form.is_none() && opened.rows.is_empty() && opened.asked.is_none());
}
