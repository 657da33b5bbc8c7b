//! Templates: the gallery, and forms as a browser meets them.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::sync::Arc;

use app::catalog::views::EntityView;
use app::scaffolder::TemplateListQuery;
use app::scaffolder::views::{EntityRunsView, GalleryView, WizardView};
use app::ui::form::{Beside, FormFields, Suggested};
use leptos::prelude::*;
use model::form::{Answers, Form, Row, Secrets};
use model::{EntitySummary, Severity};
use scaffolder::form::{Forms, Mistake, Visitor};
use scaffolder::template::{Code, Problem};
use scaffolder::template_test::{TestFile, Tried};
use scaffolder::{EntityRun, Gallery, Shown, StepHead, TaskState, TestReport, Trial, Wizard, WizardForm};
use serde_json::{Value, json};

use crate::drawn::{Drawn, draw};
use crate::samples::{link, value};

/// A step with every control that there is.
fn everything() -> Value {
    json!({
        "title": "Everything",
        "required": ["name", "size"],
        "properties": {
            "name": { "type": "string", "title": "Name", "description": "Lower *case*", "ui:help": "Short" },
            "about": { "type": "string", "ui:widget": "textarea" },
            "email": { "type": "string", "format": "email" },
            "day": { "type": "string", "format": "date" },
            "size": { "type": "integer", "minimum": 1, "maximum": 9 },
            "share": { "type": "number", "ui:widget": "range", "minimum": 0, "maximum": 1, "multipleOf": 0.25 },
            "yes": { "type": "boolean" },
            "no": { "type": "boolean" },
            "colour": { "type": "string", "enum": ["red", "blue"], "enumNames": ["Red", "Blue"] },
            "radio": { "type": "string", "enum": ["a", "b"], "ui:widget": "radio" },
            "number": { "type": "integer", "enum": [1, 2] },
            "some": { "type": "array", "uniqueItems": true, "items": { "type": "string", "enum": ["x", "y", "z"] }, "ui:widget": "checkboxes" },
            "many": { "type": "array", "uniqueItems": true, "items": { "type": "string", "enum": ["x", "y"] } },
            "list": { "type": "array", "items": { "type": "object", "properties": { "a b": { "type": "string" } } } },
            "group": { "type": "object", "properties": { "inner": { "type": "string" } } },
            "owner": { "type": "string", "ui:field": "OwnerPicker" },
            "tags": { "type": "array", "items": { "type": "string" }, "ui:field": "EntityTagsPicker" },
            "repoUrl": { "type": "string", "ui:field": "RepoUrlPicker" },
            "hidden": { "type": "string", "ui:widget": "hidden" },
            "free": {},
            "either": { "oneOf": [
                { "title": "Text", "type": "object", "properties": { "text": { "type": "string" } } },
                { "title": "Count", "type": "object", "properties": { "count": { "type": "integer" } } },
            ] },
        },
    })
}

fn answers() -> Value {
    json!({
        "name": "<shop> & \"co\"", "about": "\n two\nlines", "email": "a@example.com", "day": "2026-12-02", "size": 3,
        "share": 0.25, "yes": true, "no": false, "colour": "blue", "radio": "b", "number": 2, "some": ["x", "z"], "many": ["y"],
        "list": [{ "a b": "one" }, { "a b": "two" }], "group": { "inner": "in" }, "owner": "group:default/a", "tags": ["p", "q"],
        "repoUrl": "github.com?owner=acme&repo=shop", "hidden": "h", "free": { "any": [1] }, "either": { "count": 7 },
    })
}

struct Filled {
    forms: Forms,
    answers: Answers,
}

impl Filled {
    fn new(step: &Value, values: &Value) -> Self {
        let forms = Forms::compile(Some(step), None).expect("the step is right");
        let values = values.as_object().expect("values").clone();
        Self { forms, answers: Answers { values, ..Answers::default() } }
    }

