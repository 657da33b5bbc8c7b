//! The names of groups, projects and branches, for people who choose one.

use http::Method;
use serde_json::Value;

use super::GitlabApi;
use crate::ApiError;
use crate::parts::{encode, is_name};

/// Pages of a list that are read: who looks for more types the name.
const PAGES: usize = 3;

/// Something that can be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// What the host calls it by: a number, but for branches.
    pub id: String,
    /// What addresses call it by.
    pub path: String,
    /// What people call it by.
    pub title: String,
}

impl GitlabApi {
    /// The groups that the token may see, by their whole paths, and whom it belongs to if it may say so.
    ///
    /// # Errors
    /// The host did not answer, or with an error.
    pub async fn groups(&self) -> Result<Vec<Named>, ApiError> {
        let mut groups = self.named("/groups", ["id", "full_path", "full_path"]).await?;
        match self.send(Method::GET, "/user", None).await {
            Ok(account) => groups.extend(named(&account, ["id", "username", "username"])),
            Err(error) if error.is(403) => {}
            Err(error) => return Err(error),
        }
        Ok(groups)
    }

    /// The projects that the token may see of a group or a person, by path, those that were changed last first.
    ///
    /// # Errors
    /// The host did not answer, or with an error.
    pub async fn projects_of(&self, owner: &str) -> Result<Vec<Named>, ApiError> {
        if !owner.split('/').all(is_name) {
            return Ok(Vec::new());
        }
        match self.projects("groups", owner).await {
            Err(error) if error.is(404) => self.projects("users", owner).await,
            projects => projects,
        }
    }

    /// The same by number. Groups and people are counted apart, so it is that of a person only if the token belongs to them.
    ///
    /// # Errors
    /// The host did not answer, or with an error.
    pub async fn projects_of_id(&self, id: &str) -> Result<Vec<Named>, ApiError> {
        if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_digit()) {
            return Ok(Vec::new());
        }
        let account = self.send(Method::GET, "/user", None).await?;
        let is_own = text(&account["id"]).as_deref() == Some(id);
        self.projects(if is_own { "users" } else { "groups" }, id).await
    }

    async fn projects(&self, whose: &str, owner: &str) -> Result<Vec<Named>, ApiError> {
        let path = format!("/{whose}/{}/projects?simple=true&order_by=last_activity_at", encode(owner));
        self.named(&path, ["id", "path", "name"]).await
    }

    /// The branches of a project.
    ///
    /// # Errors
    /// The host did not answer, or with an error.
    pub async fn branches(&self, owner: &str, project: &str) -> Result<Vec<Named>, ApiError> {
        if !owner.split('/').all(is_name) || !is_name(project) {
            return Ok(Vec::new());
        }
        let project = encode(&format!("{owner}/{project}"));
        self.named(&format!("/projects/{project}/repository/branches"), ["name"; 3]).await
    }

    async fn named(&self, path: &str, fields: [&str; 3]) -> Result<Vec<Named>, ApiError> {
        let (found, _) = self.pages(path, PAGES).await?;
        Ok(found.iter().filter_map(|thing| named(thing, fields)).collect())
    }
}

fn named(thing: &Value, [id, path, title]: [&str; 3]) -> Option<Named> {
    Some(Named {
        id: text(&thing[id])?,
        path: text(&thing[path])?,
        title: text(&thing[title])?.trim().to_owned(),
    })
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
