//! What a template gives people: links, texts, and whatever else it names.

use leptos::prelude::*;
use model::{EntityLink, EntityRef};
use platform::markdown;
use serde_json::{Map, Value};

use crate::ui::{CodeBlock, Icon};

/// The output of a run; nothing where there is none. What a dry run's links lead to `is_made` is not, so they are text then.
pub(super) fn given(output: &Map<String, Value>, is_made: bool) -> Option<AnyView> {
    let items = |key: &str| output.get(key).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let links = items("links").iter().map(|link| self::link(link, is_made)).collect_view();
    let texts = items("text").iter().map(text).collect_view();
    let is_other = |(key, _): &(&String, &Value)| !["links", "text"].contains(&key.as_str());
    let others: Map<String, Value> =
        output.iter().filter(is_other).map(|(key, value)| (key.clone(), value.clone())).collect();
    let others = (!others.is_empty()).then(|| {
        let text = serde_json::to_string_pretty(&others).unwrap_or_default();
        view! { <CodeBlock text label="Other values of the output"/> }
    });
    (!output.is_empty()).then(|| {
        view! {
            <section class="run-output" aria-labelledby="run-output">
                <h2 id="run-output">"Output"</h2>
                <ul class="run-output__links">{links}</ul>
                {texts}
                {others}
            </section>
        }
        .into_any()
    })
}

fn string(value: &Value, key: &str) -> String {
    value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn link(link: &Value, is_made: bool) -> AnyView {
    let (title, url, reference) = (string(link, "title"), string(link, "url"), string(link, "entityRef"));
    let page = EntityRef::parse(&reference).ok().map(|entity_ref| page_of(&entity_ref));
    let Some(href) = page.or_else(|| is_address(&url).then(|| url.clone())).filter(|_| is_made) else {
        let to = [url, reference].concat();
        return view! { <li>{title} " " <code>{to}</code></li> }.into_any();
    };
    let words = if title.is_empty() { href.clone() } else { title };
    if href.starts_with('/') {
        return view! { <li><a class="button" href=href>{words}</a></li> }.into_any();
    }
    view! { <li><a class="button" href=href rel="external noreferrer">{words} <Icon name="outside"/></a></li> }.into_any()
}

/// The page of an entity, which may not be in the catalog yet.
fn page_of(entity_ref: &EntityRef) -> String {
    let link = EntityLink {
        kind: entity_ref.kind().to_owned(),
        namespace: entity_ref.namespace().to_owned(),
        name: entity_ref.name().to_owned(),
        ..EntityLink::default()
    };
    link.path()
}

/// Where a link may lead: a template is written by many hands.
fn is_address(url: &str) -> bool {
    let is_own = url.starts_with('/') && !url.starts_with("//") && !url.starts_with("/\\");
    is_own || ["http://", "https://", "mailto:"].iter().any(|scheme| url.starts_with(scheme))
}

fn text(text: &Value) -> AnyView {
    // Sanitised.
    let html = markdown::to_html(&string(text, "content"));
    view! {
        <div>
            <p><strong>{string(text, "title")}</strong></p>
            <div class="markdown" inner_html=html></div>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::is_address;

    #[test]
    fn links_lead_to_pages_and_nowhere_else() {
        for good in ["https://github.com/a/b", "http://x", "mailto:a@b", "/catalog"] {
            assert!(is_address(good), "{good}");
        }
        for bad in [
            "javascript:alert(1)",
            "//evil",
            "/\\evil",
            "data:text/html,x",
            " https://x",
            "file:///etc/passwd",
            "",
        ] {
            assert!(!is_address(bad), "{bad}");
        }
    }
}
