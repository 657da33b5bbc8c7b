//! `/catalog/:namespace/:kind/:name`: one entity.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};
use model::{ComparisonQuery, EntityDetail, EntityLink, EntityListQuery, ProblemListQuery};

use super::place::Place;
use super::query::Address;
use super::server_functions::load_entity;
use super::views::{EntityView, TimeControl, TimeLinks, time_form};
use crate::answer::{Answer, IN_BROWSER, load};
use crate::live::Live;
use crate::shell::visited;
use crate::ui::Loaded;

/// The page of one entity.
#[component]
pub(crate) fn EntityPage() -> impl IntoView {
    let live = Live::current();
    let place = Place::of_address();
    let search = use_location().search;
    let at = Memo::new(move |_| search.with(|search| EntityListQuery::from_query_string(search).at));
    let address = Signal::derive(move || EntityLink { at: at.get(), ..place.with(Place::link) }.href());
    let navigate = use_navigate();
    let open = Callback::new(move |address: String| navigate(&address, NavigateOptions::default()));
    let data = load(address, move || {
        let Place { kind, namespace, name } = place.get_untracked();
        load_entity(kind, namespace, name, at.get_untracked(), IN_BROWSER)
    });
    let draw = move |answer: &Answer| {
        let mut detail: EntityDetail = answer.unpack()?;
        if let (Some(neighbours), Some(drawn)) = (&mut detail.neighbours, answer.drawn()) {
            neighbours.picture = drawn.picture;
        }
        live.showing(detail.seq);
        visited(&detail.summary.link);
        let title = detail.summary.link.title.clone();
        let (time, links) = (detail.time.clone(), links(&detail));
        let view = view! {
            <Title text=title/>
            <TimeControl time links/>
            <EntityView detail open/>
        };
        Ok(view.into_any())
    };
    let missing = move |reason| match at.get_untracked() {
        at if at.is_empty() => missing(&place.get_untracked()),
        at => missing_then(&place.get_untracked(), reason, at),
    };
    view! {
        {move || time_form(place.with(Place::href), "")}
        <Loaded data address missing=Callback::new(missing) draw=Box::new(draw)/>
    }
    .into_any()
}

/// Where other moments lead.
fn links(detail: &EntityDetail) -> TimeLinks {
    let link = detail.summary.link.clone();
    let version = detail.history.first().map(|version| version.seq).filter(|_| !detail.time.is_now());
    TimeLinks {
        since: version.map(|seq| link.history_href(ComparisonQuery { from: Some(seq), to: None })),
        see: Box::new(move |at| EntityLink { at: at.to_owned(), ..link.clone() }.href()),
        compare: None,
    }
}

/// There was no such entity at a moment.
fn missing_then(place: &Place, reason: String, at: String) -> AnyView {
    let then = EntityListQuery { at, ..EntityListQuery::default() }.href();
    let history = place.link().history_href(ComparisonQuery::default());
    view! {
        <Title text="Not in the catalog then"/>
        <div class="failure">
            <h1>"Not in the catalog then"</h1>
            <p>{reason}</p>
            <p class="actions">
                <a class="button" href=place.href()>"See it now"</a>
                <a class="button" href=history>"See its history"</a>
                <a class="button" href=then>"Open the catalog of that moment"</a>
            </p>
        </div>
    }
    .into_any()
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
