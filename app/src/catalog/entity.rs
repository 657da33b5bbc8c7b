//! `/catalog/:namespace/:kind/:name`: one entity.

use leptos::prelude::*;
use leptos_meta::Title;
use model::{EntityDetail, EntityListQuery, ProblemListQuery};

use super::place::Place;
use super::query::Address;
use super::server_functions::load_entity;
use super::views::EntityView;
use crate::answer::{Answer, load};
use crate::live::Live;
use crate::shell::visited;
use crate::ui::Loaded;

/// The page of one entity.
#[component]
pub(crate) fn EntityPage() -> impl IntoView {
    let live = Live::current();
    let place = Place::of_address();
    let address = Signal::derive(move || place.with(Place::href));
    let data = load(address, move || {
        let Place { kind, namespace, name } = place.get_untracked();
        load_entity(kind, namespace, name)
    });
    let draw = move |answer: &Answer| {
        let detail: EntityDetail = answer.unpack()?;
        live.showing(detail.seq);
        visited(&detail.summary.link);
        let title = detail.summary.link.title.clone();
        let view = view! {
            <Title text=title/>
            <EntityView detail/>
        };
        Ok(view.into_any())
    };
    let missing = move |_| missing(&place.get_untracked());
    view! { <Loaded data address missing=Callback::new(missing) draw=Box::new(draw)/> }.into_any()
}

/// There is no such entity: why that may be, and what to do.
fn missing(place: &Place) -> AnyView {
    let Place { kind, namespace, name } = place;
    let similar = EntityListQuery { text: name.clone(), ..EntityListQuery::default() }.href();
    let problems = ProblemListQuery { text: name.clone(), ..ProblemListQuery::default() }.href();
    view! {
        <Title text="Not in the catalog"/>
        <div class="failure">
            <h1>"Not in the catalog"</h1>
            <p>"No entity is called " <code>{format!("{kind}:{namespace}/{name}")}</code> "."</p>
            <p>"It may have been renamed or removed, or its file is broken and was never read."</p>
            <p class="actions">
                <a class="button" href=similar>{format!("Search for “{name}”")}</a>
                <a class="button" href=problems>"See problems that mention it"</a>
                <a class="button" href="/catalog">"Open the catalog"</a>
            </p>
        </div>
    }
    .into_any()
}
