//! Templates: from the entity in the catalog to what can be shown, checked and run.
//!
//! Reading ([`Template::read`]) is about shapes and needs nothing but the document; checking ([`check()`]) is about actions and
//! what expressions refer to. Both tell their findings as [`Problem`]s with pointers, never by giving up early.

mod check;
mod problem;
mod read;
mod shape;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use model::Severity;
use serde_json::{Map, Value};

pub use self::check::check;
pub use self::problem::{Code, Problem};
use crate::action::Registry;
use crate::expression::{Failures, Prepared};

/// The `apiVersion` that templates have.
pub const API_VERSION: &str = "scaffolder.backstage.io/v1beta3";

/// A template that was read.
#[derive(Clone, Debug)]
pub struct Template {
    /// Its reference, such as `template:default/service`.
    pub entity_ref: String,
    /// What people call it.
    pub title: String,
    /// What it does, in order.
    pub steps: Vec<Arc<Step>>,
    /// The JSON Schemas of its form, one for each page of it. All of them are about all values.
    pub parameters: Vec<Value>,
    /// What a run of it gives people.
    pub output: Output,
    /// Texts of the form's buttons, as `spec.presentation` has them.
    pub presentation: Map<String, Value>,
    /// What happens to a run that was interrupted.
    pub recovery: Recovery,
}

/// A step of a template.
#[derive(Clone, Debug)]
pub struct Step {
    /// What other steps call it; `step-N` unless it says so.
    pub id: String,
    /// What people call it; the action unless it says so.
    pub name: String,
    /// The id of the action that it runs; empty where it has branches.
    pub action: String,
    /// Its input as it is written.
    pub source: Map<String, Value>,
    /// Its input, to be computed.
    pub input: Prepared,
    /// Whether it runs.
    pub condition: Condition,
    /// What it is repeated for.
    pub each: Option<Prepared>,
    /// What undoes it when the run comes to nothing after it: a step of its own, which is run then only.
    pub compensate: Option<Arc<Step>>,
    /// Steps that run at the same time, in the place of an action.
    pub branches: Vec<Branch>,
    /// `backstage:permissions.tags`: people who may not use one of these don't see it.
    pub tags: Vec<String>,
    /// Where it stands in the entity.
    pub pointer: String,
}

/// An `if`.
#[derive(Clone, Debug)]
pub enum Condition {
    /// There is none, or it says `true`.
    Yes,
    /// It says `false`.
    No,
    /// It has to be computed.
    Computed {
        /// What.
        value: Prepared,
        /// Whether it calls `always()` or `failure()`: only then the step may run after another one failed.
        after_failure: bool,
    },
}

/// What a run gives people.
#[derive(Clone, Debug)]
pub struct Output {
    /// `links`, each with its `if`.
    pub links: Vec<(Condition, Prepared)>,
    /// `text`, each with its `if`.
    pub text: Vec<(Condition, Prepared)>,
    /// All other keys.
    pub others: Vec<(String, Prepared)>,
    /// Which of `links` and `text` there are.
    pub has: (bool, bool),
}

/// One of the branches of a step.
#[derive(Clone, Debug)]
pub struct Branch {
    /// What people call it.
    pub name: String,
    /// What it does, in order. None of these has branches.
    pub steps: Vec<Arc<Step>>,
}

/// What happens to a run that was interrupted, by `EXPERIMENTAL_recovery`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Recovery {
    /// As the portal is set up.
    #[default]
    Default,
    /// It begins with the first step again.
    StartOver,
}

impl Template {
    /// Reads the entity of a template. There is none if a shape is so wrong that nobody can say what would run; what is
    /// wrong, or only doubtful, is told in any case.
    #[must_use]
    pub fn read(entity: &Value) -> (Option<Self>, Vec<Problem>) {
        read::read(entity)
    }

    /// Reads a template that is to be run now. Where expressions that fail are left as they stand, those that are none are no
    /// reason against it.
    ///
    /// # Errors
    /// Something about it is wrong; all that is wrong is told, what is only doubtful is not.
    pub fn to_run(entity: &Value, registry: &Registry, failures: Failures) -> Result<Self, Vec<Problem>> {
        let (template, mut problems) = Self::read(entity);
        problems.extend(template.iter().flat_map(|template| check(template, registry)));
        problems.retain(|problem| problem.severity == Severity::Error && problem.counts(failures));
        match template {
            Some(template) if problems.is_empty() => Ok(template),
            _ => Err(problems),
        }
    }

    /// The step of an id.
    #[must_use]
    pub fn step(&self, id: &str) -> Option<&Arc<Step>> {
        self.all_steps().find(|step| step.id == id)
    }

    /// The steps, each before those of its branches.
    pub fn in_order(&self) -> impl DoubleEndedIterator<Item = &Arc<Step>> {
        self.steps.iter().flat_map(|step| {
            std::iter::once(step).chain(step.branches.iter().flat_map(|branch| &branch.steps))
        })
    }

    /// What undoes steps, in the order in which it is run: what was done last is undone first.
    pub fn compensations(&self) -> impl Iterator<Item = &Arc<Step>> {
        self.in_order().rev().filter_map(|step| step.compensate.as_ref())
    }

    /// Everything that may be run: the steps, and what undoes them.
    pub fn all_steps(&self) -> impl Iterator<Item = &Arc<Step>> {
        self.in_order().chain(self.compensations())
    }

    /// Everything that has an action.
    pub fn actions(&self) -> impl Iterator<Item = &Arc<Step>> {
        self.all_steps().filter(|step| step.branches.is_empty())
    }

    /// The branch of a step: the step that forks, and the place of the branch in it.
    #[must_use]
    pub fn branch_of(&self, id: &str) -> Option<(&Arc<Step>, usize)> {
        self.steps.iter().find_map(|group| {
            let is_in = |branch: &Branch| branch.steps.iter().any(|step| step.id == id);
            Some((group, group.branches.iter().position(is_in)?))
        })
    }
}
