//! Drafts as they are sent, one after the other.

use std::sync::Arc;

use catalog::reading::Checks;
use model::Severity;

use super::draft::{Draft, Drafted};
use super::{Editor, LONGEST, STARTER, files};
use crate::TemplateCheck;
use crate::data_url;
use crate::dry_run::tests::registry;
use crate::pages::Wizard;

fn checks() -> Checks {
    Checks::new(vec![Arc::new(TemplateCheck::new(registry()))])
}

fn sent(inputs: &[(&str, &str)]) -> Draft {
    Draft::sent(inputs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()).1
}

fn read(inputs: &[(&str, &str)]) -> Drafted {
    sent(inputs).read(&checks())
}

fn titles(drafted: &Drafted) -> Vec<String> {
    let (_, forms) = drafted.form.as_ref().expect("a form");
    (0..forms.len()).filter_map(|position| forms.step(position)?.title().map(str::to_owned)).collect()
}

#[tokio::test]
async fn what_a_new_template_begins_with_is_right() {
    let drafted = read(&[(Editor::SOURCE, STARTER)]);
    assert_eq!(drafted.problems, []);
    assert_eq!(titles(&drafted), ["What it is"]);
    assert!(!drafted.is_stale && drafted.draft.working == STARTER);
}

#[tokio::test]
async fn the_last_form_that_worked_stays_while_the_text_is_broken() {
    let before = STARTER.replace("What it is", "Before");
    for (broken, line, says) in [
        (STARTER.replace("  parameters:", "  parameters: ["), 14, ""),
        (
            STARTER.replace(
                "type: string\n          description: In",
                "type: strong\n          description: In",
            ),
            19,
            "not a type",
        ),
        (STARTER.replace("kind: Template", "kind: Component"), 0, ""),
        (STARTER.replace("name: new-template", "name: new template"), 5, ""),
        (String::new(), 0, "no template"),
    ] {
        let drafted = read(&[(Editor::SOURCE, &broken), (Editor::WORKING, &before)]);
        assert!(drafted.is_stale, "{broken}");
        assert_eq!((titles(&drafted), &drafted.draft.working), (vec!["Before".to_owned()], &before));
        let problem = drafted.problems.iter().find(|problem| problem.severity == Severity::Error);
        let problem = problem.unwrap_or_else(|| panic!("nothing is told of {broken}"));
        assert!(problem.message.contains(says), "{problem:?}");
        if line > 0 {
            let found = problem.position.as_ref().map(|position| position.line);
            assert_eq!(found, Some(line), "{problem:?}");
        }
    }
}

#[tokio::test]
async fn a_form_is_shown_though_the_steps_are_wrong() {
    let source = STARTER.replace("catalog:write", "catalog:wrote");
    let drafted = read(&[(Editor::SOURCE, &source)]);
    assert_eq!((titles(&drafted).len(), drafted.is_stale), (1, false));
    let [problem] = &drafted.problems[..] else { panic!("{:?}", drafted.problems) };
    let line = source.lines().position(|line| line.contains("catalog:wrote")).expect("the line") + 1;
    let place = problem.position.as_ref().map(|place| place.line as usize);
    assert_eq!((place, problem.message.contains("catalog:wrote")), (Some(line), true), "{problem:?}");
}

#[tokio::test]
async fn the_line_ends_of_forms_are_not_those_of_the_text() {
    let draft = sent(&[(Editor::SOURCE, "a\r\nb\r\n"), (Editor::WORKING, "c\r\n")]);
    assert_eq!((draft.source.as_str(), draft.working.as_str()), ("a\nb\n", "c\n"));
}

#[tokio::test]
async fn a_text_that_is_too_long_is_refused_before_it_is_read() {
    let drafted = read(&[(Editor::SOURCE, &"#".repeat(LONGEST + 1)), (Editor::WORKING, STARTER)]);
    assert!(drafted.form.is_none() && drafted.problems[0].message.contains("the most that can be edited"));
}

#[tokio::test]
async fn a_draft_brings_nothing_in_from_this_machine() {
    let source = STARTER
        .replace("description: Says in a sentence what people get.", "description: { $text: /etc/hostname }");
    let drafted = read(&[(Editor::SOURCE, &source)]);
    assert!(drafted.form.is_none());
    assert!(
        drafted.problems.iter().any(|problem| problem.message.contains("/etc/hostname")),
        "{:?}",
        drafted.problems
    );
}

#[tokio::test]
async fn a_folder_brings_its_template_and_what_lies_beside_it() {
    let file = |path: &str, text: &str| data_url(path, None, text.as_bytes());
    let (template, skeleton) = (file("t/template.yaml", STARTER), file("t/skeleton/a b/ü.txt", "x"));
    let git = file("t/.git/config", "secret");
    let inputs = [
        (Editor::SOURCE, "kind: Other"),
        (Editor::WORKING, "before"),
        (Editor::FILES, &template),
        (Editor::FILES, &skeleton),
        (Editor::FILES, &git),
        (Wizard::GO, Editor::OPEN),
    ];
    let draft = sent(&inputs);
    assert_eq!((draft.source.as_str(), draft.working.as_str()), (STARTER, ""));
    let paths: Vec<&str> = draft.files.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(paths, ["template.yaml", "skeleton/a b/ü.txt"]);
    // Nothing but the button takes the text away that somebody writes.
    assert_eq!(sent(&inputs[..5]).source, "kind: Other");
}

#[tokio::test]
async fn folders_that_are_none_are_told_so() {
    let no_template = data_url("t/readme.md", None, b"x");
    for (files, says) in [
        (vec![no_template.as_str()], "No template was found"),
        (vec![""], "No template was found"),
        (vec!["nonsense"], "could not be read"),
        (vec!["data:;name=%ff;base64,AA=="], "could not be read"),
        (vec!["data:;name=a;base64,!"], "could not be read"),
    ] {
        let mut inputs: Vec<_> = files.iter().map(|file| (Editor::FILES, *file)).collect();
        inputs.extend([(Editor::SOURCE, STARTER), (Wizard::GO, Editor::OPEN)]);
        let drafted = read(&inputs);
        let notice = drafted.notice.as_deref().unwrap_or_default();
        assert!(notice.contains(says), "{files:?}: {notice}");
        assert_eq!(drafted.draft.source, STARTER);
    }
    let many = vec![data_url("t/x", None, b""); 2_001];
    assert!(files::read(&many).is_err_and(|why| why.contains("more than 2000 files")));
}
