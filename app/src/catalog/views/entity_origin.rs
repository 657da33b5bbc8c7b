//! Where an entity came from: from the registered location down to its own file.

use leptos::prelude::*;
use model::Ancestor;

use super::parts::entity_link;
use crate::ui::{Card, Timeline, TimelineStep, Tooltip};

/// The Location entities that led to the file of an entity, and the file; nothing where neither is known.
pub(crate) fn origin(ancestry: Vec<Ancestor>, source_file: Option<String>) -> Option<impl IntoView> {
    (!ancestry.is_empty()).then(|| {
        let file = source_file.map(|file| view! { <code class="path">{file}</code> });
        let text = "A location was registered with the portal. Each file on the way named the next, down to the one that \
                    describes this entity.";
        let aside = view! { <Tooltip id="about-origin" label="About where this came from" text/> }.into_any();
        view! {
            <Card id="origin" title="Where this came from" aside>
                <Timeline>
                    {ancestry.into_iter().map(step).collect_view()}
                    <TimelineStep current=true><span>"This entity"</span>{file}</TimelineStep>
                </Timeline>
            </Card>
        }
    })
}

/// One step on the way.
fn step(ancestor: Ancestor) -> impl IntoView {
    let name = if ancestor.registered {
        // Its name is a hash, which tells a reader nothing.
        view! { <a href=ancestor.link.href()>"Registered location"</a> }.into_any()
    } else {
        entity_link(&ancestor.link)
    };
    let place = ancestor.location.map(|location| {
        let file = location.strip_prefix("file:").map(str::to_owned);
        view! { <code class="path">{file.unwrap_or(location)}</code> }
    });
    view! { <TimelineStep>{name}{place}</TimelineStep> }
}
