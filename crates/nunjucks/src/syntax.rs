//! How a template is written.

/// The signs and habits of a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Syntax {
    /// What values begin with: `${{`, or `{{` for templates made for cookiecutter.
    pub variable_start: &'static str,
    /// Whether the line break behind a block goes.
    pub trim_blocks: bool,
    /// Whether white space goes that stands before a block at the beginning of its line.
    pub lstrip_blocks: bool,
}

impl Default for Syntax {
    fn default() -> Self {
        Self { variable_start: "${{", trim_blocks: false, lstrip_blocks: false }
    }
}

impl Syntax {
    /// Values as cookiecutter writes them: `{{ cookiecutter.name }}`.
    #[must_use]
    pub fn cookiecutter() -> Self {
        Self { variable_start: "{{", ..Self::default() }
    }
}
