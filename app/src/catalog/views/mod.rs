//! The catalog's pages as drawings: each takes what the service answered and draws it. They know nothing about where
//! the data comes from, so tests render them from plain values.

mod changes;
mod comparison;
mod entity;
mod entity_api;
mod entity_facts;
mod entity_history;
mod entity_origin;
mod entity_people;
mod graph;
mod graph_list;
mod graph_picture;
#[cfg(feature = "ssr")]
mod graph_words;
mod home;
mod list;
mod parts;
mod problem_card;
mod problems;
mod time;

pub(crate) use changes::moments_form;
pub use changes::{ChangesView, MomentsForm};
pub use comparison::ComparisonView;
pub use entity::EntityView;
pub use graph::{GraphShown, GraphView};
#[cfg(feature = "ssr")]
pub(crate) use graph_words::graph_node;
pub use home::HomeView;
pub use list::ListView;
pub(crate) use parts::entity_link;
pub use problem_card::ProblemCard;
pub use problems::ProblemsView;
pub use time::{TimeControl, TimeLinks};
pub(crate) use time::{compared, time_form};
