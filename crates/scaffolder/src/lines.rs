//! Templates that a program renders by the dozen: each a line of JSON, and so is the answer.

use nunjucks::{Environment, Limits, Syntax, Template};
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
pub fn render_line(line: &str, environment: &Environment) -> Value {
    let rendered = serde_json::from_str::<Line>(line).map_err(|error| error.to_string()).and_then(|line| {
        let syntax = if line.cookiecutter_compat { Syntax::cookiecutter() } else { Syntax::default() };
        let syntax = Syntax { trim_blocks: line.trim_blocks, lstrip_blocks: line.lstrip_blocks, ..syntax };
        let rendered = Template::parse(&line.template, syntax, environment)
            .and_then(|template| template.render(environment, &line.context, Limits::default()));
        rendered.map_err(|error| error.to_string())
    });
    match rendered {
        Ok(output) => json!({ "output": output }),
        Err(error) => json!({ "error": error }),
    }
}
