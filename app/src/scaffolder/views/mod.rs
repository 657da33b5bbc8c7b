//! The pages of templates as drawings of what the service answered.

mod action;
mod actions;
mod dry_run;
mod editor;
mod entity_runs;
mod gallery;
mod output;
mod problems;
mod review;
mod schedules;
mod task;
mod task_acts;
mod tasks;
mod tested;
mod wizard;

pub use action::{ActionView, KnownActionView};
pub use actions::ActionsView;
pub use editor::EditorView;
pub use entity_runs::EntityRunsView;
pub use gallery::GalleryView;
pub use schedules::SchedulesView;
pub use task::TaskView;
pub use tasks::TasksView;
pub use wizard::WizardView;
