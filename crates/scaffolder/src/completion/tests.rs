//! Texts as they are half-way through being written; `^` stands for the place.

use model::form::Picker;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::dry_run::tests::registry;

fn at(text: &str) -> (String, Completions) {
    let place = text.find('^').expect("a place");
    let source = text.replacen('^', "", 1);
    let found = completions(&source, place, &registry());
    (source[found.from..place].to_owned(), found)
}

/// What is typed, and the labels of what may stand there.
fn labels(text: &str) -> (String, Vec<String>) {
    let (typed, found) = at(text);
    (typed, found.items.into_iter().map(|item| item.label).collect())
}

const HEAD: &str = "apiVersion: scaffolder.backstage.io/v1beta3\nkind: Template\n";
const STEPS: &str = "spec:
  parameters:
    - title: One
      properties:
        name:
          title: Its name
          type: string
        token:
          type: string
          ui:field: Secret
  steps:
    - id: fetch-base
      action: fetch:template
      input:
        url: ./skeleton
    - id: publish
      action: publish:github
      input:
        ";

#[tokio::test]
async fn keys_are_those_of_the_object_that_are_not_there_yet() {
    for (text, typed, among, not) in [
        ("^", "", &["apiVersion", "kind", "metadata", "spec"][..], &["steps"][..]),
        ("kind: Template\nme^", "me", &["metadata"], &["kind"]),
        (
            "metadata:\n  name: a\n  ^\n  title: b\nspec:",
            "",
            &["description", "tags"],
            &["name", "title", "spec"],
        ),
        ("spec:\n  ^", "", &["parameters", "steps", "output", "owner"], &["name"]),
        ("spec:\n  steps:\n    - ^", "", &["id", "action", "if", "each"], &["steps"]),
        (
            "spec:\n  steps:\n    - id: a\n      compensate:\n        ^",
            "",
            &["action", "input", "name", "each"],
            &["id", "if"],
        ),
        ("spec:\n  steps:\n    - id: a\n      in^", "in", &["input", "action"], &["id"]),
        ("spec:\n  steps:\n  - id: a\n    in^\n  - id: b", "in", &["input", "action"], &["id"]),
        (
            "spec:\n  parameters:\n    - ti^",
            "ti",
            &["title", "properties", "ui:order", "backstage:permissions"],
            &[],
        ),
        ("spec:\n  parameters:\n    ti^", "ti", &["title", "properties"], &[]),
        (
            "spec:\n  parameters:\n    - properties:\n        name:\n          ui:f^",
            "ui:f",
            &["type", "ui:field"],
            &["id"],
        ),
        (
            "spec:\n  parameters:\n    - properties:\n        list:\n          items:\n            ty^",
            "ty",
            &["type"],
            &[],
        ),
        (
            "spec:\n  parameters:\n    - properties:\n        of:\n          ui:options:\n            ca^",
            "ca",
            &["catalogFilter"],
            &["type"],
        ),
        ("spec:\n  output:\n    links:\n      - ti^", "ti", &["title", "url", "entityRef"], &["content"]),
    ] {
        let (found, labels) = labels(text);
        assert_eq!(found, typed, "{text}");
        let has = |name: &&&str| labels.iter().any(|label| label == **name);
        assert!(among.iter().all(|name| has(&name)), "{text}: {labels:?}");
        assert!(!not.iter().any(|name| has(&name)), "{text}: {labels:?}");
    }
}

#[tokio::test]
async fn inputs_are_those_of_the_action() {
    let (_, found) = at("spec:\n  steps:\n    - action: fetch:template\n      input:\n        ^");
    let first = &found.items[0];
    assert_eq!((first.label.as_str(), first.insert.as_deref()), ("url", Some("url: ")));
    assert_eq!(first.detail.as_deref(), Some("string, required"));
    assert!(first.info.as_deref().is_some_and(|info| !info.is_empty()));
    let values = found.items.iter().find(|item| item.label == "values").expect("values");
    assert_eq!(values.insert.as_deref(), Some("values:\n          "));
    let undo = "spec:\n  steps:\n    - action: publish:github\n      compensate:\n        action: fetch:template\n        input:\n          ^";
    assert!(labels(undo).1.contains(&"copyWithoutTemplating".to_owned()), "{:?}", labels(undo));
    // The action may stand behind its input.
    let (_, after) =
        labels("spec:\n  steps:\n    - input:\n        u^\n      action: 'fetch:template' # why");
    assert!(after.contains(&"url".to_owned()), "{after:?}");
    // An action of Backstage that is not run here has its inputs as well, one that there is not has none.
    let (_, known) = labels("spec:\n  steps:\n    - action: publish:azure\n      input:\n        ^");
    assert!(known.contains(&"repoUrl".to_owned()), "{known:?}");
    let (_, unknown) = labels("spec:\n  steps:\n    - action: publish:nowhere\n      input:\n        ^");
    assert_eq!(unknown, Vec::<String>::new());
}