    fn with<T>(&mut self, ask: impl FnOnce(&Forms, &mut Answers, Visitor<'_>) -> T) -> T {
        let (flags, secrets) = (BTreeSet::new(), Secrets::default());
        ask(&self.forms, &mut self.answers, Visitor { flags: &flags, secrets: &secrets })
    }

    fn form(&mut self) -> Form {
        self.with(|forms, answers, visitor| forms.form(0, answers, visitor).expect("a step"))
    }

    fn draw(&mut self, beside: Beside) -> Drawn {
        let form = self.form();
        draw(|| view! { <FormFields form beside/> })
    }
}

/// What a browser would send of the drawn inputs, without pressing any of their buttons.
fn inputs(html: &str) -> Vec<(String, String)> {
    let attribute = |tag: &str, name: &str| {
        let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
        rest.split_once('"').map(|(value, _)| unescaped(value))
    };
    let is = |tag: &str, name: &str| {
        tag.split('"').step_by(2).any(|plain| plain.split([' ', '>', '=']).any(|word| word == name))
    };
    let (mut sent, mut select) = (Vec::new(), String::new());
    for piece in html.split('<').skip(1) {
        let (tag, text) = piece.split_once('>').unwrap_or((piece, ""));
        let name = attribute(tag, "name").unwrap_or_default();
        let value = attribute(tag, "value").unwrap_or_default();
        match tag.split([' ', '>']).next().unwrap_or_default() {
            _ if is(tag, "disabled") => {}
            "input"
                if matches!(attribute(tag, "type").as_deref(), Some("checkbox" | "radio"))
                    && !is(tag, "checked") => {}
            "input" => sent.push((name, value)),
            // The first line break of the element is not part of its text.
            "textarea" => sent.push((name, unescaped(text.strip_prefix('\n').unwrap_or(text)))),
            "select" => select = name,
            "option" if is(tag, "selected") && !select.is_empty() => sent.push((select.clone(), value)),
            "datalist" => select.clear(),
            _ => {}
        }
    }
    sent
}

fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

#[test]
fn what_is_drawn_says_the_same_when_it_is_sent_untouched() {
    let mut filled = Filled::new(&everything(), &answers());
    filled.answers.choices.insert("/either~of".to_owned(), 1);
    let html = filled.draw(Beside::default()).html();
    let sent = inputs(&html);
    let posted = filled.with(|forms, _, visitor| {
        let chosen = sent
            .iter()
            .filter(|(name, _)| name.contains("~of"))
            .map(|(name, of)| (name.clone(), of.parse().expect("a position")));
        let empty = Answers { choices: chosen.collect(), ..Answers::default() };
        forms.read(0, &empty, &sent, visitor).expect("a step").expect("not too much")
    });
    let (read, expected) = (Value::Object(posted.answers.values), answers());
    for (key, value) in expected.as_object().expect("values") {
        assert_eq!(read.get(key), Some(value), "{key} in {sent:#?}");
    }
}

#[test]
fn what_is_wrong_stands_at_its_field_and_leads_there() {
    let mut filled =
        Filled::new(&everything(), &json!({ "size": 12, "list": [{ "a b": 1 }], "repoUrl": "github.com" }));
    let mistakes = filled.with(|forms, answers, visitor| {
        assert!(forms.form(0, answers, visitor).is_some());
        forms.check_step(0, answers, visitor)
    });
    assert!(mistakes.len() >= 4, "{mistakes:?}");
    let told =
        mistakes.iter().map(|one| (one.pointer.clone(), one.title.clone(), one.message.clone())).collect();
    let page = filled.draw(Beside { mistakes: told, ..Beside::default() });
    let html = page.html();
    assert!(
        page.text().contains(&format!("{} answers need another look", mistakes.len())),
        "{}",
        page.text()
    );
    let has_id = |id: &str| html.contains(&format!(" id=\"{id}\""));
    for link in page.links() {
        let id = link.strip_prefix('#').unwrap_or_else(|| panic!("{link} leads away"));
        assert!(has_id(id), "nothing on the page is called {id}");
    }
    for of in ["form-name", "form-size"] {
        assert!(has_id(&format!("{of}-error")), "{of} says nothing of what is wrong: {html}");
        let (_, tag) = html.split_once(&format!(" id=\"{of}\"")).expect("the input");
        let tag = tag.split('>').next().unwrap_or_default();
        assert!(tag.contains("aria-invalid=\"true\"") && tag.contains(&format!("{of}-error")), "{tag}");
    }
    for described in html.split("aria-describedby=\"").skip(1) {
        for id in described.split('"').next().unwrap_or_default().split(' ') {
            assert!(has_id(id), "nothing is called {id}, which describes something");
        }
    }
}

#[test]
fn every_input_has_a_name_for_people_and_ids_are_given_once() {
    let html = Filled::new(&everything(), &answers()).draw(Beside::default()).html();
    let mut ids = BTreeSet::new();
    for id in html.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
        assert!(ids.insert(id), "{id} is given twice");
    }
    for tag in html
        .split('<')
        .filter(|tag| ["input ", "select ", "textarea "].iter().any(|name| tag.starts_with(name)))
    {
        let tag = tag.split('>').next().unwrap_or_default();
        let id = tag.split_once(" id=\"").and_then(|(_, rest)| rest.split('"').next());
        let is_labelled = id.is_some_and(|id| html.contains(&format!(" for=\"{id}\"")));
        let is_in_label = tag.contains("type=\"radio\"") || tag.contains("type=\"checkbox\"");
        assert!(
            is_labelled || is_in_label || tag.contains("aria-label=") || tag.contains("type=\"hidden\""),
            "nobody knows what {tag} is for"
        );
    }
}

