//! What is wrong with a template, for people who want to use it.

use ::scaffolder::template::{Code, Problem};
use leptos::prelude::*;
use model::Severity;

use crate::catalog::words;
use crate::ui::{Icon, Prose, SeverityBadge};

/// Problems that are in sight.
const SHOWN: usize = 50;

/// What this portal can't do of it, and what its author has to mend; nothing where all is well.
pub(super) fn problems(problems: Vec<Problem>, edit: String) -> Option<AnyView> {
    if problems.is_empty() {
        return None;
    }
    let (unable, wrong): (Vec<_>, Vec<_>) =
        problems.into_iter().partition(|problem| problem.code == Code::NotRunnable);
    Some(view! { {cannot(unable)} {mend(wrong, edit)} }.into_any())
}

fn cannot(problems: Vec<Problem>) -> Option<AnyView> {
    if problems.is_empty() {
        return None;
    }
    let mut sentences: Vec<String> = problems.into_iter().map(|problem| problem.message).collect();
    sentences.dedup();
    let rows = sentences.into_iter().map(|sentence| view! { <li>{sentence}</li> }).collect_view();
    Some(
        view! {
            <div class="notice tone-warning" role="note">
                <Icon name="warning"/>
                <div>
                    <p><strong>"This portal can't run all of this template"</strong></p>
                    <ul>{rows}</ul>
                    <p>
                        "You can fill in the form and try it out: a dry run passes these steps over. "
                        <a href="/create/actions">"See what this portal can do"</a>
                    </p>
                </div>
            </div>
        }
        .into_any(),
    )
}

fn mend(problems: Vec<Problem>, edit: String) -> Option<AnyView> {
    if problems.is_empty() {
        return None;
    }
    let count = u32::try_from(problems.len()).unwrap_or(u32::MAX);
    let is_wrong = problems.iter().any(|problem| problem.severity == Severity::Error);
    let title = format!("{} in this template", words::count(count, "problem", "problems"));
    let is_unknown = problems.iter().any(|problem| problem.code == Code::UnknownAction);
    let actions = is_unknown.then(|| view! { " · " <a href="/create/actions">"All actions"</a> });
    let left_off = problems.len().saturating_sub(SHOWN);
    let row = |problem: Problem| {
        let help = problem.help.map(|help| view! { <p class="muted"><Prose text=help/></p> });
        view! {
            <li>
                <p><SeverityBadge severity=problem.severity/> " " <Prose text=problem.message/></p>
                {help}
                <p class="small"><code>{problem.pointer}</code></p>
            </li>
        }
    };
    let rows = problems.into_iter().take(SHOWN).map(row).collect_view();
    let consequence = if is_wrong {
        "It can't be run or tried out before its author has mended the errors."
    } else {
        "It may not do what is meant."
    };
    Some(
        view! {
            <details class="notice tone-warning template-problems" open=is_wrong>
                <summary><Icon name="warning"/><strong>{title}</strong></summary>
                <p>{consequence} " " <a href=edit>"About this template"</a>{actions}</p>
                <ul>{rows}</ul>
                {(left_off > 0).then(|| view! { <p>{format!("And {left_off} more.")}</p> })}
            </details>
        }
        .into_any(),
    )
}
