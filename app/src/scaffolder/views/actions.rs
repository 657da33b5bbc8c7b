//! The list of actions.

use ::scaffolder::action::known::Known;
use ::scaffolder::{ActionGroup, ActionList, Installed};
use leptos::prelude::*;

use crate::catalog::words;
use crate::scaffolder::action_href;
use crate::ui::{Badge, Breadcrumbs, EmptyState, Prose, SearchField, Tone};

/// All actions, by what they are for.
#[component]
pub fn ActionsView(
    /// What is searched for.
    text: String,
    /// What the service answered.
    list: ActionList,
) -> impl IntoView {
    let ActionList { groups, known, total } = list;
    let count = words::count(u32::try_from(total).unwrap_or(u32::MAX), "action", "actions");
    let nothing = (total == 0 && known.is_empty()).then(|| {
        view! {
            <EmptyState title="No action matches">
                <p>"Search for other words, or " <a href="/create/actions">"see all actions"</a>"."</p>
            </EmptyState>
        }
    });
    let text = Signal::stored(text);
    view! {
        <Breadcrumbs above=vec![("Create".to_owned(), "/create".to_owned())] here="Actions"/>
        <form method="get" action="/create/actions" data-live="">
            <div class="page-head">
                <h1>"Actions"</h1>
                <SearchField id="actions-text" name="q" label="Search actions" text/>
            </div>
        </form>
        <p class="action-lead muted">"What steps of templates can do in this portal. Each has a page with its input, its output and examples to copy."</p>
        <p class="result-count" role="status">{count}" to use"</p>
        {nothing}
        {groups.into_iter().enumerate().map(group).collect_view()}
        {unavailable(known)}
    }
    .into_any()
}

fn group((number, group): (usize, ActionGroup)) -> AnyView {
    let id = format!("actions-{number}");
    let labelled = id.clone();
    let row = |Installed { about, is_own: _, lacks }: Installed| {
        let lacks = lacks.map(|_| view! { " " <Badge text="Needs configuration" tone=Tone::Warning/> });
        row(&about.id, &about.description, lacks.into_any())
    };
    view! {
        <section class="action-group" aria-labelledby=labelled>
            <h2 id=id>{group.title}</h2>
            <ul class="action-list">{group.actions.into_iter().map(row).collect_view()}</ul>
        </section>
    }
    .into_any()
}

fn unavailable(known: Vec<&'static Known>) -> Option<AnyView> {
    if known.is_empty() {
        return None;
    }
    let row = |known: &'static Known| {
        let why = match &known.never {
            Some(why) => format!("Can't be offered: {why}."),
            None => "This portal can't run it yet.".to_owned(),
        };
        row(&known.id, &known.description, view! { <p class="small muted"><Prose text=why/></p> }.into_any())
    };
    Some(
        view! {
            <section class="action-group" aria-labelledby="actions-missing">
                <h2 id="actions-missing">"Known from Backstage, not offered here"</h2>
                <p class="muted">"Templates that use them are read and checked, and a dry run passes these steps over; they can't be started."</p>
                <ul class="action-list">{known.into_iter().map(row).collect_view()}</ul>
            </section>
        }
        .into_any(),
    )
}

fn row(id: &str, description: &str, more: AnyView) -> AnyView {
    view! {
        <li>
            <a href=action_href(id)><code>{id.to_owned()}</code></a>
            <div><Prose text=first_sentence(description)/>{more}</div>
        </li>
    }
    .into_any()
}

/// What a list says of a description in Markdown.
fn first_sentence(description: &str) -> String {
    let paragraph = description.trim().split("\n\n").next().unwrap_or_default();
    let end = paragraph.find(". ").map_or(paragraph.len(), |end| end + 1);
    paragraph[..end].split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::first_sentence;

    #[test]
    fn a_list_shows_the_first_sentence() {
        for (description, expected) in [
            ("Reads a file. It is one of `fs`.", "Reads a file."),
            ("Reads\n  a file.\n\nMore. Of it.", "Reads a file."),
            ("Reads v1.2 of it", "Reads v1.2 of it"),
            ("", ""),
        ] {
            assert_eq!(first_sentence(description), expected);
        }
    }
}
