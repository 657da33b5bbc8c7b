//! `/create/tasks`: runs, the newest first.

use ::scaffolder::TaskState;
use leptos::prelude::*;

use super::context;
use super::views::TasksView;
use crate::drawn::{Page, html};
use crate::error::UiError;

/// The state of the list, as its address carries it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskListQuery {
    /// Whether the runs of others are shown, too.
    pub(crate) all: bool,
    /// Only runs in one of these states, where any are named.
    pub(crate) states: Vec<TaskState>,
    /// From 1.
    pub(crate) page: u32,
}

impl TaskListQuery {
    /// What the parameters of an address stand for; what is not known is left out.
    #[must_use]
    pub fn from_query_string(text: &str) -> Self {
        let mut query = Self { all: false, states: Vec::new(), page: 1 };
        for (name, value) in model::parameters(text) {
            match name.as_str() {
                "of" => query.all = value == "all",
                "state" => query.states.extend(TaskState::parse(&value)),
                "page" => query.page = value.parse().unwrap_or(1).clamp(1, 1_000_000),
                _ => {}
            }
        }
        query
    }

    /// The address of the list in this state.
    #[must_use]
    pub fn href(&self) -> String {
        let of = self.all.then(|| "of=all".to_owned());
        let states = self.states.iter().map(|state| format!("state={}", state.name()));
        let page = (self.page > 1).then(|| format!("page={}", self.page));
        let parts: Vec<String> = of.into_iter().chain(states).chain(page).collect();
        if parts.is_empty() {
            "/create/tasks".to_owned()
        } else {
            format!("/create/tasks?{}", parts.join("&"))
        }
    }
}

/// The list of runs.
pub(crate) async fn draw(query: &str) -> Result<Page, UiError> {
    let (scaffolder, caller) = context::service()?;
    let query = TaskListQuery::from_query_string(query);
    let list = scaffolder.task_list(&caller, !query.all, query.states.clone(), query.page).await?;
    let html = html(|| view! { <TasksView query list/> });
    Ok(Page { title: "Runs".to_owned(), html, entity: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_carry_the_list() {
        for address in ["/create/tasks", "/create/tasks?of=all&state=failed&state=asking&page=3"] {
            let query = address.split_once('?').map_or("", |(_, query)| query);
            assert_eq!(TaskListQuery::from_query_string(query).href(), address);
        }
        assert_eq!(TaskListQuery::from_query_string("state=nonsense&page=-1&x=y").href(), "/create/tasks");
    }
}
