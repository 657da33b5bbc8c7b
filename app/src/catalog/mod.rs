//! The pages of the catalog: home, list and its changes, entity and its history, graph, problems.
//!
//! Each page file holds the page component (which knows the address and the data's source) and leaves the drawing to
//! [`views`], which know only their data.

mod canvas;
mod changes;
mod entity;
mod graph;
mod history;
mod home;
mod list;
mod list_page;
mod place;
mod problems;
mod query;
mod server_functions;
mod stage;
pub mod views;
pub(crate) mod words;

pub(crate) use changes::ChangesPage;
pub(crate) use entity::EntityPage;
pub(crate) use graph::GraphPage;
pub(crate) use history::HistoryPage;
pub(crate) use home::HomePage;
pub(crate) use list::ListPage;
pub(crate) use problems::ProblemsPage;
#[cfg(feature = "ssr")]
pub(crate) use server_functions::context::service;
pub(crate) use server_functions::load_status;
pub use stage::Stage;
pub(crate) use views::entity_link;
