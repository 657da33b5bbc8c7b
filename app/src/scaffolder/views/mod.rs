//! The pages of templates as drawings of what the service answered.

mod dry_run;
mod gallery;
mod problems;
mod review;
mod wizard;

pub use gallery::GalleryView;
pub use wizard::WizardView;
