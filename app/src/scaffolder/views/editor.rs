//! The editor of templates: the text, what is wrong with it, the form, the values, and what would be made.

use ::scaffolder::{Editor, Wizard};
use leptos::attr::custom::custom_attribute;
use leptos::prelude::*;
use model::{EntityLink, Problem, Severity};

use super::wizard::{form_body, progress};
use crate::catalog::words;
use crate::scaffolder::edit_href;
use crate::ui::{Breadcrumbs, CodeBlock, Icon, Prose, SeverityBadge, area_text};

/// Id of the text.
const SOURCE: &str = "template-source";
/// Id of what is wrong with it.
const PROBLEMS: &str = "template-problems";
/// Problems that are in sight.
const SHOWN: usize = 50;

/// The page on which a template is written. Each part of it is a region that F6 leads to (`public/editor.js`).
#[component]
pub fn EditorView(
    /// What the service answered.
    editor: Editor,
) -> impl IntoView {
    let Editor { link, source, working, problems, is_stale, wizard, is_opened, notice } = editor;
    let title = link.as_ref().map_or_else(|| "New template".to_owned(), |link| link.title.clone());
    let state = wizard.as_ref().map(|wizard| wizard.state.clone());
    let decides = wizard.as_ref().is_some_and(Wizard::decides);
    let lines = source.lines().count().clamp(24, 40);
    let stale = is_stale.then(|| {
        let words = if wizard.is_some() {
            "This is the form of the last text that worked. It follows again once the errors are mended."
        } else {
            "There is no form before the errors are mended."
        };
        view! { <p class="notice tone-warning"><Icon name="warning"/><span>{words}</span></p> }
    });
    let values = wizard.as_ref().map(|wizard| {
        let text = serde_json::to_string_pretty(&wizard.values).unwrap_or_default();
        view! {
            <details class="editor__values">
                <summary>"Values"</summary>
                <CodeBlock text label="Values that the steps get as parameters"/>
            </details>
        }
    });
    view! {
        <Breadcrumbs above=vec![("Create".to_owned(), "/create".to_owned())] here=title.clone()/>
        <header class="page-head editor__head">
            <h1>{title}</h1>
            {link.as_ref().map(about)}
        </header>
        {notice.map(|text| view! {
            <p class="notice tone-warning" role="alert"><Icon name="warning"/><span>{text}</span></p>
        })}
        <form
            class="editor"
            method="post"
            action=edit_href(link.as_ref())
            enctype="multipart/form-data"
            novalidate
            data-wizard=""
            data-decides=decides.then_some("")
        >
            <input type="hidden" name=Wizard::STATE value=state/>
            <input type="hidden" name=Editor::WORKING value=working/>
            // The first button of a form is the one that the return key presses.
            <button hidden name=Wizard::GO value=Wizard::UPDATE tabindex="-1">"Update"</button>
            <section class="card editor__text" aria-labelledby="editor-text" data-pane="">
                <h2 id="editor-text">"Template"</h2>
                // What is typed belongs to who types it: newer HTML leaves it alone.
                <div data-own="">
                    <portico-source data-problems=PROBLEMS data-opened=is_opened.then_some("")>
                        <label class="visually-hidden" for=SOURCE>"Text of the template, in YAML"</label>
                        <textarea
                            id=SOURCE
                            class="input input--code"
                            name=Editor::SOURCE
                            rows=lines
                            spellcheck="false"
                            autocapitalize="off"
                            autocomplete="off"
                            aria-describedby=PROBLEMS
                        >
                            {area_text(&source)}
                        </textarea>
                    </portico-source>
                </div>
                {wrong(problems)}
                <p class="small muted">"Nothing is saved here: copy the text into its repository."</p>
                <button class="button unscripted" name=Wizard::GO value=Wizard::UPDATE>"Show its form"</button>
                <details class="editor__files">
                    <summary>"A template on this computer"</summary>
                    <div class="field">
                        <label for="template-files">"Its folder"</label>
                        <p class="field__hint" id="template-files-hint">
                            "What lies beside the template is used when it is tried out. Nothing is kept."
                        </p>
                        <div data-own="">
                            <input
                                id="template-files"
                                class="input"
                                type="file"
                                name=Editor::FILES
                                multiple
                                {..custom_attribute("webkitdirectory", "")}
                                data-with=format!("{} {}", Editor::OPEN, Wizard::DRY_RUN)
                                aria-describedby="template-files-hint"
                            />
                        </div>
                    </div>
                    <button class="button" name=Wizard::GO value=Editor::OPEN>"Open its template"</button>
                </details>
            </section>
            <section class="card editor__form wizard-form" aria-labelledby="editor-form" data-pane="">
                <h2 id="editor-form">"Form"</h2>
                {stale}
                {wizard.map(form)}
                {values}
            </section>
        </form>
    }
    .into_any()
}

