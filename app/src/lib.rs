//! What people see: pages, components and server functions, rendered on the server and hydrated in the browser.
//!
//! With the feature `ssr` this crate calls the services of the capabilities; with `hydrate` it carries the model
//! alone. The two exclude each other. Nothing here knows how a service finds its data, and nothing here decides who
//! may see it: every server function hands the caller to one service function.
//!
//! What the server does with it:
//! * renders [`shell()`] for every path of [`App`]'s routes, with these values in the Leptos context:
//!   `catalog::Catalog`, `home::Home`, `access::Access`, `scaffolder::Scaffolder`, `platform::access::Caller`, [`Visitor`], and optionally [`Site`]
//!   (titles from the configuration) and [`scaffolder::SentForm`] (what a form sent to the page of a template);
//! * serves the files of `style/` below `/style/`, and those of `public/` below `/`;
//! * mounts the server functions, all of them below [`SERVER_FUNCTION_PREFIX`];
//! * sends a content security policy with the nonce of `leptos::nonce::use_nonce()`, which is in the context while
//!   the shell renders. Pages use no inline style and no inline event handler; their only inline scripts, those of
//!   Leptos, carry the nonce.

#![expect(unreachable_pub, reason = "the macro for components makes their parts public")]
#![expect(clippy::needless_pass_by_value, reason = "props of components are values")]

pub mod access;
mod answer;
mod browser;
pub mod catalog;
mod clock;
mod design;
mod drawn;
pub mod error;
pub mod home;
mod keys;
mod live;
#[cfg(feature = "ssr")]
mod locations;
mod not_found;
#[cfg(feature = "ssr")]
pub mod notifications;
#[cfg(feature = "ssr")]
pub mod scaffolder;
pub mod search;
mod shell;
mod site;
pub mod ui;
mod visitor;

pub use shell::{App, shell};
pub use site::Site;
pub use visitor::Visitor;

/// Every server function lives below this path.
pub const SERVER_FUNCTION_PREFIX: &str = "/api/portico/ui";