#[tokio::test]
async fn values_are_those_that_the_schema_lists() {
    for (text, typed, among) in [
        ("ki^", "ki", "kind"),
        ("kind: ^", "", "Template"),
        ("kind: Tem^", "Tem", "Template"),
        ("spec:\n  type: ser^", "ser", "service"),
        ("spec:\n  steps:\n    - action: fetch:t^", "fetch:t", "fetch:template"),
        (
            "spec:\n  steps:\n    - action: fetch:template\n      input:\n        copyWithoutTemplating:\n        cookiecutterCompat: ^",
            "",
            "true",
        ),
        ("spec:\n  parameters:\n    - properties:\n        name:\n          type: ^", "", "integer"),
        (
            "spec:\n  parameters:\n    - properties:\n        name:\n          ui:field: Own^",
            "Own",
            "OwnerPicker",
        ),
        (
            "spec:\n  parameters:\n    properties:\n      repo:\n        ui:options:\n          allowedHosts:\n            - ^",
            "",
            "github.com",
        ),
    ] {
        let (found, labels) = labels(text);
        assert_eq!(found, typed, "{text}");
        assert!(labels.iter().any(|label| label == among), "{text}: {labels:?}");
    }
}

#[tokio::test]
async fn expressions_know_their_names() {
    for (written, typed, labels) in [
        ("x: ${{ parameters.^", "", &["name"][..]),
        ("x: a-${{ parameters.na^ }}-b", "na", &["name"]),
        ("x: ${{ secrets.^", "", &["token"]),
        ("x: ${{ steps.^", "", &["fetch-base"]),
        ("x: ${{ steps['fetch-base'].^", "", &["output"]),
        ("x: ${{ steps.publish.output.remote^", "remote", &["commitHash", "remoteUrl", "repoContentsUrl"]),
        ("x: ${{ 'a ^", "", &[]),
        ("x: ${{ parameters.name ^", "", &[]),
        ("x: ${{ parameters.name }} ^", "${{ parameters.name }} ", &[]),
        ("x: |\n          ${{ context.task.^", "", &["id"]),
    ] {
        let (found, mut offered) = self::labels(&format!("{HEAD}{STEPS}{written}"));
        offered.sort();
        assert_eq!(found, typed, "{written}");
        assert_eq!(offered, labels, "{written}");
    }
    for begins in ["x: ${{ ^", "x: ${{ parameters.name or par^", "x: ${{ [1, ^", "x: ${{ a || ^"] {
        let (_, names) = labels(&format!("{HEAD}{STEPS}{begins}"));
        assert!(names.contains(&"parameters".to_owned()), "{begins}: {names:?}");
    }
    let (typed, filters) = labels(&format!("{HEAD}{STEPS}x: ${{{{ parameters.name | up^"));
    assert!(
        typed == "up"
            && filters.contains(&"upper".to_owned())
            && filters.contains(&"parseRepoUrl".to_owned())
    );
}

#[tokio::test]
async fn steps_of_branches_are_known() {
    let text = "spec:
  steps:
    - id: base
      action: fetch:template
    - id: both
      branches:
        code:
          - id: publish
            action: publish:github
          - id: more
            action: debug:log
            input:
              message: ~
        docs:
          - id: docs
            action: fetch:plain
            input:
              url: @
    - id: after
      action: debug:log
      input:
        message: %
";
    let at = |mark: char, what: &str| {
        let text = text.replace(mark, &format!("{what}^"));
        let text: String = text.split_inclusive('^').take(1).collect();
        let mut labels = labels(&format!("{HEAD}{text}")).1;
        labels.sort();
        labels
    };
    assert_eq!(at('~', "${{ steps."), ["base", "publish"]);
    assert_eq!(at('@', "${{ steps."), ["base"]);
    assert_eq!(at('%', "${{ steps."), ["base", "both", "docs", "more", "publish"]);
    let undo = "spec:\n  steps:\n    - id: a\n      action: publish:github\n      compensate:\n        action: debug:log\n        input:\n          message: ${{ steps.^";
    assert_eq!(labels(undo).1, ["a"]);
    let nested = "spec:\n  steps:\n    - branches:\n        a:\n          - ^";
    assert!(labels(nested).1.contains(&"action".to_owned()), "{:?}", labels(nested));
    let input = "spec:\n  steps:\n    - branches:\n        a:\n          - action: fetch:template\n            input:\n              ^";
    assert!(labels(input).1.contains(&"url".to_owned()), "{:?}", labels(input));
}

