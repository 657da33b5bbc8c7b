//! The catalog's pages as drawings: each takes what the service answered and draws it. They know nothing about where
//! the data comes from, so tests render them from plain values.

mod comparison;
mod entity;
mod entity_api;
mod entity_facts;
mod entity_history;
mod entity_origin;
mod entity_people;
mod graph;
mod graph_labels;
mod graph_list;
mod graph_picture;
mod home;
mod list;
mod parts;
mod problem_card;
mod problems;

pub use comparison::ComparisonView;
pub use entity::EntityView;
pub use graph::GraphView;
pub use home::HomeView;
pub use list::ListView;
pub(crate) use parts::entity_link;
pub use problem_card::ProblemCard;
pub use problems::ProblemsView;
