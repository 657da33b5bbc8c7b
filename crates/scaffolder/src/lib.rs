//! Software Templates. So far: what their text is rendered with.

mod filters;
mod lines;

pub use self::filters::environment;
pub use self::lines::render_line;
