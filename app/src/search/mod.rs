//! The search page, and what the palette asks of the search.

#[cfg(feature = "ssr")]
mod page;
mod server_functions;
pub mod views;

#[cfg(feature = "ssr")]
pub(crate) use page::draw;
pub(crate) use server_functions::load_palette;
