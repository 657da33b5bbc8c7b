//! What a person keeps: the home page, stars, saved views.
//!
//! Page files know the address and the data's source; [`views`] draw and know only their data.

mod page;
mod saved_view;
mod saved_views;
mod server_functions;
mod stars;
pub mod views;
mod views_menu;

pub(crate) use page::HomePage;
pub(crate) use saved_view::SavedViewPage;
pub(crate) use saved_views::SavedViewsPage;
#[cfg(feature = "ssr")]
pub(crate) use server_functions::remember_visit;
pub use stars::StarButton;
pub(crate) use stars::Stars;
pub(crate) use views_menu::ViewsMenu;
