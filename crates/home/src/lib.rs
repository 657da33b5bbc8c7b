//! What a person keeps: stars, saved views and the entities that were visited last; and the home page made of it.
//!
//! `store` holds the rows, `service` decides who may see and change them, `routes` are its REST doors. Whose things they
//! are says a [`Visitor`]: a person who signed in, or the browser of a guest. Nothing here knows pages, and what an
//! entity is, the catalog says.

mod migration;
mod routes;
mod service;
mod store;
mod visitor;

pub use self::migration::migrations;
pub use self::routes::routes;
pub use self::service::{Home, Settings, ViewChange};
pub use self::visitor::Visitor;
