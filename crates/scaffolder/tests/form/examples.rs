//! The templates of Backstage's own repositories, if they lie beside the checkout.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use model::form::{Control, Secrets};
use scaffolder::form::{Forms, Visitor, flaws};
use serde_json::Value;

use crate::browser::{Page, inputs};

fn shared() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared")
}

/// Templates with their paths, below `backstage/examples`.
fn templates() -> Vec<(String, Value)> {
    let (mut found, mut next) = (Vec::new(), vec![shared().join("backstage/examples")]);
    while let Some(folder) = next.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                next.push(path);
            } else if path.extension().is_some_and(|extension| extension == "yaml") {
                let text = fs::read_to_string(&path).unwrap();
                if text.contains("kind: Template") && text.contains("scaffolder.backstage.io/v1beta3") {
                    let name =
                        path.strip_prefix(shared().join("backstage/examples")).unwrap().display().to_string();
                    found.push((name, serde_saphyr::from_str(&text).unwrap()));
                }
            }
        }
    }
    found.sort_by(|(one, _), (other, _)| one.cmp(other));
    found
}

#[test]
fn every_step_can_be_drawn_sent_and_told() {
    let templates = templates();
    assert!(!shared().exists() || templates.len() >= 15, "only {} templates", templates.len());
    for (name, template) in templates {
        let Some(parameters) = template.pointer("/spec/parameters") else { continue };
        let told: Vec<_> = flaws(Some(parameters), None)
            .into_iter()
            .map(|flaw| format!("{} {}", flaw.violation.pointer, flaw.violation.message))
            .collect();
        assert_eq!(told, Vec::<String>::new(), "{name}");
        let mut page = Page::new(parameters);
        for step in 0..page.forms.len() {
            page.step = step;
            let form = page.form();
            for field in form.fields() {
                assert_eq!(field.note, None, "{name} {}", field.pointer);
                assert!(!matches!(field.control, Control::Json), "{name} {}", field.pointer);
            }
            let before = page.values();
            page.send_all(&inputs(&form));
            // Sending says of an empty box that it is empty, and of nothing else anything new.
            let mut after = page.values();
            for field in page.form().fields() {
                let is_unchecked = matches!(field.control, Control::Checkbox { .. })
                    && before.pointer(&field.pointer).is_none()
                    && after.pointer(&field.pointer) == Some(&Value::Bool(false));
                if is_unchecked {
                    let (parent, key) = field.pointer.rsplit_once('/').unwrap();
                    let parent = if parent.is_empty() { Some(&mut after) } else { after.pointer_mut(parent) };
                    parent.unwrap().as_object_mut().unwrap().shift_remove(key);
                }
            }
            assert_eq!(after, before, "{name} step {step}");
            let once = page.answers.clone();
            page.send_all(&inputs(&page.forms.form(step, &mut once.clone(), visitor(&page)).unwrap()));
            assert_eq!(page.answers, once, "{name} step {step}: sending twice");
        }
    }
}

/// Who looks at a page.
fn visitor(page: &Page) -> Visitor<'_> {
    Visitor { flags: &page.flags, secrets: &page.secrets }
}

/// A real Backstage took these values, or refused some of them. It checks fewer formats than its form does; we check those
/// of the form.
#[test]
fn recorded_dry_runs_are_judged_alike() {
    let path = shared().join("oracle/scaffolder/dry-run.json");
    let Ok(text) = fs::read_to_string(path) else { return };
    let runs: Vec<Value> = serde_json::from_str(&text).unwrap();
    assert!(runs.len() >= 13);
    let (flags, secrets) = (BTreeSet::new(), Secrets::default());
    for run in &runs {
        let name = run["template"].as_str().unwrap();
        let template = fs::read_to_string(shared().join("backstage/examples").join(name)).unwrap();
        let template: Value = serde_saphyr::from_str(&template).unwrap();
        let forms = Forms::compile(template.pointer("/spec/parameters"), None).unwrap();
        let values = run["values"].as_object().unwrap();
        let mistakes = forms.check(values, Visitor { flags: &flags, secrets: &secrets });
        let refused = run["result"]["errors"].as_array().cloned().unwrap_or_default();
        for error in &refused {
            let pointer = format!("/{}", error["path"][0].as_str().unwrap());
            assert!(
                mistakes.iter().any(|mistake| mistake.pointer == pointer),
                "{name} {pointer}: {mistakes:?}"
            );
        }
        assert_eq!(mistakes.is_empty(), refused.is_empty(), "{name}: {mistakes:?}");
    }
}