#[test]
fn the_words_of_a_template_are_words() {
    let evil = "<script>alert(1)</script><b onclick=x>";
    let step = json!({ "properties": { evil: {
        "type": "string", "title": evil, "description": evil, "ui:help": evil, "ui:placeholder": evil, "default": evil, "enum": [evil, "b"],
    } } });
    let beside = Beside {
        mistakes: vec![(format!("/{}", evil.replace('/', "~1")), evil.to_owned(), evil.to_owned())],
        suggestions: vec![Suggested {
            pointer: "/x".to_owned(),
            items: vec![(evil.to_owned(), evil.to_owned())],
            left_off: 1,
        }],
    };
    let html = Filled::new(&step, &json!({})).draw(beside).html();
    assert!(!html.contains("<script") && !html.contains("<b onclick"), "{html}");
}

#[test]
fn an_answer_does_not_end_the_field_that_it_is_in() {
    let evil = "</textarea><script>alert(1)</script><img src=x onerror=alert(2)>&lt;";
    let step = json!({ "properties": {
        "about": { "type": "string", "ui:widget": "textarea" },
        "line": { "type": "string" },
        "any": {},
    } });
    let mut filled = Filled::new(&step, &json!({ "about": evil, "line": evil, "any": [evil] }));
    let html = filled.draw(Beside::default()).html();
    assert!(!html.contains("<script") && !html.contains("<img"), "{html}");
    assert_eq!(html.matches("</textarea>").count(), 2, "{html}");
}

fn wizard(shown: Shown) -> Wizard {
    Wizard {
        link: link("template:default/service"),
        description: Some("Makes a *service*".to_owned()),
        owner: Some(link("group:default/platform")),
        spec_type: Some("service".to_owned()),
        tags: Vec::new(),
        problems: Vec::new(),
        tests: None,
        draft: None,
        steps: vec![
            StepHead { position: 0, title: "First".to_owned() },
            StepHead { position: 2, title: "Second".to_owned() },
        ],
        shown,
        state: "sealed".to_owned(),
        values: serde_json::Map::new(),
        mistakes: Vec::new(),
        notice: None,
        labels: [("reviewButtonText".to_owned(), "Look it over".to_owned())].into(),
    }
}

fn second(step: &Value, values: &Value) -> Shown {
    let form = Filled::new(step, values).form();
    Shown::Step(Box::new(WizardForm {
        position: 2,
        description: None,
        form,
        decides: false,
        suggestions: [].into(),
    }))
}

#[test]
fn a_step_says_where_one_is_and_how_to_go_on() {
    let step = json!({ "properties": { "password": { "type": "string", "ui:widget": "password" } } });
    let page =
        draw(|| view! { <WizardView wizard=wizard(second(&step, &json!({ "password": "hunter2" })))/> });
    let (text, html) = (page.text(), page.html());
    for words in ["Step 2 of 3", "Done: First", "Look it over", "Back", "****** is kept"] {
        assert!(text.contains(words), "{words:?} is missing in: {text}");
    }
    assert!(!html.contains("hunter2"), "a password is in the page");
    let buttons: Vec<_> = html.split("<button").skip(1).filter_map(|tag| tag.split('>').next()).collect();
    assert!(
        buttons[0].contains("hidden") && buttons[0].contains("value=\"next\""),
        "the return key does not go on: {buttons:?}"
    );
    assert!(
        html.contains("action=\"/create/templates/default/service\"") && html.contains("method=\"post\"")
    );
}

