//! The catalog's pages as drawings: each takes what the service answered and draws it. They know nothing about where
//! the data comes from, so tests render them from plain values.

#[cfg(feature = "ssr")]
mod changes;
#[cfg(feature = "ssr")]
mod comparison;
#[cfg(feature = "ssr")]
mod dependents;
#[cfg(feature = "ssr")]
mod entity;
#[cfg(feature = "ssr")]
mod entity_api;
#[cfg(feature = "ssr")]
mod entity_facts;
#[cfg(feature = "ssr")]
mod entity_head;
#[cfg(feature = "ssr")]
mod entity_history;
#[cfg(feature = "ssr")]
mod entity_origin;
#[cfg(feature = "ssr")]
mod entity_people;
mod graph;
#[cfg(feature = "ssr")]
mod graph_frame;
#[cfg(feature = "ssr")]
mod graph_list;
mod graph_picture;
#[cfg(feature = "ssr")]
mod graph_words;
mod list;
#[cfg(feature = "ssr")]
mod list_conditions;
mod list_foot;
#[cfg(feature = "ssr")]
mod list_frame;
mod list_groups;
mod list_rows;
mod parts;
#[cfg(feature = "ssr")]
mod peek;
#[cfg(feature = "ssr")]
mod problem_card;
#[cfg(feature = "ssr")]
mod problems;
#[cfg(feature = "ssr")]
mod time;
mod time_form;

#[cfg(feature = "ssr")]
pub(crate) use changes::moments_form;
#[cfg(feature = "ssr")]
pub use changes::{ChangesView, MomentsForm};
#[cfg(feature = "ssr")]
pub use comparison::ComparisonView;
#[cfg(feature = "ssr")]
pub(crate) use comparison::diff_parts;
#[cfg(feature = "ssr")]
pub use dependents::DependentsView;
#[cfg(feature = "ssr")]
pub use entity::EntityView;
pub use graph::{GraphShown, GraphView};
#[cfg(feature = "ssr")]
pub(crate) use graph_words::graph_node;
pub use list::{ListShown, ListView};
#[cfg(feature = "ssr")]
pub(crate) use list_conditions::offered;
pub(crate) use parts::entity_link;
#[cfg(feature = "ssr")]
pub use peek::PeekView;
#[cfg(feature = "ssr")]
pub use problem_card::ProblemCard;
#[cfg(feature = "ssr")]
pub use problems::ProblemsView;
#[cfg(feature = "ssr")]
pub use time::{TimeControl, TimeLinks};
pub(crate) use time_form::time_form;

/// Id of the heading of the drawer beside a list, which gets the focus.
pub(crate) const PEEK_TITLE: &str = "peek-title";
