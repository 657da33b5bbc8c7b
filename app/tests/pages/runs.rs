//! Runs: what their page says of steps, and of what was undone.

use app::scaffolder::views::TaskView;
use leptos::prelude::*;
use scaffolder::{LogQuery, RunLine, RunLog, StepBranch, StepLine, TaskPage, TaskState, TaskStep};
use serde_json::Map;

use crate::drawn::{Drawn, draw};

fn line(id: &str, state: &str, compensates: Option<&str>) -> StepLine {
    let step = TaskStep {
        id: id.to_owned(),
        name: format!("Name of {id}"),
        action: "debug:log".to_owned(),
        state: state.to_owned(),
        started_at: None,
        ended_at: None,
        error: None,
        compensates: compensates.map(str::to_owned),
        branch: None,
    };
    StepLine { step, took: None }
}

fn page(state: TaskState, is_cancelling: bool, steps: Vec<StepLine>) -> Drawn {
    logged(state, is_cancelling, steps, RunLog::default(), LogQuery::default())
}

fn logged(
    state: TaskState,
    is_cancelling: bool,
    steps: Vec<StepLine>,
    log: RunLog,
    asked: LogQuery,
) -> Drawn {
    let task = TaskPage {
        id: "one".to_owned(),
        template: None,
        title: "Service".to_owned(),
        by: None,
        created_at: "2026-12-01T10:00:00.000Z".to_owned(),
        ended_at: None,
        state,
        is_cancelling,
        error: Some("It broke.".to_owned()),
        waits: None,
        steps,
        log,
        last_event: 1,
        output: Map::new(),
        approvals: Vec::new(),
        secrets: Vec::new(),
        may_change: true,
        answers: Vec::new(),
        form_data: None,
    };
    draw(|| view! { <TaskView task asked refusal=None schedule=None/> })
}

#[test]
fn what_was_undone_is_said_in_words() {
    let steps = |undo: &[&str]| {
        let undo = undo.iter().map(|state| line("made.compensate", state, Some("made")));
        [line("made", "completed", None), line("broken", "failed", None)].into_iter().chain(undo).collect()
    };
    let (retry, cancel) = ("Go on from the step that failed", "Cancel this run");
    for (state, is_cancelling, undo, said, not) in [
        (TaskState::Failed, false, &[][..], &["The run failed. It broke.", retry][..], &["Undo"][..]),
        (
            TaskState::Failed,
            false,
            &["completed"],
            &["It broke. What its steps did is undone.", "Undoing what was done", "Undoes Name of made"],
            &[retry],
        ),
        (
            TaskState::Failed,
            false,
            &["failed"],
            &["Not all of what its steps did could be undone", "Undoes Name of made"],
            &[retry],
        ),
        (TaskState::Processing, false, &[], &[cancel], &["undone"]),
        (
            TaskState::Processing,
            false,
            &["processing"],
            &["The run failed, and what its steps did is being undone."],
            &[cancel],
        ),
        (TaskState::Processing, true, &["processing"], &["The run is cancelled, and what"], &[cancel]),
        (TaskState::Processing, true, &[], &["It is being cancelled"], &[cancel, "undone"]),
        (
            TaskState::Cancelled,
            false,
            &["completed"],
            &["The run was cancelled. What its steps did is undone."],
            &[],
        ),
    ] {
        let text = page(state, is_cancelling, steps(undo)).text();
        for words in said {
            assert!(text.contains(words), "{words:?} is missing for {state:?} {undo:?}: {text}");
        }
        for words in not {
            assert!(!text.contains(words), "{words:?} is there for {state:?} {undo:?}: {text}");
        }
    }
}

#[test]
fn branches_are_groups_of_their_step() {
    let of = |id: &str, name: &str| {
        let mut line = line(id, "completed", None);
        line.step.branch = Some(StepBranch { of: "both".to_owned(), name: name.to_owned() });
        line
    };
    let steps = vec![
        line("before", "completed", None),
        line("both", "processing", None),
        of("one", "code"),
        of("two", "code"),
        of("three", "docs"),
        line("after", "open", None),
    ];
    let text = page(TaskState::Processing, false, steps).text();
    let steps = ["Name of before", "Name of both"];
    let branches = ["Branch code", "Name of one", "Name of two", "Branch docs", "Name of three"];
    let words = steps.into_iter().chain(branches).chain(["Name of after"]);
    let places: Vec<_> = words.map(|word| text.find(word)).collect();
    assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{places:?} in: {text}");
}

#[test]
fn lines_are_linked_with_what_is_around_them_and_what_is_searched_for_is_marked() {
    let line = |id, message: &str| RunLine {
        id,
        at: "2026-12-01T10:00:01.000Z".to_owned(),
        step: Some("made".to_owned()),
        message: message.to_owned(),
    };
    let lines = vec![line(5, "Wrote <README> to shop.")];
    let log = RunLog { lines, is_cut: true, is_cut_behind: true };
    let asked = LogQuery { step: Some("made".to_owned()), text: "readme".to_owned(), line: None };
    let drawn = logged(TaskState::Completed, false, Vec::new(), log, asked);
    let html = drawn.html();
    for part in [
        "href=\"/create/tasks/one?line=5#line-5\"",
        "Wrote &lt;<mark>README</mark>&gt; to shop.",
        "<input type=\"hidden\" name=\"step\" value=\"made\"",
        "name=\"text\" value=\"readme\"",
        "Show the newest",
        "Earlier lines are left out",
    ] {
        assert!(html.contains(part), "{part} in {html}");
    }
    let asked = LogQuery { text: "<b>".to_owned(), ..LogQuery::default() };
    let drawn = logged(TaskState::Completed, false, Vec::new(), RunLog::default(), asked);
    assert!(drawn.text().contains("No line says \u{201c}<b>\u{201d}."), "{}", drawn.text());
}
