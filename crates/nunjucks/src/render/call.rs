//! Calls of macros, methods and functions.

use std::rc::Rc;

use super::Renderer;
use crate::ast::Macro;
use crate::error::{Failure, Place, TemplateError};
use crate::filters::Given;
use crate::scope::Frame;
use crate::value::{Foreign, Function, Value};

impl Renderer<'_> {
    pub(super) fn call(
        &self,
        function: &Value,
        given: &Given,
        place: Place,
        name: &dyn Fn() -> String,
    ) -> Result<Value, TemplateError> {
        let Value::Function(function) = function else {
            let message = format!("`{}` can't be called: it is {}.", name(), function.type_name());
            return Err(TemplateError::new(place, message));
        };
        let called = match &**function {
            Function::Macro { definition, scope } => {
                return self.call_macro(definition, scope.as_ref(), given);
            }
            Function::Method(of, method) => self
                .budget
                .weigh(of)
                .and_then(|()| given.positional.iter().try_for_each(|value| self.budget.weigh(value)))
                .and_then(|()| crate::methods::call(of, *method, &given.positional, self.budget)),
            Function::Global(global) => crate::globals::call(*global, &given.positional, self.budget),
            Function::Foreign(Foreign(foreign)) => {
                let weighed = given.positional.iter().try_for_each(|value| self.budget.weigh(value));
                let json = |value: &Value| Ok(value.to_json()?.unwrap_or_default());
                weighed
                    .and_then(|()| given.positional.iter().map(json).collect::<Result<Vec<_>, Failure>>())
                    .and_then(|given| foreign(&given).map_err(Failure))
                    .map(|value| Value::from_json(&value))
            }
            Function::Cycle(cycler, step) => Ok(cycler.step(*step)),
            Function::Joiner { separator, used } => {
                Ok(if used.replace(true) { Value::Text(Rc::clone(separator)) } else { Value::text("") })
            }
            Function::Cycler(_) => {
                let message = format!("`{}` can't be called. Its `next()` gives the next item.", name());
                return Err(TemplateError::new(place, message));
            }
        };
        called.map_err(|failure| failure.at(place))
    }

    /// What a macro writes. It sees what the whole template knows, and nothing of where it is called; the body of a
    /// `{% call %}` sees what is around it.
    fn call_macro(
        &self,
        definition: &Macro,
        scope: Option<&Rc<Frame>>,
        given: &Given,
    ) -> Result<Value, TemplateError> {
        let frame = scope.map_or_else(Rc::default, |scope| Frame::within(scope, true));
        let named =
            |name: &str| given.named.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
        if let Some(caller) = named("caller") {
            frame.define("caller", caller);
        }
        for (place, name) in definition.required.iter().enumerate() {
            let value = given.positional.get(place).cloned().or_else(|| named(name));
            frame.define(name, value.unwrap_or_default());
        }
        // What is given beyond the names without a default goes to those with one.
        let mut more = given.positional.iter().skip(definition.required.len()).cloned();
        for (name, default) in &definition.optional {
            let value = match more.next().or_else(|| named(name)) {
                Some(value) => value,
                None => self.evaluate(default, &frame)?,
            };
            frame.define(name, value);
        }
        Ok(Value::Safe(self.written(&definition.body, &frame)?.into()))
    }
}
