//! The form of a template: where one is, the step, and the buttons.

use std::collections::BTreeMap;

use ::scaffolder::form::Mistake;
use ::scaffolder::{Shown, StepHead, Suggestions, Wizard, WizardForm};
use leptos::prelude::*;
use model::form::{Control, Form};
use platform::markdown;

use super::problems::problems;
use super::review::review;
use super::tested::tests_of_template;
use crate::catalog::views::entity_link;
use crate::ui::form::{Beside, FormFields, Suggested};
use crate::ui::{Badge, Breadcrumbs, EmptyState, Icon, Moment};

/// Id of the heading of the step, which takes the focus when the step changes.
const STEP: &str = "wizard-step";

/// The page of a template.
#[component]
pub fn WizardView(
    /// What the service answered.
    wizard: Wizard,
) -> impl IntoView {
    let Wizard {
        link,
        description,
        owner,
        spec_type,
        problems: wrong,
        tests,
        draft,
        steps,
        shown,
        state,
        mistakes,
        notice,
        labels,
        ..
    } = wizard;
    let title = link.title.clone();
    let head = view! {
        <Breadcrumbs above=vec![("Create".to_owned(), "/create".to_owned())] here=title.clone()/>
        <header class="wizard-head">
            <h1>{title}</h1>
            // Sanitised.
            {description.map(|text| view! { <div class="markdown" inner_html=markdown::to_html(&text)></div> })}
            <p class="wizard-head__facts small">
                {spec_type.map(|kind| view! { <Badge text=kind/> })}
                {owner.map(|owner| view! { <span>"From " {entity_link(&owner)}</span> })}
                <a href=link.href()>"About this template"</a>
                <a href=crate::scaffolder::edit_href(Some(&link))>"Edit"</a>
            </p>
        </header>
        {problems(wrong, link.href())}
        {tests.map(|report| tests_of_template(&report))}
        {draft.map(|begun_at| offer(begun_at, crate::scaffolder::form_href(&link)))}
        {notice.map(|text| view! {
            <p class="notice tone-warning" role="alert"><Icon name="warning"/><span>{text}</span></p>
        })}
    };
    let here = shown.position();
    let is_multipart = matches!(&shown, Shown::Step(step) if has_files(&step.form));
    let decides = shown.decides();
    let body = body(shown, &steps, &mistakes, &labels);
    let Some(body) = body else {
        return view! {
            {head}
            <EmptyState title="This template has no form that works">
                <p>"Its author has to mend what is listed above. " <a href="/create">"Choose another template"</a></p>
            </EmptyState>
        }
        .into_any();
    };
    view! {
        {head}
        <div class="wizard">
            // The browser's own checks would keep people from going back, and say less than the page does.
            <form
                class="card wizard-form"
                method="post"
                action=crate::scaffolder::form_href(&link)
                enctype=is_multipart.then_some("multipart/form-data")
                novalidate
                data-wizard=""
                data-decides=decides.then_some("")
            >
                <input type="hidden" name=Wizard::STATE value=state/>
                // The first button of a form is the one that the return key presses.
                {here.map(|_| view! { <button hidden name=Wizard::GO value=Wizard::NEXT tabindex="-1">"Next"</button> })}
                {progress(&steps, here, false)}
                {body}
            </form>
        </div>
    }
    .into_any()
}

/// Going on with what was begun before, or without it.
fn offer(begun_at: String, href: String) -> AnyView {
    view! {
        <form class="notice tone-neutral wizard-draft" method="post" action=href>
            <Icon name="history"/>
            <p>"You began this on " <Moment at=begun_at/> ". Secrets and passwords were not kept."</p>
            <div class="actions">
                <button class="button button--primary" name=Wizard::DRAFT value=Wizard::GO_ON>"Go on"</button>
                <button class="button" name=Wizard::DRAFT value=Wizard::ANEW>"Start anew"</button>
            </div>
        </form>
    }
    .into_any()
}

/// What a form shows by itself; nothing where there is none.
pub(super) fn form_body(wizard: Wizard) -> Option<AnyView> {
    let Wizard { shown, steps, mistakes, labels, .. } = wizard;
    body(shown, &steps, &mistakes, &labels)
}

