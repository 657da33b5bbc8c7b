//! The value of an expression.

use std::cmp::Ordering;
use std::rc::Rc;
use std::sync::Arc;

use super::Renderer;
use crate::ast::{Arguments, Binary, Expression, ExpressionKind, Unary};
use crate::budget::Budget;
use crate::error::{Failure, TemplateError};
use crate::filters::Given;
use crate::methods::member;
use crate::regex::Regex;
use crate::scope::Frame;
use crate::value::{Function, Value};

impl Renderer<'_> {
    pub(super) fn evaluate(
        &self,
        expression: &Expression,
        frame: &Rc<Frame>,
    ) -> Result<Value, TemplateError> {
        let budget = self.budget;
        budget.steps(1).and_then(|()| budget.enter()).map_err(|failure| failure.at(expression.place))?;
        let value = self.value_of(expression, frame);
        budget.leave();
        value
    }

    fn value_of(&self, expression: &Expression, frame: &Rc<Frame>) -> Result<Value, TemplateError> {
        let place = expression.place;
        let here = |failure: Failure| failure.at(place);
        Ok(match &expression.kind {
            ExpressionKind::Null => Value::Null,
            ExpressionKind::Bool(value) => Value::Bool(*value),
            ExpressionKind::Number(number) => Value::Number(*number),
            ExpressionKind::Text(text) => {
                self.budget.steps(text.len() as u64 / 64).map_err(here)?;
                Value::text(text.as_str())
            }
            ExpressionKind::Regex { source, flags } => {
                Value::Regex(Rc::new(Regex::new(source, flags, self.budget).map_err(here)?))
            }
            ExpressionKind::Name(name) => self.lookup(name, frame),
            ExpressionKind::Array(items) => {
                let items = items.iter().map(|item| self.evaluate(item, frame));
                Value::list(items.collect::<Result<_, _>>()?)
            }
            ExpressionKind::Object(fields) => {
                let field = |(key, value): &(Expression, Expression)| {
                    Ok((self.evaluate(key, frame)?.to_text().to_string(), self.evaluate(value, frame)?))
                };
                Value::object(fields.iter().map(field).collect::<Result<Vec<_>, TemplateError>>()?)
            }
            ExpressionKind::Member { of, key } => {
                member(&self.evaluate(of, frame)?, &self.evaluate(key, frame)?)
            }
            ExpressionKind::Call { callee, arguments } => {
                let function = self.evaluate(callee, frame)?;
                let given = self.given(arguments, frame)?;
                let name = || written(callee);
                self.call(&function, &given, place, &name)?
            }
            ExpressionKind::Filter { name, of, arguments } => {
                let of = self.evaluate(of, frame)?;
                let given = self.given(arguments, frame)?;
                self.filter(name, &of, &given).map_err(here)?
            }
            ExpressionKind::Test { name, of, arguments } => {
                let of = self.evaluate(of, frame)?;
                let given = self.given(arguments, frame)?;
                Value::Bool(crate::checks::call(name, &of, &given).map_err(here)?)
            }
            ExpressionKind::Unary { operator, of } => {
                let value = self.evaluate(of, frame)?;
                match operator {
                    Unary::Not => Value::Bool(!value.is_truthy()),
                    Unary::Minus => Value::Number(-value.to_number()),
                    Unary::Plus => Value::Number(value.to_number()),
                }
            }
            ExpressionKind::Binary { operator, left, right } => {
                let left = self.evaluate(left, frame)?;
                match operator {
                    Binary::And if !left.is_truthy() => return Ok(left),
                    Binary::Or if left.is_truthy() => return Ok(left),
                    _ => {}
                }
                let right = self.evaluate(right, frame)?;
                operation(*operator, &left, right, self.budget).map_err(here)?
            }
            ExpressionKind::If { condition, then, otherwise } => {
                match (self.evaluate(condition, frame)?.is_truthy(), otherwise) {
                    (true, _) => self.evaluate(then, frame)?,
                    (false, Some(otherwise)) => self.evaluate(otherwise, frame)?,
                    (false, None) => Value::text(""),
                }
            }
            ExpressionKind::Caller(definition) => {
                let (definition, scope) = (Arc::clone(definition), Some(Rc::clone(frame)));
                Value::Function(Rc::new(Function::Macro { definition, scope }))
            }
        })
    }

    pub(super) fn given(&self, arguments: &Arguments, frame: &Rc<Frame>) -> Result<Given, TemplateError> {
        let positional = arguments.positional.iter().map(|value| self.evaluate(value, frame));
        let named =
            arguments.named.iter().map(|(name, value)| Ok((name.clone(), self.evaluate(value, frame)?)));
        Ok(Given {
            positional: positional.collect::<Result<_, _>>()?,
            named: named.collect::<Result<_, _>>()?,
        })
    }

    pub(super) fn filter(&self, name: &str, of: &Value, given: &Given) -> Result<Value, Failure> {
        self.budget.weigh(of)?;
        given.positional.iter().try_for_each(|value| self.budget.weigh(value))?;
        if let Some(filter) = self.environment.filter(name) {
            let json = |value: &Value| Ok(value.to_json()?.unwrap_or_default());
            let given = given.positional.iter().map(json).collect::<Result<Vec<_>, Failure>>()?;
            return filter(&json(of)?, &given).map(|value| Value::from_json(&value)).map_err(Failure);
        }
        crate::filters::call(name, of, given, self.budget)
    }
}

