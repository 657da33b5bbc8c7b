//! Issues, tokens and pipelines of a project.

use serde_json::{Value, json};

use super::{Asked, Reply, World, is_number, said};

impl World {
    pub(super) fn issues(&mut self, at: usize, rest: &[&str], asked: &Asked<'_>) -> Reply {
        let (project, page) = (self.projects[at]["id"].clone(), self.projects[at]["web_url"].clone());
        let place = format!("{project}/issues");
        let iid = match (asked.method, rest) {
            ("GET", []) => {
                let newest = self.list(&place).iter().rev().cloned().collect();
                return asked.page(newest);
            }
            ("POST", []) if asked.text("title").is_none() => {
                return (400, json!({ "error": "title is missing" }));
            }
            ("POST", []) => {
                let id = self.next_id();
                let iid = self.list(&place).len() + 1;
                let page = format!("{}/-/issues/{iid}", page.as_str().unwrap());
                let issue = json!({
                    "id": id, "iid": iid, "project_id": project, "web_url": page, "state": "opened", "labels": [],
                    "assignees": [],
                });
                self.list(&place).push(issue);
                iid
            }
            ("PUT", [iid]) => iid.parse().unwrap_or_default(),
            _ => return (404, json!({ "error": "404 Not Found" })),
        };
        let users = self.users.clone();
        let Some(issue) = self.list(&place).iter_mut().find(|issue| issue["iid"] == iid) else {
            return said(404, "404 Issue Not Found");
        };
        for (name, value) in asked.body.as_object().into_iter().flatten() {
            let words = || value.as_str().unwrap_or_default().split(',').map(|word| json!(word.trim()));
            match name.as_str() {
                "assignee_ids" => {
                    let ids = value.as_array().unwrap();
                    let known = users.iter().filter(|user| ids.contains(&user["id"]));
                    issue["assignees"] = known.map(|user| json!({ "username": user["username"] })).collect();
                }
                "labels" => issue["labels"] = words().collect(),
                "add_labels" => {
                    let labels = issue["labels"].as_array_mut().unwrap();
                    words().for_each(|word| {
                        if !labels.contains(&word) {
                            labels.push(word);
                        }
                    });
                }
                "remove_labels" => {
                    let gone: Vec<Value> = words().collect();
                    issue["labels"].as_array_mut().unwrap().retain(|label| !gone.contains(label));
                }
                "state_event" => {
                    issue["state"] = json!(if value == "close" { "closed" } else { "opened" });
                }
                name => issue[name] = value.clone(),
            }
        }
        issue["updated_at"] = json!(jiff::Timestamp::now().to_string());
        (if asked.method == "POST" { 201 } else { 200 }, issue.clone())
    }

    /// Tokens of programs and machines. They are told once, and kept without what they say.
    pub(super) fn make_token(&mut self, at: usize, kind: &str, asked: &Asked<'_>) -> Reply {
        let missing: Vec<_> =
            ["name", "scopes"].into_iter().filter(|name| asked.body[name].is_null()).collect();
        if !missing.is_empty() {
            return (400, json!({ "error": missing.join(" is missing, ") + " is missing" }));
        }
        let place = format!("{}/{kind}", self.projects[at]["id"]);
        let id = self.next_id();
        let mut token = asked.body.clone();
        token["id"] = json!(id);
        if kind == "deploy_tokens" && token["username"].is_null() {
            token["username"] = json!(format!("gitlab+deploy-token-{id}"));
        }
        self.list(&place).push(token.clone());
        token["token"] =
            json!(format!("{}-made-{id}", if kind == "deploy_tokens" { "gldt" } else { "glpat" }));
        (201, token)
    }

    pub(super) fn triggers(&mut self, at: usize, rest: &[&str], asked: &Asked<'_>) -> Reply {
        let place = format!("{}/triggers", self.projects[at]["id"]);
        match (asked.method, rest) {
            ("POST", []) => {
                let id = self.next_id();
                let trigger = json!({
                    "id": id, "description": asked.body["description"], "token": format!("glptt-made-{id}"),
                });
                self.list(&place).push(trigger.clone());
                (201, trigger)
            }
            ("DELETE", [id]) => {
                let list = self.list(&place);
                let before = list.len();
                list.retain(|trigger| !is_number(&trigger["id"], id));
                if list.len() == before { said(404, "404 Trigger Not Found") } else { (204, Value::Null) }
            }
            _ => (404, json!({ "error": "404 Not Found" })),
        }
    }

    pub(super) fn start(&mut self, at: usize, asked: &Asked<'_>) -> Reply {
        let project = self.projects[at].clone();
        let triggers = self.list(&format!("{}/triggers", project["id"]));
        if !triggers.iter().any(|trigger| trigger["token"] == asked.body["token"]) {
            return said(404, "404 Not found");
        }
        if self.head(at, asked.text("ref").unwrap_or_default()).is_none() {
            return said(400, json!({ "base": ["Reference not found"] }));
        }
        let place = format!("{}/pipelines", project["id"]);
        let number = self.list(&place).len() + 1;
        let page = format!("{}/-/pipelines/{number}", project["web_url"].as_str().unwrap());
        let pipeline =
            json!({ "ref": asked.body["ref"], "variables": asked.body["variables"], "web_url": page });
        self.list(&place).push(pipeline.clone());
        (201, pipeline)
    }
}
