//! A template, read.

use std::sync::Arc;

use crate::error::Place;

/// Something that has a value, with the place where it begins (of operators: where they stand).
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Expression {
    pub(crate) place: Place,
    pub(crate) kind: ExpressionKind,
    /// Of how many expressions within each other it consists.
    height: usize,
}

impl Expression {
    pub(crate) fn new(place: Place, kind: ExpressionKind) -> Self {
        let of = |arguments: &Arguments| {
            let named = arguments.named.iter().map(|(_, value)| value);
            arguments.positional.iter().chain(named).map(|value| value.height).max().unwrap_or(0)
        };
        let below = match &kind {
            ExpressionKind::Null
            | ExpressionKind::Bool(_)
            | ExpressionKind::Number(_)
            | ExpressionKind::Text(_)
            | ExpressionKind::Regex { .. }
            | ExpressionKind::Name(_)
            | ExpressionKind::Caller(_) => 0,
            ExpressionKind::Array(items) => items.iter().map(|item| item.height).max().unwrap_or(0),
            ExpressionKind::Object(fields) => {
                fields.iter().map(|(key, value)| key.height.max(value.height)).max().unwrap_or(0)
            }
            ExpressionKind::Member { of, key } => of.height.max(key.height),
            ExpressionKind::Call { callee, arguments } => callee.height.max(of(arguments)),
            ExpressionKind::Filter { of: value, arguments, .. }
            | ExpressionKind::Test { of: value, arguments, .. } => value.height.max(of(arguments)),
            ExpressionKind::Unary { of, .. } => of.height,
            ExpressionKind::Binary { left, right, .. } => left.height.max(right.height),
            ExpressionKind::If { condition, then, otherwise } => {
                let otherwise = otherwise.as_ref().map_or(0, |otherwise| otherwise.height);
                condition.height.max(then.height).max(otherwise)
            }
        };
        Self { place, kind, height: below + 1 }
    }

    /// Of how many expressions within each other it consists.
    pub(crate) fn height(&self) -> usize {
        self.height
    }
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum ExpressionKind {
    /// `null`, `none`
    Null,
    Bool(bool),
    Number(f64),
    Text(String),
    Regex {
        source: String,
        flags: String,
    },
    Name(String),
    Array(Vec<Expression>),
    Object(Vec<(Expression, Expression)>),
    /// `a.b`, `a["b"]`
    Member {
        of: Box<Expression>,
        key: Box<Expression>,
    },
    Call {
        callee: Box<Expression>,
        arguments: Arguments,
    },
    Filter {
        name: String,
        of: Box<Expression>,
        arguments: Arguments,
    },
    /// `of is name(arguments)`
    Test {
        name: String,
        of: Box<Expression>,
        arguments: Arguments,
    },
    Unary {
        operator: Unary,
        of: Box<Expression>,
    },
    Binary {
        operator: Binary,
        left: Box<Expression>,
        right: Box<Expression>,
    },
    /// `then if condition else otherwise`
    If {
        condition: Box<Expression>,
        then: Box<Expression>,
        otherwise: Option<Box<Expression>>,
    },
    /// The body of `{% call %}` as a function.
    Caller(Arc<Macro>),
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Arguments {
    pub(crate) positional: Vec<Expression>,
    pub(crate) named: Vec<(String, Expression)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unary {
    Not,
    Minus,
    Plus,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Binary {
    Or,
    And,
    In,
    NotIn,
    Equal,
    NotEqual,
    Same,
    NotSame,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Concatenate,
    Add,
    Subtract,
    Multiply,
    Divide,
    FloorDivide,
    Remainder,
    Power,
}

/// A part of a template that writes or does something.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Statement {
    pub(crate) place: Place,
    pub(crate) kind: StatementKind,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum StatementKind {
    Text(String),
    Output(Expression),
    If {
        branches: Vec<(Expression, Body)>,
        otherwise: Body,
    },
    For {
        names: Vec<String>,
        over: Expression,
        body: Body,
        otherwise: Body,
        /// Whether the body names `loop`.
        counts: bool,
    },
    Switch {
        on: Expression,
        cases: Vec<(Expression, Body)>,
        default: Body,
    },
    Set {
        names: Vec<String>,
        to: Assigned,
    },
    Macro(Arc<Macro>),
    /// `{% filter %}`: the body goes through a filter.
    Filter {
        name: String,
        arguments: Arguments,
        body: Body,
    },
    /// `{% block %}`: without inheritance only a scope of its own.
    Block(Body),
}

/// Statements in their order.
pub(crate) type Body = Vec<Statement>;

/// What a `{% set %}` gives its names.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Assigned {
    Value(Expression),
    /// What the body up to `{% endset %}` writes.
    Written(Body),
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Macro {
    pub(crate) name: String,
    /// Without a default.
    pub(crate) required: Vec<String>,
    /// With one.
    pub(crate) optional: Vec<(String, Expression)>,
    pub(crate) body: Body,
    /// Whether it stands within a loop or another macro, where its name is known to that part alone.
    pub(crate) nested: bool,
}