#[tokio::test]
async fn what_is_no_name_is_written_in_brackets() {
    let (_, found) = at(&format!("{HEAD}{STEPS}x: ${{{{ steps.^"));
    let [step] = &found.items[..] else { panic!("{found:?}") };
    assert_eq!((step.insert.as_deref(), step.before), (Some("['fetch-base']"), 1));
    assert_eq!(step.detail.as_deref(), Some("fetch:template"));
}

/// Reading these in steps that grow with the square of their number would take minutes.
#[tokio::test]
async fn very_many_names_are_looked_up_at_once_and_some_of_them_offered() {
    let step = |number| format!("    - id: s{number}\n      name: n\n      action: debug:log\n");
    let steps: String = (0..9_000).map(step).collect();
    let text = format!("{HEAD}spec:\n  steps:\n{steps}      input:\n        a: ${{{{ steps.");
    let (_, found) = at(&format!("{text}^"));
    assert_eq!((found.items.len(), found.is_incomplete), (MOST, true));
    let first = &found.items[0];
    assert_eq!((first.label.as_str(), first.detail.as_deref()), ("s0", Some("debug:log")));
    // What is typed finds those that are left off.
    let (typed, found) = labels(&format!("{text}s8765^"));
    assert_eq!((typed.as_str(), found[0].as_str()), ("s8765", "s8765"));

    let fields: String = (0..24_000).map(|number| format!("      a{number}: {{}}\n")).collect();
    let text =
        format!("{HEAD}spec:\n  parameters:\n    properties:\n{fields}  output:\n    a: ${{{{ parameters.^");
    let (_, found) = at(&text);
    assert_eq!((found.items.len(), found.is_incomplete), (MOST, true));
    let long = "k".repeat(100_000);
    let lines: String = (0..50_000).map(|_| "      a:\n").collect();
    assert_eq!(labels(&format!("{long}:\n{lines}${{{{ steps.^")).1, Vec::<String>::new());
    let deep = "- ".repeat(100_000);
    assert_eq!(labels(&format!("spec:\n  parameters:\n    {deep}^")).1, Vec::<String>::new());
}

#[tokio::test]
async fn nothing_is_offered_where_nothing_is_known() {
    for text in [
        "# ki^",
        "metadata:\n  description: |\n    na^",
        "kind: Component\nspec:\n  ^",
        "kind: Template\n---\nkind: Component\nspec:\n  ^",
        "metadata:\n  name: ^",
    ] {
        assert_eq!(labels(text).1, Vec::<String>::new(), "{text}");
    }
}

#[tokio::test]
async fn what_is_typed_ends_where_it_is_asked_about() {
    for (text, typed) in
        [("type: \u{1f600}\r^\n", "\u{1f600}\r"), ("spec:\r\n  ow^\r\n", "ow"), ("kind: Te^\r\n", "Te")]
    {
        assert_eq!(labels(text).0, typed, "{text:?}");
    }
}

#[test]
fn fields_and_widgets_are_those_of_forms() {
    let fields = &TEMPLATE["$defs"]["schema"]["properties"]["ui:field"]["enum"];
    let named: Vec<&str> = fields.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let all: Vec<&str> = Picker::ALL.iter().map(|picker| picker.as_str()).chain(["Secret"]).collect();
    assert_eq!(named, all);
}

#[test]
fn widgets_are_those_that_forms_know() {
    let widgets = &TEMPLATE["$defs"]["schema"]["properties"]["ui:widget"]["enum"];
    for widget in widgets.as_array().expect("a list") {
        let field = match widget.as_str() {
            Some("checkboxes") => {
                let items = json!({ "type": "string", "enum": ["a"] });
                json!({ "type": "array", "uniqueItems": true, "items": items, "ui:widget": widget })
            }
            Some("radio" | "select") => json!({ "type": "string", "enum": ["a"], "ui:widget": widget }),
            Some("range" | "updown") => json!({ "type": "integer", "ui:widget": widget }),
            _ => json!({ "type": "string", "ui:widget": widget }),
        };
        let flaws = crate::form::flaws(Some(&json!({ "properties": { "a": field } })), None);
        assert!(flaws.is_empty(), "{widget}: {flaws:?}");
    }
}

proptest! {
    #[test]
    fn no_text_and_no_place_is_too_much(text in "[ a-z:#|>\\-\\[\\]{}$.'\"\n\u{e9}\u{1f600}\r]{0,200}", place in 0usize..300) {
        let place = bytes(&text, place);
        let found = completions(&text, place, &Registry::default());
        prop_assert!(found.from <= place && text.is_char_boundary(found.from));
    }

    #[test]
    fn places_are_counted_as_browsers_do(text in "\\PC{0,40}") {
        let all: Vec<u16> = text.encode_utf16().collect();
        prop_assert_eq!(units(&text), all.len());
        for (start, _) in text.char_indices() {
            prop_assert_eq!(bytes(&text, units(&text[..start])), start);
        }
    }
}
