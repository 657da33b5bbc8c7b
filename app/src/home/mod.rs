//! What a person keeps: the home page, stars, saved views.
//!
//! Page files know the address and the data's source; [`views`] draw and know only their data.

#[cfg(feature = "ssr")]
mod page;
mod saved_view;
#[cfg(feature = "ssr")]
mod saved_views;
mod server_functions;
mod stars;
#[cfg(feature = "ssr")]
pub mod views;
mod views_menu;

#[cfg(feature = "ssr")]
pub(crate) use page::draw as draw_home;
pub(crate) use saved_view::SavedViewPage;
#[cfg(feature = "ssr")]
pub(crate) use saved_views::draw as draw_views;
#[cfg(feature = "ssr")]
pub(crate) use server_functions::{remember_visit, saved_views};
#[cfg(feature = "ssr")]
pub use stars::StarButton;
#[cfg(feature = "ssr")]
pub(crate) use stars::Stars;
pub(crate) use stars::listen as listen_to_stars;
pub(crate) use views_menu::ViewsMenu;
#[cfg(feature = "ssr")]
pub(crate) use views_menu::views_menu;
