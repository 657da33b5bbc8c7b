//! The functions that each template knows: `range`, `cycler` and `joiner`.

use std::cell::Cell;
use std::rc::Rc;

use crate::budget::Budget;
use crate::error::Failure;
use crate::value::{CycleStep, Cycler, Function, Global, Value};

/// The function of this name.
pub(crate) fn find(name: &str) -> Option<Value> {
    let global = match name {
        "range" => Global::Range,
        "cycler" => Global::Cycler,
        "joiner" => Global::Joiner,
        _ => return None,
    };
    Some(Value::Function(Rc::new(Function::Global(global))))
}

/// Calls one.
pub(crate) fn call(global: Global, given: &[Value], budget: &Budget) -> Result<Value, Failure> {
    match global {
        Global::Range => range(given, budget),
        Global::Cycler => {
            let cycler = Cycler { items: given.to_vec(), at: Cell::new(None) };
            Ok(Value::Function(Rc::new(Function::Cycler(Rc::new(cycler)))))
        }
        Global::Joiner => {
            let separator = given.first().map_or_else(|| ",".into(), Value::to_text);
            Ok(Value::Function(Rc::new(Function::Joiner { separator, used: Cell::new(false) })))
        }
    }
}

fn range(given: &[Value], budget: &Budget) -> Result<Value, Failure> {
    let number = |place: usize| given.get(place).filter(|value| !value.is_nothing()).map(Value::to_number);
    let (start, stop) = match (number(0), number(1)) {
        (start, None) => (0.0, start.unwrap_or(0.0)),
        (start, Some(stop)) => (start.unwrap_or(0.0), stop),
    };
    let step = number(2).filter(|step| *step != 0.0).unwrap_or(1.0);
    let (mut numbers, mut at) = (Vec::new(), start);
    while if step > 0.0 { at < stop } else { at > stop } {
        budget.steps(1)?;
        numbers.push(Value::Number(at));
        at += step;
    }
    Ok(Value::list(numbers))
}

/// A member of a function: those of `cycler` have some.
pub(crate) fn member(function: &Rc<Function>, name: &str) -> Option<Value> {
    let Function::Cycler(cycler) = &**function else { return None };
    let step = |step| Value::Function(Rc::new(Function::Cycle(Rc::clone(cycler), step)));
    match name {
        "next" => Some(step(CycleStep::Next)),
        "reset" => Some(step(CycleStep::Reset)),
        "current" => Some(cycler.current()),
        _ => None,
    }
}

impl Cycler {
    fn current(&self) -> Value {
        self.at.get().and_then(|at| self.items.get(at).cloned()).unwrap_or(Value::Null)
    }

    /// Goes to the next item, or before the first.
    pub(crate) fn step(&self, step: CycleStep) -> Value {
        let next = self.at.get().map_or(0, |at| (at + 1) % self.items.len().max(1));
        self.at.set((step == CycleStep::Next).then_some(next));
        if step == CycleStep::Next { self.current() } else { Value::Undefined }
    }
}
