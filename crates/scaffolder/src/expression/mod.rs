//! The values of a template with expressions in them: what a step is given, its `if` and `each`, and the output of a run.
//!
//! A text that is one `${{ }}` alone becomes what that gives, of any type; in all other texts the values are written into
//! the text. Keys are never computed.

mod condition;
#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::LazyLock;

pub use nunjucks::Budget;
use nunjucks::{Environment, Limits, Place, Reference, Syntax, Template, TemplateError};
use serde_json::{Map, Value};

pub use self::condition::{is_truthy, items};
use crate::filters;

/// What one value of a template, such as the whole input of a step, may use up.
pub const LIMITS: Limits = Limits { steps: 10_000_000, bytes: 16 * 1024 * 1024, depth: 200 };

/// What becomes of an expression that fails.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Failures {
    /// An error, with its place.
    #[default]
    Errors,
    /// The text as it stands in the template, as Backstage does.
    SourceText,
}

/// Which functions an expression may call beside those of the language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Functions {
    /// None.
    Plain,
    /// Those of an `if`: `always()`, and `failure()` with this answer.
    Condition {
        /// Whether a step before failed.
        failed: bool,
    },
}

/// An expression that can't be read or computed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExpressionError {
    /// JSON pointer to the text that it stands in.
    pub pointer: String,
    /// Where it is in that text.
    pub place: Place,
    /// What is wrong.
    pub message: String,
}

impl fmt::Display for ExpressionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (in {}, {} of the text)", self.message, self.pointer, self.place)
    }
}

impl std::error::Error for ExpressionError {}

/// A value of a template, read once and computed as often as wanted.
#[derive(Clone, Debug)]
pub struct Prepared {
    pointer: String,
    node: Node,
}

#[derive(Clone, Debug)]
enum Node {
    /// It is what it says.
    Plain(Value),
    /// Text with something to compute.
    Computed {
        template: Template,
        source: String,
    },
    /// Text that is no template.
    Broken {
        error: TemplateError,
        source: String,
    },
    Array(Vec<Node>),
    Object(Vec<(String, Node)>),
}

/// A reference of a template with the pointer to its text.
pub type Located<T> = (String, T);

impl Prepared {
    /// Reads a value that stands at a JSON pointer. What is wrong in it is told by [`Self::errors`].
    #[must_use]
    pub fn new(value: &Value, pointer: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), node: Node::new(value) }
    }

    /// The texts that can't be read.
    #[must_use]
    pub fn errors(&self) -> Vec<ExpressionError> {
        let mut errors = Vec::new();
        self.node.each(&self.pointer, &mut |pointer, node| {
            if let Node::Broken { error, .. } = node {
                errors.push(located(pointer, error.clone()));
            }
        });
        errors
    }

    /// What its expressions read, with the pointers to their texts.
    #[must_use]
    pub fn references(&self) -> Vec<Located<Reference>> {
        let mut found = Vec::new();
        self.node.each(&self.pointer, &mut |pointer, node| {
            if let Node::Computed { template, .. } = node {
                found.extend(
                    template.references().into_iter().map(|reference| (pointer.to_owned(), reference)),
                );
            }
        });
        found
    }

    /// Where it stands in the template.
    #[must_use]
    pub fn pointer(&self) -> &str {
        &self.pointer
    }

    /// A text directly in it that is what it says.
    #[must_use]
    pub fn plain_text(&self, key: &str) -> Option<&str> {
        let Node::Object(fields) = &self.node else { return None };
        match &fields.iter().find(|(name, _)| name == key)?.1 {
            Node::Plain(Value::String(text)) => Some(text),
            _ => None,
        }
    }

    /// What it is with these values; nothing if it is `undefined`, or a text that came out empty, which counts as not
    /// given.
    ///
    /// # Errors
    /// An expression fails and failures are errors, or everything together takes too much.
    pub fn render(
        &self,
        context: &Map<String, Value>,
        functions: Functions,
        failures: Failures,
        budget: &Budget,
    ) -> Result<Option<Value>, ExpressionError> {
        Rendering { context, environment: environment(functions), failures, budget }
            .value(&self.node, &self.pointer)
    }
}

