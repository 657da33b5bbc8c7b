//! The search page, and what the palette asks of the search.

mod page;
mod server_functions;
pub mod views;

pub(crate) use page::SearchPage;
pub(crate) use server_functions::load_palette;
