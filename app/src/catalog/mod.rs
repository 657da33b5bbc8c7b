//! The pages of the catalog: home, list, entity, problems.
//!
//! Each page file holds the page component (which knows the address and the data's source) and leaves the drawing to
//! [`views`], which know only their data.

mod entity;
mod home;
mod list;
mod list_page;
mod problems;
mod query;
mod server_functions;
pub mod views;
mod words;

pub(crate) use entity::EntityPage;
pub(crate) use home::HomePage;
pub(crate) use list::ListPage;
pub(crate) use problems::ProblemsPage;
pub(crate) use query::Address;
pub(crate) use server_functions::load_status;
