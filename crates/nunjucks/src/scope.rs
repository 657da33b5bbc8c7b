//! Which names are known where.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use crate::value::Value;

/// The names of a loop, of a macro, or of the whole template. A name that is set takes the place of the nearest one that
/// there is; a new one belongs to the frame that it is set in.
#[derive(Debug, Default)]
pub(crate) struct Frame {
    names: RefCell<HashMap<String, Value>>,
    parent: Option<Rc<Frame>>,
    /// Whether what is set here stays here, even if the parent knows the name.
    keeps: bool,
    /// Whether it is that of the template itself.
    top: bool,
}

impl Frame {
    /// A frame that sees another one; `keeps` says whether it leaves that as it is.
    pub(crate) fn within(parent: &Rc<Self>, keeps: bool) -> Rc<Self> {
        Rc::new(Self { parent: Some(Rc::clone(parent)), keeps, ..Self::default() })
    }

    /// The frame of a template.
    pub(crate) fn of_template() -> Rc<Self> {
        Rc::new(Self { top: true, ..Self::default() })
    }

    /// Whether it is the frame of a template: what is set there is known to macros and blocks too.
    pub(crate) fn is_top(&self) -> bool {
        self.top
    }

    /// The value of a name.
    pub(crate) fn get(&self, name: &str) -> Option<Value> {
        if let Some(value) = self.own(name) {
            return Some(value);
        }
        let mut frame = self.parent.as_ref();
        while let Some(next) = frame {
            if let Some(value) = next.own(name) {
                return Some(value);
            }
            frame = next.parent.as_ref();
        }
        None
    }

    fn own(&self, name: &str) -> Option<Value> {
        self.names.borrow().get(name).filter(|value| !matches!(value, Value::Undefined)).cloned()
    }

    /// Gives a name a value here.
    pub(crate) fn define(&self, name: &str, value: Value) {
        self.names.borrow_mut().insert(name.to_owned(), value);
    }

    /// Gives a name a value where it is known, else here.
    pub(crate) fn set(&self, name: &str, value: Value) {
        if self.own(name).is_none() && !self.keeps {
            let mut frame = self.parent.as_ref();
            while let Some(next) = frame {
                if next.own(name).is_some() {
                    return next.define(name, value);
                }
                frame = next.parent.as_ref();
            }
        }
        self.define(name, value);
    }
}
