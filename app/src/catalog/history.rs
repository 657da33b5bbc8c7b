//! `/catalog/:namespace/:kind/:name/history`: two versions of an entity, side by side.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_location;
use model::{Comparison, ComparisonQuery};

use super::place::Place;
use super::server_functions::load_comparison;
use super::views::ComparisonView;
use crate::answer::{Answer, load};
use crate::live::Live;
use crate::ui::Loaded;

/// The page that compares versions.
#[component]
pub(crate) fn HistoryPage() -> impl IntoView {
    let live = Live::current();
    let place = Place::of_address();
    let search = use_location().search;
    let query = Memo::new(move |_| search.with(|search| ComparisonQuery::from_query_string(search)));
    let address = Signal::derive(move || place.with(|place| place.link().history_href(query.get())));
    let data = load(address, move || {
        let Place { kind, namespace, name } = place.get_untracked();
        load_comparison(kind, namespace, name, query.get_untracked())
    });
    let draw = move |answer: &Answer| {
        let comparison: Comparison = answer.unpack()?;
        live.showing(comparison.seq);
        let title = format!("History of {}", comparison.link.title);
        let view = view! {
            <Title text=title/>
            <ComparisonView comparison/>
        };
        Ok(view.into_any())
    };
    let missing = move |reason| missing(&place.get_untracked(), reason);
    view! { <Loaded data address missing=Callback::new(missing) draw=Box::new(draw)/> }.into_any()
}

/// There is no such version: why that may be, and what to do.
fn missing(place: &Place, reason: String) -> AnyView {
    let newest = place.link().history_href(ComparisonQuery::default());
    view! {
        <Title text="Not in the log"/>
        <div class="failure">
            <h1>"Not in the log"</h1>
            <p>{reason}</p>
            <p class="actions">
                <a class="button" href=newest>"See its newest version"</a>
                <a class="button" href=place.href()>"Open the entity"</a>
                <a class="button" href="/catalog">"Open the catalog"</a>
            </p>
        </div>
    }
    .into_any()
}