fn body(
    shown: Shown,
    steps: &[StepHead],
    mistakes: &[Mistake],
    labels: &BTreeMap<String, String>,
) -> Option<AnyView> {
    let beside =
        mistakes.iter().map(|one| (one.pointer.clone(), one.title.clone(), one.message.clone())).collect();
    match shown {
        Shown::Nothing => None,
        Shown::Step(step) => Some(self::step(*step, steps, beside, labels)),
        Shown::Review { rows, secrets, trial, unable } => {
            let create = match unable {
                None => Ok(labels.get("createButtonText").cloned().unwrap_or_else(|| "Create".to_owned())),
                Some(why) => Err(why),
            };
            Some(review(rows, mistakes, secrets, trial, create, steps))
        }
        // Its page is shown in place of this one.
        Shown::Started(_) => Some(().into_any()),
    }
}

/// The steps; those that are done are buttons back to them, and where each can be had at `any` time, the others are as well.
pub(super) fn progress(steps: &[StepHead], here: Option<usize>, any: bool) -> AnyView {
    let at = here.and_then(|here| steps.iter().position(|step| step.position == here)).unwrap_or(steps.len());
    let positions = steps.iter().map(|step| step.position.to_string()).chain([Wizard::REVIEW.to_owned()]);
    let row = |((number, title), position): ((usize, &str), String)| {
        let current = (number == at).then_some("step");
        let state = match number.cmp(&at) {
            std::cmp::Ordering::Less => "is-done",
            std::cmp::Ordering::Equal => "is-here",
            std::cmp::Ordering::Greater => "is-ahead",
        };
        let title = title.to_owned();
        let body = if any && number > at {
            view! { <button name=Wizard::GO value=position>{title}</button> }.into_any()
        } else if number < at {
            view! { <button name=Wizard::GO value=position><Icon name="ok"/><span class="visually-hidden">"Done: "</span>{title}</button> }
                .into_any()
        } else {
            view! { <span>{title}</span> }.into_any()
        };
        view! { <li class=state aria-current=current>{body}</li> }
    };
    let titles = steps.iter().map(|step| step.title.as_str()).chain(["Review"]).enumerate();
    view! { <ol class="wizard-steps" aria-label="Steps">{titles.zip(positions).map(row).collect_view()}</ol> }
        .into_any()
}

fn step(
    step: WizardForm,
    steps: &[StepHead],
    mistakes: Vec<(String, String, String)>,
    labels: &BTreeMap<String, String>,
) -> AnyView {
    let place = steps.iter().position(|head| head.position == step.position).unwrap_or_default();
    let title = steps.get(place).map(|head| head.title.clone()).unwrap_or_default();
    let count = format!("Step {} of {}", place + 1, steps.len() + 1);
    let is_last = place + 1 == steps.len();
    let label = |key: &str, or: &str| labels.get(key).cloned().unwrap_or_else(|| or.to_owned());
    let next = if is_last { label("reviewButtonText", "Review") } else { "Next".to_owned() };
    let back = (place > 0).then(|| {
        let words = label("backButtonText", "Back");
        view! { <button class="button" name=Wizard::GO value=Wizard::BACK>{words}</button> }
    });
    let suggested = |(pointer, Suggestions { items, left_off }): (String, Suggestions)| Suggested {
        pointer,
        items: items.into_iter().map(|item| (item.value, item.title)).collect(),
        left_off,
    };
    let beside = Beside { mistakes, suggestions: step.suggestions.into_iter().map(suggested).collect() };
    let update = step.decides.then(|| {
        view! { <button class="button unscripted" name=Wizard::GO value=Wizard::UPDATE>"Show what belongs to these answers"</button> }
    });
    view! {
        <p class="small muted">{count}</p>
        <h2 id=STEP tabindex="-1">{title}</h2>
        {step.description.map(|text| view! { <div class="markdown" inner_html=markdown::to_html(&text)></div> })}
        <FormFields form=step.form beside/>
        {update}
        <div class="actions wizard-acts">
            {back}
            <button class="button button--primary" name=Wizard::GO value=Wizard::NEXT>{next}</button>
        </div>
    }
    .into_any()
}

fn has_files(form: &Form) -> bool {
    form.fields().iter().any(|field| matches!(field.control, Control::File { .. }))
}
