//! What people keep, as drawings: each takes what the service answered and draws it.

mod coverage;
mod home;
mod mine;
mod saved_views;

pub use home::HomeView;
pub use saved_views::SavedViewsView;
