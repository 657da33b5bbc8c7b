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
mod regex;
mod render;
mod scope;
mod syntax;
mod units;
mod value;

use std::collections::HashMap;

use serde_json::{Map, Value as Json};

use crate::ast::{Body, StatementKind};
use crate::budget::Budget;
pub use crate::budget::Limits;
pub use crate::environment::{Environment, Filter};
pub use crate::error::{Place, TemplateError};
use crate::render::Renderer;
pub use crate::syntax::Syntax;
use crate::value::Value;

/// A template that was read.
#[derive(Clone, Debug)]
pub struct Template {
    body: Body,
}

impl Template {
    /// Reads a template that uses what the environment has.
    ///
    /// # Errors
    /// It is not written as the language asks for, or uses a filter or a test that there is not.
    pub fn parse(text: &str, syntax: Syntax, environment: &Environment) -> Result<Self, TemplateError> {
        Ok(Self { body: parser::parse(text, syntax, environment)? })
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
        Renderer::new(environment, values(context), Budget::new(limits)).render(&self.body)
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
        let renderer = Renderer::new(environment, values(context), Budget::new(limits));
        match self.body.as_slice() {
            [statement] if let StatementKind::Output(expression) = &statement.kind => {
                let value = renderer.value(expression)?;
                value.to_json().map_err(|failure| failure.at(expression.place))
            }
            body => renderer.render(body).map(|text| Some(Json::String(text))),
        }
    }
}

fn values(context: &Map<String, Json>) -> HashMap<String, Value> {
    context.iter().map(|(name, value)| (name.clone(), Value::from_json(value))).collect()
}
