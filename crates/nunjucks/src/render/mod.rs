//! Statements and expressions to text and values.

mod call;
mod expression;

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

pub(crate) use self::expression::add;
use crate::ast::{Assigned, Macro, Statement, StatementKind};
use crate::budget::Budget;
use crate::convert::entries;
use crate::environment::Environment;
use crate::error::{Failure, Place, TemplateError};
use crate::scope::Frame;
use crate::units::Units;
use crate::value::{Foreign, Function, Value};

/// One rendering.
pub(crate) struct Renderer<'a> {
    environment: &'a Environment,
    /// The names that the whole template knows.
    context: RefCell<HashMap<String, Value>>,
    budget: &'a Budget,
}

impl<'a> Renderer<'a> {
    pub(crate) fn new(
        environment: &'a Environment,
        context: HashMap<String, Value>,
        budget: &'a Budget,
    ) -> Self {
        Self { environment, context: RefCell::new(context), budget }
    }

    /// What statements write.
    pub(crate) fn render(&self, body: &[Statement]) -> Result<String, TemplateError> {
        let mut out = String::new();
        self.body(body, &Frame::of_template(), &mut out)?;
        Ok(out)
    }

    /// The value of an expression that stands alone.
    pub(crate) fn value(&self, expression: &crate::ast::Expression) -> Result<Value, TemplateError> {
        self.evaluate(expression, &Frame::of_template())
    }

    fn write(&self, text: &str, out: &mut String, place: Place) -> Result<(), TemplateError> {
        self.budget.bytes(text.len()).map_err(|failure| failure.at(place))?;
        out.push_str(text);
        Ok(())
    }

    fn body(&self, body: &[Statement], frame: &Rc<Frame>, out: &mut String) -> Result<(), TemplateError> {
        body.iter().try_for_each(|statement| {
            self.budget.enter().map_err(|failure| failure.at(statement.place))?;
            let done = self.statement(statement, frame, out);
            self.budget.leave();
            done
        })
    }

    /// What a body writes, apart.
    fn written(&self, body: &[Statement], frame: &Rc<Frame>) -> Result<String, TemplateError> {
        let mut out = String::new();
        self.body(body, frame, &mut out)?;
        Ok(out)
    }

    fn statement(
        &self,
        statement: &Statement,
        frame: &Rc<Frame>,
        out: &mut String,
    ) -> Result<(), TemplateError> {
        let place = statement.place;
        match &statement.kind {
            StatementKind::Text(text) => self.write(text, out, place),
            StatementKind::Output(expression) => {
                let value = self.evaluate(expression, frame)?;
                self.budget.weigh(&value).map_err(|failure| failure.at(expression.place))?;
                self.write(&value.printed(), out, place)
            }
            StatementKind::If { branches, otherwise } => {
                for (condition, body) in branches {
                    if self.evaluate(condition, frame)?.is_truthy() {
                        return self.body(body, frame, out);
                    }
                }
                self.body(otherwise, frame, out)
            }
            StatementKind::For { names, over, body, otherwise, counts } => {
                let value = self.evaluate(over, frame)?;
                let rows = rows(&value, names.len()).map_err(|failure| failure.at(over.place))?;
                if rows.is_empty() {
                    return self.body(otherwise, &Frame::within(frame, false), out);
                }
                let frame = Frame::within(frame, false);
                for (number, row) in rows.iter().enumerate() {
                    self.budget.steps(1).map_err(|failure| failure.at(place))?;
                    for (name, value) in names.iter().zip(row) {
                        frame.define(name, value.clone());
                    }
                    if *counts {
                        frame.define("loop", loop_of(number, rows.len()));
                    }
                    self.body(body, &frame, out)?;
                }
                Ok(())
            }
            StatementKind::Switch { on, cases, default } => {
                let value = self.evaluate(on, frame)?;
                let mut matched = false;
                for (case, body) in cases {
                    matched = matched || self.evaluate(case, frame)?.is_same(&value);
                    // A case without a body goes on to the next one.
                    if matched && !body.is_empty() {
                        return self.body(body, frame, out);
                    }
                }
                self.body(default, frame, out)
            }
            StatementKind::Set { names, to } => {
                let value = match to {
                    Assigned::Value(expression) => self.evaluate(expression, frame)?,
                    Assigned::Written(body) => Value::text(self.written(body, frame)?),
                };
                for name in names {
                    frame.set(name, value.clone());
                    if frame.is_top() {
                        self.context.borrow_mut().insert(name.clone(), value.clone());
                    }
                }
                Ok(())
            }
            StatementKind::Macro(definition) => {
                self.define(definition, frame);
                Ok(())
            }
            StatementKind::Filter { name, arguments, body } => {
                let written = Value::text(self.written(body, frame)?);
                let given = self.given(arguments, frame)?;
                let value = self.filter(name, &written, &given).map_err(|failure| failure.at(place))?;
                self.write(&value.printed(), out, place)
            }
            StatementKind::Block(body) => self.body(body, &Frame::within(frame, true), out),
        }
    }

    fn define(&self, definition: &Arc<Macro>, frame: &Rc<Frame>) {
        let function = Function::Macro { definition: Arc::clone(definition), scope: None };
        let function = Value::Function(Rc::new(function));
        if definition.nested {
            frame.define(&definition.name, function);
        } else {
            self.context.borrow_mut().insert(definition.name.clone(), function);
        }
    }

    /// The value of a name: of the loops and macros around, else of the template, else of every template.
    fn lookup(&self, name: &str, frame: &Frame) -> Value {
        if let Some(value) = frame.get(name) {
            return value;
        }
        if let Some(value) = self.context.borrow().get(name) {
            return value.clone();
        }
        if let Some(function) = self.environment.function(name) {
            return Value::Function(Rc::new(Function::Foreign(Foreign(Arc::clone(function)))));
        }
        crate::globals::find(name).unwrap_or_default()
    }
}

/// What a loop goes over: the values of its names, once for each round.
fn rows(value: &Value, names: usize) -> Result<Vec<Vec<Value>>, Failure> {
    let item = |item: &Value| -> Result<Vec<Value>, Failure> {
        if names == 1 {
            return Ok(vec![item.clone()]);
        }
        Ok((0..names).map(|place| crate::methods::member(item, &Value::number(place))).collect())
    };
    match value {
        Value::List(items) => items.borrow().iter().map(item).collect(),
        Value::Object(_) if names == 1 => Ok(Vec::new()),
        Value::Object(fields) => {
            let row = |(key, value): (String, Value)| {
                let mut row = vec![Value::text(key), value];
                row.resize(names, Value::Undefined);
                row
            };
            Ok(entries(fields).into_iter().map(row).collect())
        }
        Value::Text(text) | Value::Safe(text) => {
            let units = Units::of(text);
            (0..units.len()).map(|place| item(&Value::text(units.slice(place, place + 1)))).collect()
        }
        _ => Ok(Vec::new()),
    }
}

/// What `loop` says.
fn loop_of(number: usize, length: usize) -> Value {
    Value::object([
        ("index".to_owned(), Value::number(number + 1)),
        ("index0".to_owned(), Value::number(number)),
        ("revindex".to_owned(), Value::number(length - number)),
        ("revindex0".to_owned(), Value::number(length - number - 1)),
        ("first".to_owned(), Value::Bool(number == 0)),
        ("last".to_owned(), Value::Bool(number + 1 == length)),
        ("length".to_owned(), Value::number(length)),
    ])
}
