//! What is wrong with templates, told where the files of the catalog are read.

use catalog::reading::{EntityCheck, Finding};
use model::{Entity, ProblemCode, Severity};
use serde_json::Value;

use crate::action::Registry;
use crate::template::{API_VERSION, Code, Problem, Template, check};

/// Raise it when other things are found in the same files.
const VERSION: &str = "templates-1";

/// A look at every template.
#[derive(Debug)]
pub struct TemplateCheck {
    registry: Registry,
}

impl TemplateCheck {
    /// A check that knows these actions.
    #[must_use]
    pub const fn new(registry: Registry) -> Self {
        Self { registry }
    }
}

impl EntityCheck for TemplateCheck {
    fn version(&self) -> String {
        format!("{VERSION} {:?}", self.registry)
    }

    fn check(&self, entity: &Entity) -> Vec<Finding> {
        if entity.kind() != "Template" || entity.api_version() != API_VERSION {
            return Vec::new();
        }
        let value = Value::Object(entity.as_map().clone());
        let (template, mut problems) = Template::read(&value);
        problems.extend(template.iter().flat_map(|template| check(template, &self.registry)));
        problems.into_iter().map(finding).collect()
    }
}

fn finding(problem: Problem) -> Finding {
    let severity = match problem.code {
        // That is for this portal to say: the file may be as it should be elsewhere.
        Code::UnknownAction | Code::NotRunnable => Severity::Warning,
        _ => problem.severity,
    };
    Finding {
        pointer: problem.pointer,
        code: ProblemCode::Template,
        severity,
        message: problem.message,
        help: problem.help,
    }
}