#[test]
fn a_form_with_files_is_sent_with_them() {
    let file = json!({ "properties": { "f": { "type": "string", "format": "data-url" } } });
    let text = json!({ "properties": { "f": { "type": "string" } } });
    for (step, expected) in [(file, true), (text, false)] {
        let page = draw(|| view! { <WizardView wizard=wizard(second(&step, &json!({})))/> });
        assert_eq!(page.html().contains("enctype=\"multipart/form-data\""), expected);
    }
}

#[test]
fn what_a_portal_cannot_run_is_told_apart_from_what_is_wrong() {
    let problem = |code: Code, severity: Severity, message: &str| Problem {
        pointer: "/spec/steps/0/action".to_owned(),
        code,
        severity,
        message: message.to_owned(),
        help: None,
    };
    let unable = problem(Code::NotRunnable, Severity::Error, "This portal can't run publish:azure yet.");
    let wrong = problem(Code::UnknownAction, Severity::Error, "There is no action x.");
    let review =
        || Shown::Review { rows: Vec::new(), secrets: Vec::new(), trial: Trial::Offered, unable: None };
    let of = |problems: Vec<Problem>| {
        let wizard = Wizard { problems, ..wizard(review()) };
        draw(|| view! { <WizardView wizard/> }).text()
    };
    let text = of(vec![unable.clone()]);
    assert!(
        text.contains("This portal can't run all of this template") && !text.contains("in this template\n"),
        "{text}"
    );
    assert!(text.contains("Try it out"), "{text}");
    let text = of(vec![wrong]);
    assert!(text.contains("1 problem in this template") && text.contains("There is no action x."), "{text}");
    let text = of(Vec::new());
    assert!(!text.contains("problem"), "{text}");
}

#[test]
fn answers_are_told_and_what_does_not_fit_leads_back() {
    let rows = vec![
        Row { pointer: "/a".to_owned(), name: "A".to_owned(), value: json!("******") },
        Row { pointer: "/b".to_owned(), name: "B".to_owned(), value: json!([true, 2]) },
        Row { pointer: "/c".to_owned(), name: "C".to_owned(), value: json!("<script>") },
    ];
    let mistake = Mistake {
        step: 2,
        pointer: "/b".to_owned(),
        title: "B".to_owned(),
        message: "is too long".to_owned(),
    };
    let shown = Shown::Review { rows, secrets: Vec::new(), trial: Trial::Offered, unable: None };
    let page = draw(|| view! { <WizardView wizard=Wizard { mistakes: vec![mistake], ..wizard(shown) }/> });
    let (text, html) = (page.text(), page.html());
    for words in ["A\n******\n", "Yes", "<script>", "B: is too long", "Change it in Second"] {
        assert!(text.contains(words), "{words:?} is missing in: {text}");
    }
    assert!(!text.contains("Try it out") && !html.contains("<script"), "{html}");
}

fn template(name: &str, tags: &[&str]) -> EntitySummary {
    EntitySummary {
        link: link(&format!("template:default/{name}")),
        spec_type: Some("service".to_owned()),
        tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
        ..EntitySummary::default()
    }
}

fn gallery(query: &str, gallery: Gallery) -> Drawn {
    let query = TemplateListQuery::from_query_string(query);
    draw(|| view! { <GalleryView query gallery/> })
}

