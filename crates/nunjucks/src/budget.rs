//! What a template may use up while it is rendered. Templates come from many hands: one that never ends, or that writes
//! without end, has to fail and not take the portal with it.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::sync::Arc;

use crate::error::Failure;
use crate::value::Value;

/// How deep lists and objects may be nested. One that contains itself is deeper than any.
pub(crate) const DEEPEST: usize = 200;

/// The limits of one rendering.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Steps: about one for each expression, item and 64 bytes of text that are computed.
    pub steps: u64,
    /// Bytes of the output, and of all text that is made on the way to it.
    pub bytes: u64,
    /// How deep expressions, blocks and calls of macros may be within each other.
    pub depth: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self { steps: 2_000_000, bytes: 64 * 1024 * 1024, depth: 200 }
    }
}

/// What is left of [`Limits`]. One budget may go through several renderings, which then share it.
#[derive(Debug)]
pub struct Budget {
    limits: Limits,
    steps: Cell<u64>,
    bytes: Cell<u64>,
    depth: Cell<u32>,
    /// Regular expressions as they were compiled, by what they say: one in a loop is compiled once.
    compiled: RefCell<HashMap<String, Arc<fancy_regex::Regex>>>,
}

/// Most regular expressions that are kept: each may hold on to a megabyte or more.
const MOST_COMPILED: usize = 32;

impl Budget {
    /// A budget of which nothing is used yet.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            steps: Cell::new(limits.steps),
            bytes: Cell::new(limits.bytes),
            depth: Cell::new(0),
            compiled: RefCell::default(),
        }
    }

    /// The regular expression that says this, compiled now unless it was before.
    pub(crate) fn compiled(
        &self,
        says: String,
        compile: impl FnOnce(&str) -> Result<fancy_regex::Regex, Failure>,
    ) -> Result<Arc<fancy_regex::Regex>, Failure> {
        self.steps(1 + says.len() as u64 / 64)?;
        if let Some(compiled) = self.compiled.borrow().get(&says) {
            return Ok(Arc::clone(compiled));
        }
        let compiled = Arc::new(compile(&says)?);
        let mut kept = self.compiled.borrow_mut();
        if kept.len() >= MOST_COMPILED {
            kept.clear();
        }
        kept.insert(says, Arc::clone(&compiled));
        Ok(compiled)
    }

    /// Takes some steps.
    pub(crate) fn steps(&self, count: u64) -> Result<(), Failure> {
        let left = self.steps.get().checked_sub(count);
        self.steps.set(left.ok_or_else(|| {
            Failure::new(format!(
                "The template takes more than {} steps. Is there a loop without end?",
                self.limits.steps
            ))
        })?);
        Ok(())
    }

    /// Takes room for some bytes of text, before they are made.
    pub(crate) fn bytes(&self, count: usize) -> Result<(), Failure> {
        let count = count as u64;
        self.steps(count / 64)?;
        let left = self.bytes.get().checked_sub(count);
        self.bytes.set(left.ok_or_else(|| {
            Failure::new(format!("The template makes more than {} bytes of text.", self.limits.bytes))
        })?);
        Ok(())
    }

    /// Takes a step for everything that a value holds: what is done with it next looks at all of that.
    pub(crate) fn weigh(&self, value: &Value) -> Result<(), Failure> {
        self.weigh_within(value, 0)
    }

    fn weigh_within(&self, value: &Value, depth: usize) -> Result<(), Failure> {
        if depth > DEEPEST {
            return Err(Failure::new(format!(
                "A value is nested more than {DEEPEST} deep, or contains itself."
            )));
        }
        match value {
            Value::List(items) => {
                self.steps(items.borrow().len() as u64)?;
                items.borrow().iter().try_for_each(|item| self.weigh_within(item, depth + 1))
            }
            Value::Object(fields) => {
                self.steps(fields.borrow().len() as u64)?;
                fields.borrow().values().try_for_each(|item| self.weigh_within(item, depth + 1))
            }
            Value::Text(text) | Value::Safe(text) => self.steps(text.len() as u64 / 64),
            _ => Ok(()),
        }
    }

    /// Goes one step deeper, until [`Self::leave`].
    pub(crate) fn enter(&self) -> Result<(), Failure> {
        if self.depth.get() >= self.limits.depth {
            return Err(Failure::new(format!(
                "This is more than {} deep. Does a macro call itself?",
                self.limits.depth
            )));
        }
        self.depth.set(self.depth.get() + 1);
        Ok(())
    }

    /// Comes back.
    pub(crate) fn leave(&self) {
        self.depth.set(self.depth.get() - 1);
    }
}
