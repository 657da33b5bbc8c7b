//! The values that templates compute with: those of JavaScript, as far as templates see them.

use std::cell::RefCell;
use std::fmt;
use std::ops::Deref;
use std::rc::Rc;
use std::sync::Arc;

use indexmap::IndexMap;

use crate::ast::Macro;
use crate::environment;
use crate::error::Failure;
use crate::methods::Method;
use crate::regex::Regex;
use crate::scope::Frame;

/// A list. Methods such as `push` change it for everybody who has it.
pub(crate) type List = Rc<Items>;
/// An object; its keys keep their order.
pub(crate) type Fields = Rc<Record>;

/// What a list holds.
#[derive(Debug, Default)]
pub(crate) struct Items(RefCell<Vec<Value>>);

/// What an object holds.
#[derive(Debug, Default)]
pub(crate) struct Record(RefCell<IndexMap<String, Value>>);

#[derive(Clone, Debug, Default)]
pub(crate) enum Value {
    #[default]
    Undefined,
    Null,
    Bool(bool),
    Number(f64),
    Text(Rc<str>),
    /// Text that `safe` or `escape` vouched for, which is not escaped again.
    Safe(Rc<str>),
    List(List),
    Object(Fields),
    Regex(Rc<Regex>),
    Function(Rc<Function>),
}

/// A function of whoever renders.
#[derive(Clone)]
pub(crate) struct Foreign(pub(crate) environment::Function);

impl fmt::Debug for Foreign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Foreign")
    }
}

/// What can be called.
#[derive(Debug)]
pub(crate) enum Function {
    Macro {
        definition: Arc<Macro>,
        scope: Option<Rc<Frame>>,
    },
    /// A method with the value that it belongs to.
    Method(Value, Method),
    /// A global function.
    Global(Global),
    /// A function of whoever renders.
    Foreign(Foreign),
    /// What `cycler(…)` gives, and its `next` and `reset`.
    Cycler(Rc<Cycler>),
    Cycle(Rc<Cycler>, CycleStep),
    /// What `joiner(…)` gives: nothing at first, then the separator.
    Joiner {
        separator: Rc<str>,
        used: std::cell::Cell<bool>,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Global {
    Range,
    Cycler,
    Joiner,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CycleStep {
    Next,
    Reset,
}

/// Items in turn.
#[derive(Debug)]
pub(crate) struct Cycler {
    pub(crate) items: Vec<Value>,
    pub(crate) at: std::cell::Cell<Option<usize>>,
}

impl Value {
    pub(crate) fn text(text: impl Into<Rc<str>>) -> Self {
        Self::Text(text.into())
    }

    pub(crate) fn list(items: Vec<Self>) -> Self {
        Self::List(Rc::new(Items(RefCell::new(items))))
    }

    pub(crate) fn object(fields: impl IntoIterator<Item = (String, Self)>) -> Self {
        Self::Object(Rc::new(Record(RefCell::new(fields.into_iter().collect()))))
    }

    pub(crate) fn number(number: usize) -> Self {
        // Lengths and places, far below where a double leaves out numbers.
        #[expect(clippy::cast_precision_loss, reason = "lengths are below 2^53")]
        Self::Number(number as f64)
    }

    /// `undefined` or `null`.
    pub(crate) fn is_nothing(&self) -> bool {
        matches!(self, Self::Undefined | Self::Null)
    }

    /// What it is as text, if it is text.
    pub(crate) fn as_text(&self) -> Option<&Rc<str>> {
        match self {
            Self::Text(text) | Self::Safe(text) => Some(text),
            _ => None,
        }
    }

    /// Text that is as safe as this value is.
    pub(crate) fn like(&self, text: impl Into<Rc<str>>) -> Self {
        if matches!(self, Self::Safe(_)) { Self::Safe(text.into()) } else { Self::Text(text.into()) }
    }

    /// What `typeof` would say.
    pub(crate) fn type_name(&self) -> &'static str {
        match self {
            Self::Undefined => "undefined",
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Number(_) => "a number",
            Self::Text(_) | Self::Safe(_) => "text",
            Self::List(_) => "a list",
            Self::Object(_) => "an object",
            Self::Regex(_) => "a regular expression",
            Self::Function(_) => "a function",
        }
    }

    /// The items of a list; an error names who wanted one.
    pub(crate) fn items(&self, wanted_by: &str) -> Result<Vec<Self>, Failure> {
        match self {
            Self::List(items) => Ok(items.borrow().clone()),
            other => {
                Err(Failure::new(format!("{wanted_by} works on a list, but this is {}.", other.type_name())))
            }
        }
    }
}

impl Deref for Items {
    type Target = RefCell<Vec<Value>>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl Deref for Record {
    type Target = RefCell<IndexMap<String, Value>>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl Drop for Items {
    fn drop(&mut self) {
        bury(std::mem::take(self.0.get_mut()));
    }
}

impl Drop for Record {
    fn drop(&mut self) {
        bury(std::mem::take(self.0.get_mut()).into_values().collect());
    }
}

/// Frees values one after the other. A loop can nest lists a million deep, and freeing each within the one around it would
/// use up the stack.
fn bury(mut values: Vec<Value>) {
    while let Some(value) = values.pop() {
        match value {
            Value::List(list) => {
                values.extend(
                    Rc::into_inner(list).map(|mut list| std::mem::take(list.0.get_mut())).unwrap_or_default(),
                );
            }
            Value::Object(fields) => {
                let fields = Rc::into_inner(fields).map(|mut fields| std::mem::take(fields.0.get_mut()));
                values.extend(fields.unwrap_or_default().into_values());
            }
            Value::Function(function) => {
                if let Some(Function::Method(of, _)) = Rc::into_inner(function) {
                    values.push(of);
                }
            }
            _ => {}
        }
    }
}
