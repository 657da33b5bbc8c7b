//! The pages of Software Templates: the gallery, the form of each, and the runs.
//!
//! All of it is drawn on the server and acts by plain requests: a form is sent to the address of its page, which answers
//! with the page as it is then.

mod actions;
mod context;
mod editor;
mod entity;
mod gallery;
mod query;
mod schedules;
mod task;
mod tasks;
pub mod views;
mod wizard;

pub(crate) use self::actions::{draw as draw_action, draw_list as draw_actions};
pub use self::context::SentForm;
pub(crate) use self::editor::draw as draw_editor;
pub(crate) use self::entity::draw as draw_entity_runs;
pub(crate) use self::gallery::draw as draw_gallery;
pub use self::query::TemplateListQuery;
pub(crate) use self::schedules::draw as draw_schedules;
pub(crate) use self::task::draw as draw_task;
pub use self::tasks::TaskListQuery;
pub(crate) use self::tasks::draw as draw_tasks;
pub(crate) use self::wizard::draw as draw_wizard;

use model::EntityLink;

/// The page of a template's form.
pub(crate) fn form_href(link: &EntityLink) -> String {
    format!("/create/templates/{}", name_of(link))
}

/// The page on which a template is written: one of the catalog, or a new one.
pub(crate) fn edit_href(link: Option<&EntityLink>) -> String {
    link.map_or_else(|| "/create/edit".to_owned(), |link| format!("/create/edit/{}", name_of(link)))
}

/// Namespace and name as parts of an address.
fn name_of(link: &EntityLink) -> String {
    // As on the page of the entity, whose last parts these are.
    let path = link.path();
    let mut parts = path.rsplit('/');
    let (name, _, namespace) =
        (parts.next().unwrap_or_default(), parts.next(), parts.next().unwrap_or_default());
    format!("{namespace}/{name}")
}

/// The page of a run.
pub(crate) fn task_href(id: &str) -> String {
    format!("/create/tasks/{}", model::percent_encoded(id))
}

/// The page of an action.
pub(crate) fn action_href(id: &str) -> String {
    format!("/create/actions/{}", model::percent_encoded(id))
}

/// The whole log of a run, as a file.
pub(crate) fn log_href(id: &str) -> String {
    format!("/api/portico/scaffolder/tasks/{}/log", model::percent_encoded(id))
}

/// What happens in a run as it happens, as Backstage's API streams it.
pub(crate) fn stream_href(id: &str) -> String {
    format!("/api/scaffolder/v2/tasks/{}/eventstream", model::percent_encoded(id))
}

#[cfg(test)]
mod tests {
    use model::EntityLink;

    use super::form_href;

    #[test]
    fn the_form_of_a_template_has_the_address_that_backstage_gives_it() {
        let link = |namespace: &str, name: &str| EntityLink {
            kind: "Template".to_owned(),
            namespace: namespace.to_owned(),
            name: name.to_owned(),
            ..EntityLink::default()
        };
        assert_eq!(form_href(&link("default", "rust-service")), "/create/templates/default/rust-service");
        assert_eq!(form_href(&link("a b", "c/d")), "/create/templates/a%20b/c%2Fd");
    }
}