#[test]
fn a_card_says_how_the_tests_of_its_template_went() {
    let file = |wrong: &[&str]| {
        let wrong = wrong.iter().map(|wrong| (*wrong).to_owned()).collect();
        let tried = Tried { name: "<b>one".to_owned(), wrong };
        TestReport { files: vec![TestFile { path: "tests/a.yaml".to_owned(), tests: Ok(vec![tried]) }] }
    };
    let reports = [("good", file(&[])), ("bad", file(&["README.md is <i>not</i> there."]))];
    let tests = reports.clone().map(|(name, report)| (format!("template:default/{name}"), Arc::new(report)));
    let page = gallery(
        "",
        Gallery {
            others: ["good", "bad", "bare"].map(|name| template(name, &[])).to_vec(),
            total: 3,
            all: 3,
            tests: tests.into(),
            ..Gallery::default()
        },
    );
    let text = page.text();
    assert_eq!(text.matches("passed").count() + text.matches("failed").count(), 2, "{text}");
    assert!(text.contains("1 test passed") && text.contains("1 of 1 test failed"), "{text}");
    let told = "/create/templates/default/bad#template-tests".to_owned();
    assert!(page.links().contains(&told), "{:?}", page.links());

    let [_, (_, bad)] = reports;
    let wizard = Wizard { tests: Some(Arc::new(bad)), ..wizard(Shown::Nothing) };
    let page = draw(|| view! { <WizardView wizard/> });
    let (text, html) = (page.text(), page.html());
    assert!(text.contains("README.md is <i>not</i> there.") && text.contains("<b>one"), "{text}");
    assert!(html.contains("id=\"template-tests\"") && !html.contains("<i>"), "{html}");
}

#[test]
fn an_entity_tells_which_runs_had_to_do_with_it() {
    let run = |id: &str, state, registered, by: Option<&str>| EntityRun {
        id: id.to_owned(),
        title: "Rust <service>".to_owned(),
        by: by.map(link),
        created_at: "2026-12-01T10:00:00.000Z".to_owned(),
        state,
        registered,
    };
    let runs = vec![
        run("one", TaskState::Completed, true, Some("user:default/ada")),
        run("two", TaskState::Failed, false, None),
    ];
    let page = draw(|| view! { <EntityRunsView runs/> });
    let text = page.text();
    for words in ["Registered by a run of", "Rust <service>", "by ada", "Completed", "Failed", "1 Dec 2026"] {
        assert!(text.contains(words), "{words:?} is missing in: {text}");
    }
    assert!(page.links().iter().any(|link| link == "/create/tasks/one"), "{:?}", page.links());

    let html = page.html();
    let page = draw(|| view! { <EntityView detail=model::EntityDetail::default() runs=Some(html)/> });
    let text = page.text();
    let (history, runs) = (text.find("History"), text.find("Runs of templates"));
    assert!(runs.is_some() && history < runs, "{text}");
}

#[test]
fn who_left_a_form_is_offered_to_go_on_with_it() {
    let step = json!({ "properties": { "name": { "type": "string" } } });
    let shown = second(&step, &json!({}));
    let draft = Some("2026-12-01T10:00:00.000Z".to_owned());
    let page = draw(|| view! { <WizardView wizard=Wizard { draft, ..wizard(shown) }/> });
    let (text, html) = (page.text(), page.html());
    for words in ["You began this on 1 Dec 2026", "Go on", "Start anew"] {
        assert!(text.contains(words), "{words:?} is missing in: {text}");
    }
    for value in ["go-on", "anew"] {
        assert!(html.contains(&format!("name=\"~draft\" value=\"{value}\"")), "{html}");
    }
    let nothing = draw(|| view! { <WizardView wizard=wizard(second(&step, &json!({})))/> });
    assert!(!nothing.text().contains("You began this"));
}

#[test]
fn recommended_templates_come_first() {
    let page = gallery(
        "type=service",
        Gallery {
            recommended: vec![template("best", &["recommended", "rust"])],
            others: vec![template("other", &[])],
            total: 2,
            all: 3,
            facets: vec![model::Facet {
                key: "spec.type".to_owned(),
                values: vec![value("service", 2)],
                ..model::Facet::default()
            }],
            tests: std::collections::BTreeMap::default(),
            usage: std::collections::BTreeMap::default(),
        },
    );
    let text = page.text();
    let places = ["Recommended", "best", "All others", "other"].map(|words| text.find(words));
    assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{places:?} in {text}");
    assert!(text.contains("service 2") && text.contains("2 templates"), "{text}");
    let links = page.links();
    for link in
        ["/create/templates/default/best", "/create?tag=rust", "/create", "/catalog/default/template/best"]
    {
        assert!(links.iter().any(|other| other == link), "{link} is missing in {links:?}");
    }
}

#[test]
fn an_empty_gallery_says_why() {
    for (query, all, reason) in [("", 0, "There are no templates yet"), ("text=x", 4, "No template matches")]
    {
        let text = gallery(query, Gallery { all, ..Gallery::default() }).text();
        assert!(text.contains(reason), "{reason:?} is missing in: {text}");
    }
}
