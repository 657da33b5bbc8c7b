//! The catalog's pages as drawings: each takes what the service answered and draws it. They know nothing about where
//! the data comes from, so tests render them from plain values.

mod entity;
mod entity_facts;
mod entity_history;
mod home;
mod list;
mod parts;
mod problem_card;
mod problems;

pub use entity::EntityView;
pub use home::HomeView;
pub use list::ListView;
pub use problem_card::ProblemCard;
pub use problems::ProblemsView;
