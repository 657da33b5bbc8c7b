//! Merge requests.

use serde_json::{Value, json};

use super::{Asked, Reply, World, is_number, said};

impl World {
    pub(super) fn merge_requests(&mut self, at: usize, rest: &[&str], asked: &Asked<'_>) -> Reply {
        let place = format!("{}/merge_requests", self.projects[at]["id"]);
        match (asked.method, rest) {
            ("GET", []) => {
                let is = |request: &Value, name: &str| {
                    asked.query.get(name).is_none_or(|wanted| request[name].as_str() == Some(wanted))
                };
                let mut found = self.list(&place).clone();
                found.retain(|request| is(request, "source_branch") && is(request, "target_branch"));
                asked.page(found.into_iter().map(|request| self.seen(at, request)).collect())
            }
            ("POST", []) => self.make_merge_request(at, &place, asked),
            (method, [iid, rest @ ..]) => {
                let known = self.list(&place).iter().position(|request| is_number(&request["iid"], iid));
                let Some(number) = known else { return said(404, "404 Not found") };
                match (method, rest) {
                    ("GET", []) => {
                        // It thinks for a while after it was made.
                        let thought = self.list(&place)[number]["thought"].as_u64().unwrap_or_default();
                        self.list(&place)[number]["thought"] = json!(thought + 1);
                    }
                    ("PUT", []) => self.set(&place, number, &asked.body),
                    ("GET", ["approval_state"]) => {
                        let people = json!([{ "id": self.users[0]["id"] }, { "id": self.users[2]["id"] }]);
                        return (
                            200,
                            json!({ "rules": [{ "name": "Owners", "eligible_approvers": people }] }),
                        );
                    }
                    ("PUT", ["merge"]) => {
                        let request = self.list(&place)[number].clone();
                        let request = self.seen(at, request);
                        if request["detailed_merge_status"] != "mergeable" || request["title"] == "A conflict"
                        {
                            return said(405, "405 Method Not Allowed");
                        }
                        if asked.body.get("sha").is_some_and(|sha| *sha != request["sha"]) {
                            return said(409, "SHA does not match HEAD of source branch");
                        }
                        self.list(&place)[number]["merge_when_pipeline_succeeds"] = json!(true);
                    }
                    _ => return (404, json!({ "error": "404 Not Found" })),
                }
                let request = self.list(&place)[number].clone();
                (200, self.seen(at, request))
            }
            _ => (404, json!({ "error": "404 Not Found" })),
        }
    }

    fn make_merge_request(&mut self, at: usize, place: &str, asked: &Asked<'_>) -> Reply {
        for name in ["source_branch", "target_branch"] {
            let branch = asked.text(name).unwrap_or_default();
            if self.head(at, branch).is_none() {
                let what = if name == "source_branch" { "Source" } else { "Target" };
                return said(400, json!([format!("{what} branch \"{branch}\" does not exist")]));
            }
        }
        let list = self.list(place);
        let same =
            |one: &&Value| one["state"] == "opened" && one["source_branch"] == asked.body["source_branch"];
        if let Some(open) = list.iter().find(same) {
            let told =
                format!("Another open merge request already exists for this source branch: !{}", open["iid"]);
            return said(409, json!([told]));
        }
        let iid = list.len() + 1;
        let id = self.next_id();
        let page = self.projects[at]["web_url"].as_str().unwrap().to_owned();
        let request = json!({
            "id": id, "iid": iid, "state": "opened", "web_url": format!("{page}/-/merge_requests/{iid}"), "thought": 0,
            "source_branch": asked.body["source_branch"], "author": asked.user, "assignees": [], "reviewers": [], "labels": [],
            "merge_when_pipeline_succeeds": false,
        });
        self.list(place).push(request);
        self.set(place, iid - 1, &asked.body);
        let request = self.list(place)[iid - 1].clone();
        (201, self.seen(at, request))
    }

    /// One as the API tells it.
    fn seen(&self, at: usize, mut request: Value) -> Value {
        if let Some(head) = self.head(at, request["source_branch"].as_str().unwrap()) {
            request["sha"] = json!(head);
        }
        let is_ready = request["thought"].as_u64() > Some(1);
        request["detailed_merge_status"] = json!(if is_ready { "mergeable" } else { "checking" });
        request
    }

    /// Sets what a request says of people by their numbers, labels as text, and the rest as it is.
    fn set(&mut self, place: &str, number: usize, body: &Value) {
        let users = self.users.clone();
        let known = |ids: &Value| -> Value {
            let ids = ids.as_array().cloned().unwrap_or_else(|| vec![ids.clone()]);
            users
                .iter()
                .filter(|user| ids.contains(&user["id"]))
                .map(|user| json!({ "id": user["id"] }))
                .collect()
        };
        let request = &mut self.list(place)[number];
        for (name, value) in body.as_object().into_iter().flatten() {
            match name.as_str() {
                "assignee_id" | "assignee_ids" => request["assignees"] = known(value),
                "reviewer_ids" => request["reviewers"] = known(value),
                "labels" => request["labels"] = value.as_str().unwrap().split(',').collect(),
                "remove_source_branch" => request["force_remove_source_branch"] = value.clone(),
                "state_event" => request["state"] = json!("closed"),
                name => request[name] = value.clone(),
            }
        }
    }
}