struct Rendering<'a> {
    context: &'a Map<String, Value>,
    environment: &'a Environment,
    failures: Failures,
    budget: &'a Budget,
}

impl Rendering<'_> {
    fn value(&self, node: &Node, pointer: &str) -> Result<Option<Value>, ExpressionError> {
        let failed = |source: &str, error: TemplateError| match self.failures {
            Failures::Errors => Err(located(pointer, error)),
            Failures::SourceText => Ok(Some(Value::String(source.to_owned()))),
        };
        match node {
            Node::Plain(Value::String(text)) if text.is_empty() => Ok(None),
            Node::Plain(value) => Ok(Some(value.clone())),
            Node::Broken { error, source } => failed(source, error.clone()),
            Node::Computed { template, source } => {
                match template.evaluate_within(self.environment, self.context, self.budget) {
                    Ok(Some(Value::String(text))) if text.is_empty() && !template.is_value() => Ok(None),
                    Ok(value) => Ok(value),
                    Err(error) => failed(source, error),
                }
            }
            Node::Array(items) => {
                let items = items.iter().enumerate();
                let item =
                    |(place, item)| Ok(self.value(item, &format!("{pointer}/{place}"))?.unwrap_or_default());
                items.map(item).collect::<Result<_, _>>().map(|items| Some(Value::Array(items)))
            }
            Node::Object(fields) => {
                let mut rendered = Map::new();
                for (key, node) in fields {
                    if let Some(value) = self.value(node, &below(pointer, key))? {
                        rendered.insert(key.clone(), value);
                    }
                }
                Ok(Some(Value::Object(rendered)))
            }
        }
    }
}

impl Node {
    fn new(value: &Value) -> Self {
        match value {
            Value::String(text) => Self::text(text),
            Value::Array(items) => Self::Array(items.iter().map(Self::new).collect()),
            Value::Object(fields) => {
                Self::Object(fields.iter().map(|(key, value)| (key.clone(), Self::new(value))).collect())
            }
            value => Self::Plain(value.clone()),
        }
    }

    fn text(text: &str) -> Self {
        if !is_expression(text) {
            return Self::Plain(Value::String(text.to_owned()));
        }
        match Template::parse(text, Syntax::default(), &filters::ENVIRONMENT) {
            Ok(template) => Self::Computed { template, source: text.to_owned() },
            Err(error) => Self::Broken { error, source: text.to_owned() },
        }
    }

    /// Visits what has no parts.
    fn each(&self, pointer: &str, visit: &mut dyn FnMut(&str, &Self)) {
        match self {
            Self::Array(items) => {
                for (place, item) in items.iter().enumerate() {
                    item.each(&format!("{pointer}/{place}"), visit);
                }
            }
            Self::Object(fields) => {
                for (key, node) in fields {
                    node.each(&below(pointer, key), visit);
                }
            }
            node => visit(pointer, node),
        }
    }
}

/// Whether a text may have something to compute in it.
#[must_use]
pub fn is_expression(text: &str) -> bool {
    ["${{", "{%", "{#"].iter().any(|start| text.contains(start))
}

/// The pointer to a member.
#[must_use]
pub fn below(pointer: &str, key: &str) -> String {
    format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"))
}

fn located(pointer: &str, error: TemplateError) -> ExpressionError {
    ExpressionError { pointer: pointer.to_owned(), place: error.place, message: error.message }
}

fn environment(functions: Functions) -> &'static Environment {
    static WELL: LazyLock<Environment> = LazyLock::new(|| of_condition(false));
    static FAILED: LazyLock<Environment> = LazyLock::new(|| of_condition(true));
    match functions {
        Functions::Plain => &filters::ENVIRONMENT,
        Functions::Condition { failed: false } => &WELL,
        Functions::Condition { failed: true } => &FAILED,
    }
}

fn of_condition(failed: bool) -> Environment {
    filters::ENVIRONMENT
        .clone()
        .with_function("always", |_| Ok(Value::Bool(true)))
        .with_function("failure", move |_| Ok(Value::Bool(failed)))
}
