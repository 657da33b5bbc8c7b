//! What people are told: notifications to one person or to everybody, and what each person has read and saved of them.
//!
//! `store` holds the rows, `service` decides who may send and see them and whom a message reaches, `routes` are the REST
//! doors, and other capabilities send through [`platform::notify::Notifier`]. Nothing here knows pages; who belongs to a
//! group or owns an entity, the catalog says.

mod clock;
mod migration;
mod routes;
mod service;
mod store;

pub use self::migration::migrations;
pub use self::routes::routes;
pub use self::service::{
    Mark, NewNotification, Notification, Notifications, OrderBy, Query, RETENTION, Settings, Status,
};
