//! Text from files, set in the monospaced face.

use leptos::prelude::*;

/// A block of text that scrolls by itself; reachable by keyboard for that reason.
#[component]
pub fn CodeBlock(
    /// The text.
    text: String,
    /// Names the block for screen readers.
    #[prop(into)]
    label: String,
    /// What a button to copy it calls it; unique on the page.
    #[prop(optional)]
    id: Option<&'static str>,
) -> impl IntoView {
    view! {
        <pre class="code" tabindex="0" role="region" aria-label=label><code id=id>{text}</code></pre>
    }
    .into_any()
}

/// A text from a file, with the number of each line, and its words in colours where the language is known.
#[cfg(feature = "ssr")]
#[component]
pub fn SourceText(
    /// The text.
    text: String,
    /// Names the block for screen readers.
    #[prop(into)]
    label: String,
    /// The ending of files in that language ("graphql"); empty for text without colours.
    #[prop(optional)]
    language: &'static str,
    /// What a button to copy it calls it; unique on the page.
    #[prop(optional, into)]
    id: Option<String>,
) -> impl IntoView {
    let numbers = (1..=text.lines().count()).map(|number| format!("{number}\n")).collect::<String>();
    let html = platform::highlight::html(&text, language);
    view! {
        <pre class="code code--numbered" tabindex="0" role="region" aria-label=label>
            <span class="code__numbers" aria-hidden="true">{numbers}</span>
            <code id=id inner_html=html></code>
        </pre>
    }
    .into_any()
}

/// One line of a file with a caret below the place where something is wrong.
#[component]
pub fn OffendingLine(
    /// Number of the line, from 1.
    line: u32,
    /// Place in the line, from 1, counted in characters.
    column: u32,
    /// The line.
    text: String,
) -> impl IntoView {
    let Parts { before, at, after } = split(&text, column);
    view! {
        <p class="offending-line">
            <span class="offending-line__number" aria-hidden="true">{line}</span>
            <code>
                {before}
                <mark>{at}<span class="caret" aria-hidden="true">"^"</span></mark>
                {after}
            </code>
        </p>
    }
    .into_any()
}

/// A line cut at the character that is wrong.
#[derive(Debug, PartialEq, Eq)]
struct Parts {
    before: String,
    at: String,
    after: String,
}

/// Cuts `text` around the character at `column`; behind the end of the line there is a space to point at.
fn split(text: &str, column: u32) -> Parts {
    let text = text.trim_end();
    let position = usize::try_from(column).unwrap_or(usize::MAX).saturating_sub(1);
    let mut letters = text.chars();
    let before: String = letters.by_ref().take(position).collect();
    let at = letters.next().unwrap_or(' ').to_string();
    Parts { before, at, after: letters.collect() }
}

#[cfg(test)]
mod tests {
    use super::{Parts, split};

    #[test]
    fn points_at_the_column() {
        for (text, column, before, at, after) in [
            ("kind: Componet", 7, "kind: ", "C", "omponet"),
            ("kind: Componet", 1, "", "k", "ind: Componet"),
            ("kind: Componet", 0, "", "k", "ind: Componet"),
            ("näme: x", 3, "nä", "m", "e: x"),
            ("short  \n", 99, "short", " ", ""),
            ("", 1, "", " ", ""),
        ] {
            let expected = Parts { before: before.into(), at: at.into(), after: after.into() };
            assert_eq!(split(text, column), expected, "{text:?} at {column}");
        }
    }
}
