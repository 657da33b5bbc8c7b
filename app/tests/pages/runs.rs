//! Runs: what their page says of steps, and of what was undone.

use app::scaffolder::views::TaskView;
use leptos::prelude::*;
use scaffolder::{StepBranch, StepLine, TaskPage, TaskState, TaskStep};
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
        log: Vec::new(),
        is_cut: false,
        last_event: 1,
        output: Map::new(),
        approvals: Vec::new(),
        secrets: Vec::new(),
        may_change: true,
        answers: Vec::new(),
        form_data: None,
    };
    draw(|| view! { <TaskView task step=None refusal=None schedule=None/> })
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