/// What a sign between two values does. `and` and `or` come here when the right value decides.
fn operation(operator: Binary, left: &Value, right: Value, budget: &Budget) -> Result<Value, Failure> {
    let by_number =
        |operation: fn(f64, f64) -> f64| Value::Number(operation(left.to_number(), right.to_number()));
    let by_order =
        |allowed: &[Ordering]| Value::Bool(left.order(&right).is_some_and(|order| allowed.contains(&order)));
    if !matches!(operator, Binary::And | Binary::Or) {
        budget.weigh(left)?;
        budget.weigh(&right)?;
    }
    Ok(match operator {
        Binary::And | Binary::Or => right,
        Binary::In => Value::Bool(contains(&right, left)?),
        Binary::NotIn => Value::Bool(!contains(&right, left)?),
        Binary::Equal => Value::Bool(left.is_equal(&right)),
        Binary::NotEqual => Value::Bool(!left.is_equal(&right)),
        Binary::Same => Value::Bool(left.is_same(&right)),
        Binary::NotSame => Value::Bool(!left.is_same(&right)),
        Binary::Less => by_order(&[Ordering::Less]),
        Binary::LessOrEqual => by_order(&[Ordering::Less, Ordering::Equal]),
        Binary::Greater => by_order(&[Ordering::Greater]),
        Binary::GreaterOrEqual => by_order(&[Ordering::Greater, Ordering::Equal]),
        Binary::Concatenate => concatenated(left, &right, budget)?,
        Binary::Add => add(left, &right, budget)?,
        Binary::Subtract => by_number(|left, right| left - right),
        Binary::Multiply => by_number(|left, right| left * right),
        Binary::Divide => by_number(|left, right| left / right),
        Binary::FloorDivide => by_number(|left, right| (left / right).floor()),
        Binary::Remainder => by_number(|left, right| left % right),
        Binary::Power => by_number(f64::powf),
    })
}

/// `+`
pub(crate) fn add(left: &Value, right: &Value, budget: &Budget) -> Result<Value, Failure> {
    if left.is_text_to_add() || right.is_text_to_add() {
        return concatenated(left, right, budget);
    }
    Ok(Value::Number(left.to_number() + right.to_number()))
}

fn concatenated(left: &Value, right: &Value, budget: &Budget) -> Result<Value, Failure> {
    let (left, right) = (left.to_text(), right.to_text());
    budget.bytes(left.len() + right.len())?;
    Ok(Value::text(format!("{left}{right}")))
}

/// `in`
fn contains(within: &Value, wanted: &Value) -> Result<bool, Failure> {
    match within {
        Value::List(items) => Ok(items.borrow().iter().any(|item| item.is_same(wanted))),
        Value::Object(fields) => Ok(fields.borrow().contains_key(&*wanted.to_text())),
        Value::Text(text) | Value::Safe(text) => Ok(text.contains(&*wanted.to_text())),
        other => Err(Failure::new(format!(
            "`in` looks into a list, an object or text, but this is {}.",
            other.type_name()
        ))),
    }
}

/// What is called, as it stands in the template.
fn written(expression: &Expression) -> String {
    match &expression.kind {
        ExpressionKind::Name(name) => name.clone(),
        ExpressionKind::Member { of, key } => match &key.kind {
            ExpressionKind::Text(name) => format!("{}.{name}", written(of)),
            _ => format!("{}[…]", written(of)),
        },
        ExpressionKind::Call { callee, .. } => format!("{}(…)", written(callee)),
        _ => "this".to_owned(),
    }
}
