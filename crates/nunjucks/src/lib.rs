//! The template language of Software Templates: Nunjucks as its authors use it, with the values of JavaScript.
//!
//! A template is read once ([`Template::parse`]) and rendered as often as wanted. It reads no files and asks no network; what
//! it may use up is bounded by [`Limits`]. `docs/decisions.md` says why this is no other template engine.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test that fails says where"))]

mod ast;
mod budget;
mod checks;
mod convert;
mod environment;
mod error;
mod filters;
mod globals;
mod lexer;
mod methods;
mod parser;
mod references;
mod regex;
mod render;
mod scope;
mod syntax;
mod units;
mod value;

use std::collections::{BTreeSet, HashMap};

use serde_json::{Map, Value as Json};

use crate::ast::{Body, StatementKind};
pub use crate::budget::{Budget, Limits};
pub use crate::environment::{Environment, Filter, Function};
pub use crate::error::{Place, TemplateError};
pub use crate::references::Reference;
use crate::render::Renderer;
pub use crate::syntax::Syntax;
use crate::value::Value;

/// A template that was read.
#[derive(Clone, Debug)]
pub struct Template {
    body: Body,
    /// The names that it reads, its own among them.
    names: BTreeSet<String>,
}

impl Template {
    /// Reads a template that uses what the environment has.
    ///
    /// # Errors
    /// It is not written as the language asks for, or uses a filter or a test that there is not.
    pub fn parse(text: &str, syntax: Syntax, environment: &Environment) -> Result<Self, TemplateError> {
        let body = parser::parse(text, syntax, environment)?;
        Ok(Self { names: references::names(&body), body })
    }

    /// What it writes, with the names that the context gives values.
    ///
    /// # Errors
    /// Something can't be computed, or takes more than the limits allow.
    pub fn render(
        &self,
        environment: &Environment,
        context: &Map<String, Json>,
        limits: Limits,
    ) -> Result<String, TemplateError> {
        self.render_within(environment, context, &Budget::new(limits))
    }

    /// As [`Self::render`], with a budget that other renderings use too.
    ///
    /// # Errors
    /// As for [`Self::render`].
    pub fn render_within(
        &self,
        environment: &Environment,
        context: &Map<String, Json>,
        budget: &Budget,
    ) -> Result<String, TemplateError> {
        Renderer::new(environment, self.values(context, budget)?, budget).render(&self.body)
    }

    /// As [`Self::render`], but a template that is one value alone gives that value as it is: a list, an object, a number.
    /// What has no value in JSON, such as `undefined`, is nothing.
    ///
    /// # Errors
    /// As for [`Self::render`].
    pub fn evaluate(
        &self,
        environment: &Environment,
        context: &Map<String, Json>,
        limits: Limits,
    ) -> Result<Option<Json>, TemplateError> {
        self.evaluate_within(environment, context, &Budget::new(limits))
    }

    /// As [`Self::evaluate`], with a budget that other renderings use too.
    ///
    /// # Errors
    /// As for [`Self::render`].
    pub fn evaluate_within(
        &self,
        environment: &Environment,
        context: &Map<String, Json>,
        budget: &Budget,
    ) -> Result<Option<Json>, TemplateError> {
        let renderer = Renderer::new(environment, self.values(context, budget)?, budget);
        match self.body.as_slice() {
            [statement] if let StatementKind::Output(expression) = &statement.kind => {
                let value = renderer.value(expression)?;
                value.to_json().map_err(|failure| failure.at(expression.place))
            }
            body => renderer.render(body).map(|text| Some(Json::String(text))),
        }
    }

    /// Whether it is one value alone, which [`Self::evaluate`] gives as it is.
    #[must_use]
    pub fn is_value(&self) -> bool {
        matches!(self.body.as_slice(), [statement] if matches!(statement.kind, StatementKind::Output(_)))
    }

    /// Whether it computes nothing.
    #[must_use]
    pub fn is_text(&self) -> bool {
        self.body.iter().all(|statement| matches!(statement.kind, StatementKind::Text(_)))
    }

    /// What it reads of the names that it does not give values itself, in the order in which that stands there.
    #[must_use]
    pub fn references(&self) -> Vec<Reference> {
        references::find(&self.body)
    }

    /// The values of the names that it uses. A context may be much larger than what one template needs of it, and what is
    /// taken of it counts: many small templates may each want all of a large value.
    fn values(
        &self,
        context: &Map<String, Json>,
        budget: &Budget,
    ) -> Result<HashMap<String, Value>, TemplateError> {
        let mut values = HashMap::new();
        for name in &self.names {
            if let Some(value) = context.get(name) {
                let place = Place { line: 1, column: 1 };
                budget.steps(parts(value)).map_err(|failure| failure.at(place))?;
                values.insert(name.clone(), Value::from_json(value));
            }
        }
        Ok(values)
    }
}

/// How many lists, objects and values in them a value consists of.
fn parts(value: &Json) -> u64 {
    match value {
        Json::Array(items) => items.iter().map(parts).fold(1, u64::saturating_add),
        Json::Object(fields) => fields.values().map(parts).fold(1, u64::saturating_add),
        _ => 1,
    }
}
