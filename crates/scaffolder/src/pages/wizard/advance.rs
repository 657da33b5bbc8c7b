//! What one request does to a form: pure, so that a test can fill in a form without a portal.

use std::collections::BTreeSet;

use model::form::{Control, Form, OPERATION, Row, TextKind};

use serde_json::{Map, Value};

use super::Wizard;
use super::state::State;
use crate::form::{Forms, Mistakes, Visitor};

/// Most bytes of all answers together, files among them.
const MOST_BYTES: usize = 10 * 1024 * 1024;

/// What came of a request.
pub(super) struct Advanced {
    pub(super) state: State,
    /// The step that is shown, with its form; nothing for what is told at the end.
    pub(super) form: Option<(usize, Form)>,
    pub(super) rows: Vec<Row>,
    /// What would be sent, without passwords, for who may take any step.
    pub(super) values: Map<String, Value>,
    pub(super) mistakes: Mistakes,
    pub(super) notice: Option<String>,
    /// What is to be done with the answers.
    pub(super) asked: Option<Asked>,
}

/// What a person wants done with answers that are complete.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// Trying it out.
    DryRun,
    /// Starting a run.
    Create,
}

/// How one gets from step to step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::pages) enum Order {
    /// A step comes once those before it are right.
    StepByStep,
    /// Each step can be had at any time, as its author wants to see it.
    Any,
}

/// Reads what was sent for the step that was shown, and goes where the button leads that was pressed.
pub(super) fn advance(
    forms: &Forms,
    state: Option<State>,
    inputs: Option<&[(String, String)]>,
    order: Order,
) -> Advanced {
    let flags = BTreeSet::new();
    let steps = forms.visible(&flags);
    let mut state = state.unwrap_or_default();
    if !state.begun {
        (state.begun, state.step) = (true, steps.first().copied());
    }
    // The template may have changed while its form was filled in.
    state.step = state.step.filter(|step| steps.contains(step)).or(state.step.and(steps.first().copied()));
    let mut told = Told::default();
    if let Some(inputs) = inputs {
        told = answer(forms, &steps, &mut state, inputs, order);
    }
    let secrets = state.secrets();
    let visitor = Visitor { flags: &flags, secrets: &secrets };
    let form = state.step.and_then(|step| Some((step, forms.form(step, &mut state.answers, visitor)?)));
    let rows = if form.is_none() { forms.review(&state.answers, visitor) } else { Vec::new() };
    if form.is_none() {
        told.mistakes = forms.judge(&forms.parameters(&state.answers, visitor), visitor);
    }
    let values = if order == Order::Any { forms.told(&state.answers, visitor) } else { Map::new() };
    let Told { mistakes, notice, asked } = told;
    Advanced { state, form, rows, values, mistakes, notice, asked }
}

#[derive(Default)]
struct Told {
    mistakes: Mistakes,
    notice: Option<String>,
    asked: Option<Asked>,
}

fn answer(
    forms: &Forms,
    steps: &[usize],
    state: &mut State,
    inputs: &[(String, String)],
    order: Order,
) -> Told {
    let flags = &BTreeSet::new();
    let mut told = Told::default();
    let sent = |of: &str| inputs.iter().rev().find(|(name, _)| name == of).map(|(_, value)| value.as_str());
    let operates = sent(OPERATION).is_some();
    let go = sent(Wizard::GO).unwrap_or(if operates { Wizard::UPDATE } else { Wizard::NEXT });
    if let Some(step) = state.step {
        let secrets = state.secrets();
        let visitor = Visitor { flags, secrets: &secrets };
        let inputs = own(forms, step, state, inputs, visitor);
        match forms.read(step, &state.answers, &inputs, visitor) {
            Some(Ok(posted)) => {
                let bytes = serde_json::to_vec(&posted.answers).map_or(usize::MAX, |bytes| bytes.len());
                if bytes > MOST_BYTES {
                    told.notice = Some("The answers are too large: 10 MiB at most, files among them. What was sent last is left out.".to_owned());
                    return told;
                }
                state.answers = posted.answers;
                // Other answers make another run.
                state.run = None;
                state.give(posted.secrets);
            }
            Some(Err(error)) => {
                told.notice = Some(format!("{error} What was sent last is left out."));
                return told;
            }
            None => return told,
        }
    }
    let place = state.step.and_then(|step| steps.iter().position(|other| *other == step));
    let last = steps.len().checked_sub(1);
    match go {
        Wizard::BACK => {
            let before = place.map_or(last, |place| Some(place.saturating_sub(1)));
            state.step = before.and_then(|place| steps.get(place)).copied();
        }
        Wizard::NEXT => {
            if let (Some(step), Some(place)) = (state.step, place) {
                let secrets = state.secrets();
                if order == Order::StepByStep {
                    told.mistakes.answers =
                        forms.check_step(step, &state.answers, Visitor { flags, secrets: &secrets });
                }
                if told.mistakes.is_empty() {
                    state.step = steps.get(place + 1).copied();
                }
            }
        }
        Wizard::DRY_RUN | Wizard::REVIEW if order == Order::Any => {
            state.step = None;
            told.asked = (go == Wizard::DRY_RUN).then_some(Asked::DryRun);
        }
        Wizard::DRY_RUN => told.asked = state.step.is_none().then_some(Asked::DryRun),
        Wizard::CREATE => told.asked = state.step.is_none().then_some(Asked::Create),
        // Only back: what lies ahead is shown once what lies before it is right.
        position => {
            let wanted = position.parse::<usize>().ok();
            let wanted = wanted.and_then(|wanted| steps.iter().position(|step| *step == wanted));
            let may = |wanted: &usize| order == Order::Any || place.is_none_or(|place| *wanted < place);
            if let Some(wanted) = wanted.filter(may) {
                state.step = steps.get(wanted).copied();
            }
        }
    }
    told
}

/// The inputs of the step itself. A password is not put back into the page, so that its empty input says nothing.
fn own(
    forms: &Forms,
    step: usize,
    state: &State,
    inputs: &[(String, String)],
    visitor: Visitor<'_>,
) -> Vec<(String, String)> {
    let form = forms.form(step, &mut state.answers.clone(), visitor);
    let given: BTreeSet<String> = form
        .iter()
        .flat_map(Form::fields)
        .filter(|field| {
            matches!(field.control, Control::Text { kind: TextKind::Password }) && field.value.is_some()
        })
        .map(|field| field.name.clone())
        .collect();
    let is_own = |(name, value): &&(String, String)| {
        name != Wizard::STATE && name != Wizard::GO && !(value.is_empty() && given.contains(name))
    };
    inputs.iter().filter(is_own).cloned().collect()
}
