//! The pages of templates as drawings of what the service answered.

mod dry_run;
mod gallery;
mod output;
mod problems;
mod review;
mod task;
mod task_acts;
mod tasks;
mod wizard;

pub use gallery::GalleryView;
pub use task::TaskView;
pub use tasks::TasksView;
pub use wizard::WizardView;
