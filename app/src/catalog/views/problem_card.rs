//! One problem: what happened, where, and what to do next.

use leptos::prelude::*;
use model::{EntityLink, EntityRef, Position, Problem};

use crate::ui::{OffendingLine, Prose, SeverityBadge};

/// A problem with everything that helps to mend it.
#[component]
pub fn ProblemCard(
    /// The problem.
    problem: Problem,
    /// Leaves out details for places where many stand together.
    #[prop(optional)]
    brief: bool,
    /// Leaves out the link to the entity, where the page is the entity's own.
    #[prop(optional)]
    without_entity: bool,
) -> impl IntoView {
    let Problem { code, severity, message, found, allowed, help, entity_ref, position } = problem;
    let entity = entity_ref.filter(|_| !without_entity).map(|reference| entity(&reference));
    let place = position.as_ref().map(|position| view! { <code class="place">{place(position)}</code> });
    let line = position
        .filter(|position| !brief && !position.text.trim().is_empty())
        .map(|Position { line, column, text, .. }| view! { <OffendingLine line column text/> });
    let details = (!brief && (found.is_some() || allowed.is_some())).then(|| {
        view! {
            <dl class="problem__values">
                {found.map(|found| view! { <div><dt>"Found"</dt><dd><code>{found}</code></dd></div> })}
                {allowed.map(|allowed| view! { <div><dt>"Allowed"</dt><dd><Prose text=allowed/></dd></div> })}
            </dl>
        }
    });
    view! {
        <article class="problem">
            <p class="problem__title"><SeverityBadge severity/><strong>{code.title()}</strong></p>
            <p class="problem__message"><Prose text=message/></p>
            {details}
            {(place.is_some() || entity.is_some()).then(|| view! { <p class="problem__where">{place}{entity}</p> })}
            {line}
            {help.filter(|_| !brief).map(|help| view! {
                <p class="problem__help"><span class="problem__next">"Next: "</span><Prose text=help/></p>
            })}
        </article>
    }
    .into_any()
}

/// `file:line:column`, as editors and terminals understand it.
fn place(position: &Position) -> String {
    format!("{}:{}:{}", position.file, position.line, position.column)
}

/// A link to the entity that the problem belongs to. It may lead to the page that says that there is no such entity
/// (any more).
fn entity(reference: &str) -> AnyView {
    match EntityRef::parse(reference) {
        Ok(parsed) => {
            let link = EntityLink {
                kind: parsed.kind().to_owned(),
                namespace: parsed.namespace().to_owned(),
                name: parsed.name().to_owned(),
                ..EntityLink::default()
            };
            view! { <a href=link.href()>{reference.to_owned()}</a> }.into_any()
        }
        Err(_) => view! { <span>{reference.to_owned()}</span> }.into_any(),
    }
}
