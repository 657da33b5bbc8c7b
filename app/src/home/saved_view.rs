//! `/views/:id`: leads to the page that a saved view shows.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::Redirect;
use leptos_router::hooks::use_params_map;
use model::SavedView;

use super::server_functions::load_view;
use crate::answer::{Answer, load};
use crate::ui::Loaded;

/// The address of a saved view, whatever it is called and shows.
#[component]
pub(crate) fn SavedViewPage() -> impl IntoView {
    let parameters = use_params_map();
    let id = Signal::derive(move || parameters.with(|parameters| parameters.get("id").unwrap_or_default()));
    let data = load(id, move || load_view(id.get_untracked()));
    let draw = move |answer: &Answer| {
        let view: SavedView = answer.unpack()?;
        let (title, address) = (view.title.clone(), view.address.clone());
        Ok(view! {
            <Title text=title/>
            <Redirect path=view.address/>
            // For the moment until the browser has gone there.
            <p><a href=address>{view.title}</a></p>
        }
        .into_any())
    };
    view! { <Loaded data address=id draw=Box::new(draw)/> }.into_any()
}
