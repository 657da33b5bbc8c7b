//! What a template would make.

use ::scaffolder::dry_run::LogLine;
use ::scaffolder::execution::StepState;
use ::scaffolder::{Before, DryFile, DryRun, DryStep, FileChange};
use leptos::prelude::*;

use super::output::given;
use crate::catalog::views::diff_parts;
use crate::catalog::words;
use crate::ui::{Badge, CodeBlock, Icon, SourceText, Tone};

/// Id of the heading, which takes the focus.
const RESULT: &str = "dry-run";

/// The result of a dry run.
pub(super) fn dry_run(run: DryRun) -> AnyView {
    let DryRun { error, steps, log, files, left_off, output, before } = run;
    let verdict = match error {
        Some(error) => view! {
            <p class="notice tone-danger" role="status"><Icon name="error"/><span>{format!("It would fail: {error}")}</span></p>
        }
        .into_any(),
        None => view! {
            <p class="notice tone-good" role="status"><Icon name="ok"/><span>"It would succeed. Nothing was changed."</span></p>
        }
        .into_any(),
    };
    view! {
        <section class="dry-run" aria-labelledby=RESULT>
            <h2 id=RESULT tabindex="-1" autofocus>"What it would do"</h2>
            {verdict}
            <h3>"Steps"</h3>
            <ol class="dry-run__steps">{steps.into_iter().map(step).collect_view()}</ol>
            {compared(before)}
            {made(files, left_off)}
            {given(&output, false)}
            {log_of(log)}
        </section>
    }
    .into_any()
}

fn step(step: DryStep) -> AnyView {
    let (words, tone) = match step.state {
        Some(StepState::Completed) => ("Runs", Tone::Good),
        Some(StepState::Skipped) => ("Passed over", Tone::Neutral),
        Some(StepState::Failed) => ("Fails", Tone::Danger),
        Some(StepState::Cancelled) => ("Ended", Tone::Warning),
        None => ("Not reached", Tone::Neutral),
    };
    view! {
        <li>
            <p><Badge text=words tone/> " " <strong>{step.name}</strong> " " <code>{step.action}</code></p>
            {step.why.map(|why| view! { <p class="small muted">{why}</p> })}
        </li>
    }
    .into_any()
}

fn made(files: Vec<DryFile>, left_off: usize) -> AnyView {
    if files.is_empty() {
        return view! {
            <h3>"Files"</h3>
            <p class="muted">"The steps that ran made no files."</p>
        }
        .into_any();
    }
    let count = u32::try_from(files.len() + left_off).unwrap_or(u32::MAX);
    let file = |file: DryFile| {
        let (what, difference) = match file.change {
            None | Some(FileChange::Same) => (None, None),
            Some(FileChange::Added) => (Some(view! { <Badge text="New" tone=Tone::Good/> }), None),
            Some(FileChange::Changed(parts)) => {
                let lines = view! {
                    <h4>"What changes"</h4>
                    {diff_parts(parts)}
                    <h4>"Content"</h4>
                };
                (Some(view! { <Badge text="Changed" tone=Tone::Warning/> }), Some(lines))
            }
        };
        let body = match file.text {
            Some(text) => {
                let label = format!("Content of {}", file.path);
                view! { <SourceText text label/> }.into_any()
            }
            None => view! { <p class="muted small">"Not shown: it is no text, or too long."</p> }.into_any(),
        };
        view! {
            <li>
                <details>
                    <summary><code>{file.path}</code> " " <span class="small muted">{words::size(file.size)}</span> " " {what}</summary>
                    {difference}
                    {body}
                </details>
            </li>
        }
    };
    let more = (left_off > 0).then(|| view! { <p class="muted">{format!("And {left_off} more.")}</p> });
    view! {
        <h3>{words::count(count, "file", "files")}</h3>
        <ul class="dry-run__files">{files.into_iter().map(file).collect_view()}</ul>
        {more}
    }
    .into_any()
}

/// How it was before the template was changed, in words.
fn compared(before: Option<Before>) -> Option<AnyView> {
    let Before { error, gone } = before?;
    let failed = error.map(|error| {
        view! { <p class="muted">{format!("The template of the catalog fails with these answers: {error}")}</p> }
    });
    let row = |path: String| view! { <li><code>{path}</code></li> };
    let gone = (!gone.is_empty()).then(|| {
        view! {
            <p>"Made no more:"</p>
            <ul>{gone.into_iter().map(row).collect_view()}</ul>
        }
    });
    Some(
        view! {
            <p class="muted small">"Files are compared with those that the template of the catalog makes of the same answers."</p>
            {failed}
            {gone}
        }
        .into_any(),
    )
}

fn log_of(lines: Vec<LogLine>) -> Option<AnyView> {
    let line = |line: &LogLine| match &line.step {
        Some(step) => format!("{step}: {}", line.message),
        None => line.message.clone(),
    };
    let text = lines.iter().map(line).collect::<Vec<_>>().join("\n");
    (!lines.is_empty()).then(|| {
        view! {
            <details>
                <summary>{format!("Log, {} lines", lines.len())}</summary>
                <CodeBlock text label="Log of the dry run"/>
            </details>
        }
        .into_any()
    })
}
