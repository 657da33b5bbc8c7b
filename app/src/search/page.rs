//! `/search`: everything that fits a text. Its address is its state, under the names that Backstage uses.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};
use model::SearchQuery;

use super::server_functions::load_search;
use super::views::{FIELD, ResultsView, move_focus};
use crate::answer::{Answer, load};
use crate::browser;
use crate::live::Live;
use crate::ui::{Loaded, SearchField};

/// The search page.
#[component]
pub(crate) fn SearchPage() -> impl IntoView {
    let live = Live::current();
    let search = use_location().search;
    let address = Signal::derive(move || search.get());
    let data = load(address, move || load_search(search.get_untracked()));
    let draw = move |answer: &Answer| {
        let page: model::SearchPage = answer.unpack()?;
        live.showing(page.seq);
        Ok(view! { <ResultsView page/> }.into_any())
    };
    let navigate = use_navigate();
    let on_search = Callback::new(move |typed: String| {
        let now = SearchQuery::from_query_string(&search.get_untracked());
        let term = typed.trim().to_owned();
        if now.term != term {
            let next = SearchQuery { term, cursor: String::new(), ..now };
            let options = NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() };
            navigate(&next.href(), options);
        }
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        on_search.run(browser::read_field(FIELD));
    };
    let text = Signal::derive(move || SearchQuery::from_query_string(&search.get()).term);
    view! {
        <Title text="Search"/>
        <form class="list-page" method="get" action=SearchQuery::PATH on:submit=submit on:keydown=move_focus>
            <div class="page-head">
                <h1>"Search"</h1>
                <SearchField id=FIELD name=SearchQuery::TERM label="Search for anything" text on_search/>
            </div>
            <Loaded data address below_heading=true draw=Box::new(draw)/>
        </form>
    }
    .into_any()
}
