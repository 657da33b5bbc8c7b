//! Templates as people choose and fill them in: the gallery, and the steps of a form up to what is told before it is sent.
//!
//! What is answered lies sealed in the page that is sent along and comes back with it, so that each replica can answer, and
//! neither secrets nor passwords are in the page to be read. Of a form that is not finished the portal keeps what is no
//! secret for the person who began it, and nothing for who is not signed in.

mod actions;
mod answers;
mod dry_run;
mod editor;
mod entity;
mod gallery;
mod log;
mod schedules;
mod suggestions;
mod task;
mod tasks;
mod upload;
mod wizard;

pub use self::actions::{ActionGroup, ActionList, ActionPage};
pub use self::dry_run::{Before, DryFile, DryRun, DryStep, FileChange};
pub use self::editor::Editor;
pub use self::entity::EntityRun;
pub use self::gallery::Gallery;
pub use self::log::{LogQuery, RunLine, RunLog};
pub use self::schedules::{ScheduleAct, ScheduleLine};
pub use self::suggestions::{Suggestion, Suggestions};
pub use self::task::{StepLine, TaskAct, TaskPage};
pub use self::tasks::{TaskLine, TaskList};
pub use self::upload::data_url;
pub use self::wizard::{Sent, Shown, StepHead, Trial, Wizard, WizardForm};
