//! `portico template`: what authors of templates use while they write.

pub(crate) mod actions;
pub(crate) mod dry_run;
pub(crate) mod render;
pub(crate) mod test;

use std::fs;
use std::path::Path;

use serde_json::{Map, Value};

use crate::failure::Failure;

/// An object of a file of YAML or JSON; `what` it is, such as `values`.
fn object(path: &Path, what: &str) -> Result<Map<String, Value>, Failure> {
    let shown = path.display();
    let text = fs::read_to_string(path).map_err(|error| {
        Failure::could_not_run(format!("The {what} {shown} could not be read.")).because(error)
    })?;
    match platform::yaml::parse_one(&text) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(Failure::could_not_run(format!("The {what} {shown} are no object."))
            .next("Write them as YAML, for example: name: shop")),
        Err(error) => Err(Failure::could_not_run(format!("The {what} {shown} are no YAML.")).because(error)),
    }
}
