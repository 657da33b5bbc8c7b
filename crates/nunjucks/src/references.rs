//! What a template reads, found without rendering it.

use std::collections::BTreeSet;

use crate::ast::{Arguments, Assigned, Expression, ExpressionKind, Macro, Statement, StatementKind};
use crate::error::Place;

/// A name that a template reads, with the members of it as far as they are written out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// Of `steps['fetch'].output[number]` it is `steps`, `fetch`, `output`.
    pub path: Vec<String>,
    /// Where the name stands.
    pub place: Place,
    /// Whether the name itself is called, as in `range(3)`.
    pub called: bool,
}

/// What is read of names that come from outside. A name that is given a value anywhere in the template is left out.
pub(crate) fn find(body: &[Statement]) -> Vec<Reference> {
    let mut search = Search::default();
    search.body(body);
    let Search { mut found, own } = search;
    found.retain(|reference| reference.path.first().is_none_or(|name| !own.contains(name)));
    found
}

/// All names that are read.
pub(crate) fn names(body: &[Statement]) -> BTreeSet<String> {
    let mut search = Search::default();
    search.body(body);
    search.found.into_iter().filter_map(|reference| reference.path.into_iter().next()).collect()
}

#[derive(Default)]
struct Search {
    found: Vec<Reference>,
    /// Names that the template gives values.
    own: BTreeSet<String>,
}

impl Search {
    fn body(&mut self, body: &[Statement]) {
        body.iter().for_each(|statement| self.statement(statement));
    }

    fn statement(&mut self, statement: &Statement) {
        match &statement.kind {
            StatementKind::Text(_) => {}
            StatementKind::Output(expression) => self.expression(expression),
            StatementKind::If { branches, otherwise } => {
                self.branches(branches);
                self.body(otherwise);
            }
            StatementKind::For { names, over, body, otherwise, .. } => {
                self.own.extend(names.iter().cloned());
                self.own.insert("loop".to_owned());
                self.expression(over);
                self.body(body);
                self.body(otherwise);
            }
            StatementKind::Switch { on, cases, default } => {
                self.expression(on);
                self.branches(cases);
                self.body(default);
            }
            StatementKind::Set { names, to } => {
                self.own.extend(names.iter().cloned());
                match to {
                    Assigned::Value(expression) => self.expression(expression),
                    Assigned::Written(body) => self.body(body),
                }
            }
            StatementKind::Macro(definition) => {
                self.own.insert(definition.name.clone());
                self.definition(definition);
            }
            StatementKind::Filter { arguments, body, .. } => {
                self.arguments(arguments);
                self.body(body);
            }
            StatementKind::Block(body) => self.body(body),
        }
    }

    fn branches(&mut self, branches: &[(Expression, Vec<Statement>)]) {
        for (condition, body) in branches {
            self.expression(condition);
            self.body(body);
        }
    }

    fn definition(&mut self, definition: &Macro) {
        self.own.extend(definition.required.iter().cloned());
        self.own.insert("caller".to_owned());
        for (name, default) in &definition.optional {
            self.own.insert(name.clone());
            self.expression(default);
        }
        self.body(&definition.body);
    }

    fn arguments(&mut self, arguments: &Arguments) {
        arguments.positional.iter().for_each(|value| self.expression(value));
        arguments.named.iter().for_each(|(_, value)| self.expression(value));
    }

    fn expression(&mut self, expression: &Expression) {
        match &expression.kind {
            ExpressionKind::Null
            | ExpressionKind::Bool(_)
            | ExpressionKind::Number(_)
            | ExpressionKind::Text(_)
            | ExpressionKind::Regex { .. } => {}
            ExpressionKind::Name(_) | ExpressionKind::Member { .. } => {
                self.chain(expression, &mut Vec::new());
            }
            ExpressionKind::Array(items) => items.iter().for_each(|item| self.expression(item)),
            ExpressionKind::Object(fields) => {
                for (key, value) in fields {
                    self.expression(key);
                    self.expression(value);
                }
            }
            ExpressionKind::Call { callee, arguments } => {
                if let ExpressionKind::Name(name) = &callee.kind {
                    self.found.push(Reference {
                        path: vec![name.clone()],
                        place: callee.place,
                        called: true,
                    });
                } else {
                    self.expression(callee);
                }
                self.arguments(arguments);
            }
            ExpressionKind::Filter { of, arguments, .. } | ExpressionKind::Test { of, arguments, .. } => {
                self.expression(of);
                self.arguments(arguments);
            }
            ExpressionKind::Unary { of, .. } => self.expression(of),
            ExpressionKind::Binary { left, right, .. } => {
                self.expression(left);
                self.expression(right);
            }
            ExpressionKind::If { condition, then, otherwise } => {
                self.expression(condition);
                self.expression(then);
                otherwise.iter().for_each(|otherwise| self.expression(otherwise));
            }
            ExpressionKind::Caller(definition) => self.definition(definition),
        }
    }

    /// A name with members behind it; `behind` has the keys seen so far, the last one first.
    fn chain(&mut self, expression: &Expression, behind: &mut Vec<String>) {
        match &expression.kind {
            ExpressionKind::Name(name) => {
                let mut path = vec![name.clone()];
                path.extend(behind.drain(..).rev());
                self.found.push(Reference { path, place: expression.place, called: false });
            }
            ExpressionKind::Member { of, key } => {
                if let ExpressionKind::Text(key) = &key.kind {
                    behind.push(key.clone());
                } else {
                    self.expression(key);
                    // What follows a computed key belongs to something that is not known.
                    behind.clear();
                }
                self.chain(of, behind);
            }
            _ => self.expression(expression),
        }
    }
}