/// What is known of the template in the catalog.
fn about(link: &EntityLink) -> impl IntoView {
    view! {
        <div class="actions">
            <a href=link.href()>"About this template"</a>
            <a href=crate::scaffolder::form_href(link)>"Use it"</a>
        </div>
    }
}

/// The form, with all of its steps at hand.
fn form(wizard: Wizard) -> AnyView {
    let notice = wizard.notice.clone().map(|text| {
        view! { <p class="notice tone-warning" role="alert"><Icon name="warning"/><span>{text}</span></p> }
    });
    let steps = progress(&wizard.steps, wizard.here(), true);
    let try_out = (!wizard.is_review()).then(|| {
        view! {
            <div class="actions">
                <button class="button button--primary" name=Wizard::GO value=Wizard::DRY_RUN data-ctrl-enter="">"Try it out"</button>
                <span class="small muted scripted">"or Ctrl+Enter"</span>
            </div>
        }
    });
    view! { {notice} {steps} {form_body(wizard)} {try_out} }.into_any()
}

/// What is wrong with the text, each with its place.
fn wrong(problems: Vec<Problem>) -> AnyView {
    let errors = problems.iter().filter(|problem| problem.severity == Severity::Error).count();
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let title = match (problems.len(), errors) {
        (0, _) => "No problems".to_owned(),
        (all, 0) => words::count(number(all), "warning", "warnings"),
        (all, errors) if all == errors => words::count(number(all), "error", "errors"),
        (all, errors) => format!(
            "{}, {}",
            words::count(number(errors), "error", "errors"),
            words::count(number(all - errors), "warning", "warnings")
        ),
    };
    let left_off = problems.len().saturating_sub(SHOWN);
    let row = |problem: Problem| {
        let place = problem.position.as_ref().map(|place| (place.line, place.column));
        // With scripts it leads to the place itself (`public/editor.js`).
        let link = place.map(|(line, column)| {
            let words = format!("Line {line}, column {column}");
            view! { <a class="editor__place" href=format!("#{SOURCE}")>{words}</a> " " }
        });
        let severity = if problem.severity == Severity::Error { "error" } else { "warning" };
        let found = problem.found.map(|found| view! { " Found: " <code>{found}</code> });
        let allowed = problem.allowed.map(|allowed| view! { " Allowed: " <Prose text=allowed/> });
        view! {
            <li data-line=place.map(|place| place.0) data-column=place.map(|place| place.1) data-severity=severity>
                <p>
                    <SeverityBadge severity=problem.severity/> " "
                    {link}
                    <span class="editor__message"><Prose text=problem.message/> {found} {allowed}</span>
                </p>
                {problem.help.map(|help| view! { <p class="small muted"><Prose text=help/></p> })}
            </li>
        }
    };
    view! {
        <div id=PROBLEMS class="editor__problems">
            <p role="status"><strong>{title}</strong></p>
            <ul>{problems.into_iter().take(SHOWN).map(row).collect_view()}</ul>
            {(left_off > 0).then(|| view! { <p>{format!("And {left_off} more.")}</p> })}
        </div>
    }
    .into_any()
}
