//! The pages of the catalog: list and its changes, entity and its history, graph, problems.
//!
//! Each page file knows the address and the data's source, and leaves the drawing to [`views`], which know only their
//! data. List and graph live in the browser; the others are drawn on the server (`crate::drawn`).

mod address;
mod canvas;
#[cfg(feature = "ssr")]
mod changes;
#[cfg(feature = "ssr")]
mod dependents;
#[cfg(feature = "ssr")]
mod entity;
#[cfg(feature = "ssr")]
pub(crate) mod filters;
mod graph;
#[cfg(feature = "ssr")]
mod history;
mod list;
mod list_page;
mod peek;
#[cfg(feature = "ssr")]
mod problems;
mod rows;
mod server_functions;
mod stage;
pub mod views;
#[cfg_attr(not(feature = "ssr"), expect(dead_code, unused_imports, reason = "most is said on the server"))]
pub(crate) mod words;

#[cfg(feature = "ssr")]
pub(crate) use address::Address;
#[cfg(feature = "ssr")]
pub(crate) use changes::draw as draw_changes;
#[cfg(feature = "ssr")]
pub(crate) use dependents::draw as draw_dependents;
#[cfg(feature = "ssr")]
pub(crate) use entity::draw as draw_entity;
pub(crate) use graph::GraphPage;
#[cfg(feature = "ssr")]
pub(crate) use history::draw as draw_history;
pub(crate) use list::ListPage;
#[cfg(feature = "ssr")]
pub(crate) use problems::draw as draw_problems;
pub use rows::Rows;
#[cfg(feature = "ssr")]
pub(crate) use server_functions::context::service;
pub(crate) use server_functions::load_status;
pub use stage::Stage;
pub(crate) use views::entity_link;
