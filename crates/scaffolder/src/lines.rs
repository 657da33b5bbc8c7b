//! Templates that a program renders by the dozen: each a line of JSON, and so is the answer.

use nunjucks::Syntax;
use serde::Deserialize;
use serde_json::{Map, Value, json};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Line {
    template: String,
    #[serde(default)]
    context: Map<String, Value>,
    #[serde(default)]
    trim_blocks: bool,
    #[serde(default)]
    lstrip_blocks: bool,
    #[serde(default)]
    cookiecutter_compat: bool,
}

/// Renders a line such as `{"template": "${{ name }}", "context": {"name": "shop"}}`; `trimBlocks`, `lstripBlocks` and
/// `cookiecutterCompat` are flags. The answer has an `output` or an `error`.
#[must_use]
pub fn render_line(line: &str) -> Value {
    let rendered = serde_json::from_str::<Line>(line).map_err(|error| error.to_string()).and_then(|line| {
        let syntax = if line.cookiecutter_compat { Syntax::cookiecutter() } else { Syntax::default() };
        let syntax = Syntax { trim_blocks: line.trim_blocks, lstrip_blocks: line.lstrip_blocks, ..syntax };
        crate::render(&line.template, syntax, &line.context).map_err(|error| error.to_string())
    });
    match rendered {
        Ok(output) => json!({ "output": output }),
        Err(error) => json!({ "error": error }),
    }
}
