//! Projects with their variables, members and protected branches.

use serde_json::{Value, json};

use super::{Asked, Reply, World, git, is_number, said};

/// What a path of GitLab may hold.
const RULE: &str = "can contain only letters, digits, '_', '-' and '.'. Cannot start with '-', end in '.git' or end in '.atom'";

impl World {
    /// Where in the list a project is, by its number or its path.
    pub(super) fn project(&self, id: &str) -> Option<usize> {
        self.projects
            .iter()
            .position(|project| is_number(&project["id"], id) || project["path_with_namespace"] == id)
    }

    pub(super) fn make_project(&mut self, asked: &Asked<'_>) -> Reply {
        let Some(name) = asked.text("name") else { return (400, json!({ "error": "name is missing" })) };
        let path = asked.text("path").map_or_else(|| name.to_lowercase().replace(' ', "-"), str::to_owned);
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
        if path.is_empty() || !path.chars().all(plain) || path.starts_with('-') || path.ends_with(".git") {
            return said(400, json!({ "path": [RULE] }));
        }
        let namespace = self.groups.iter().chain(&self.users).find(|n| n["id"] == asked.body["namespace_id"]);
        let Some(namespace) = namespace else { return said(404, "404 Namespace Not Found") };
        let above = namespace.get("full_path").unwrap_or(&namespace["username"]).as_str().unwrap();
        let full = format!("{above}/{path}");
        if self.project(&full).is_some() {
            let taken = json!(["has already been taken"]);
            return said(400, json!({ "project_namespace.name": taken, "name": taken, "path": taken }));
        }
        git(&self.root, &["init", "--quiet", "--bare", "--initial-branch=main", &format!("{full}.git")]);
        let page = format!("{}/{full}", self.base);
        let mut project = json!({
            "id": self.next_id(), "name": name, "path": path, "path_with_namespace": full, "description": null,
            "visibility": "private", "default_branch": "main", "empty_repo": true, "topics": [], "web_url": page,
            "http_url_to_repo": format!("{page}.git"), "created_at": jiff::Timestamp::now().to_string(),
        });
        change(&mut project, &asked.body);
        self.projects.push(project.clone());
        (201, project)
    }

    /// A branch that is pushed to an empty project becomes its default one, and is protected.
    pub(super) fn pushed(&mut self) {
        for at in 0..self.projects.len() {
            if self.projects[at]["empty_repo"] == false {
                continue;
            }
            let heads = self.git(at, &["for-each-ref", "--format=%(refname:short)", "refs/heads"]);
            let Some(branch) = heads.lines().next() else { continue };
            self.projects[at]["default_branch"] = json!(branch);
            self.projects[at]["empty_repo"] = json!(false);
            let place = format!("{}/protected_branches", self.projects[at]["id"]);
            let id = self.next_id();
            self.list(&place).push(json!({ "id": id, "name": branch, "allow_force_push": false }));
        }
    }

    pub(super) fn in_project(&mut self, at: usize, rest: &[&str], asked: &Asked<'_>) -> Reply {
        let number = self.projects[at]["id"].clone();
        let place = |name: &str| format!("{number}/{name}");
        match (asked.method, rest) {
            ("GET", []) => (200, self.projects[at].clone()),
            ("PUT", []) => {
                if let Some(branch) = asked.text("default_branch")
                    && self.head(at, branch).is_none()
                {
                    return said(400, json!({ "base": ["Could not set the default branch"] }));
                }
                change(&mut self.projects[at], &asked.body);
                (200, self.projects[at].clone())
            }
            (_, ["variables", rest @ ..]) => {
                let place = place("variables");
                self.variables(&place, rest, asked)
            }
            (_, ["members", rest @ ..]) => {
                let place = place("members");
                self.members(&place, rest, asked)
            }
            ("GET", ["protected_branches", name]) => {
                let found =
                    self.list(&place("protected_branches")).iter().find(|branch| branch["name"] == *name);
                found.cloned().map_or_else(|| said(404, "404 Not found"), |branch| (200, branch))
            }
            ("POST", ["protected_branches"]) => {
                let (id, place) = (self.next_id(), place("protected_branches"));
                let list = self.list(&place);
                let name = &asked.body["name"];
                if list.iter().any(|branch| branch["name"] == *name) {
                    return said(
                        409,
                        format!("Protected branch '{}' already exists", name.as_str().unwrap()),
                    );
                }
                list.push(json!({ "id": id, "name": name, "allow_force_push": false }));
                (201, list.last().cloned().unwrap())
            }
            (_, ["issues", rest @ ..]) => self.issues(at, rest, asked),
            ("POST", [kind @ ("access_tokens" | "deploy_tokens")]) => self.make_token(at, kind, asked),
            (_, ["triggers", rest @ ..]) => self.triggers(at, rest, asked),
            ("POST", ["trigger", "pipeline"]) => self.start(at, asked),
            (_, ["merge_requests", rest @ ..]) => self.merge_requests(at, rest, asked),
            (_, ["repository", rest @ ..]) => self.in_repository(at, rest, asked),
            _ => (404, json!({ "error": "404 Not Found" })),
        }
    }

    fn variables(&mut self, place: &str, rest: &[&str], asked: &Asked<'_>) -> Reply {
        let list = self.list(place);
        let scope = |thing: &Value| thing["environment_scope"].as_str().unwrap_or("*").to_owned();
        if let ("POST", []) = (asked.method, rest) {
            let key = asked.text("key").unwrap_or_default();
            if list.iter().any(|known| known["key"] == key && scope(known) == scope(&asked.body)) {
                return said(400, json!({ "key": [format!("({key}) has already been taken")] }));
            }
            let mut variable = json!({
                "key": key, "variable_type": "env_var", "protected": false, "masked": false, "raw": false,
                "hidden": asked.body["masked_and_hidden"] == true, "environment_scope": "*",
            });
            change(&mut variable, &asked.body);
            list.push(variable.clone());
            return (201, variable);
        }
        let wanted = asked.query.get("filter[environment_scope]");
        let is = |known: &Value| Some(&known["key"]) == rest.first().map(|key| json!(key)).as_ref();
        let mut named: Vec<_> = list.iter_mut().filter(|known| is(known)).collect();
        named.retain(|known| wanted.is_none_or(|wanted| scope(known) == *wanted));
        match (asked.method, named.as_mut_slice()) {
            (_, []) => said(404, "404 Variable Not Found"),
            ("GET", [known]) => (200, known.clone()),
            ("PUT", [known]) => {
                change(known, &asked.body);
                (200, known.clone())
            }
            _ => said(
                409,
                "There are multiple variables with provided parameters. Please use 'filter[environment_scope]'",
            ),
        }
    }

    /// Members of a project or a group.
    pub(super) fn members(&mut self, place: &str, rest: &[&str], asked: &Asked<'_>) -> Reply {
        // The documentation lets nobody but owners make owners.
        if asked.body["access_level"] == 50 && asked.user["username"] != "portico" {
            return said(403, "403 Forbidden");
        }
        let user = self.users.iter().find(|user| user["id"] == asked.body["user_id"]).cloned();
        let list = self.list(place);
        let at =
            list.iter().position(|member| Some(member["id"].to_string().as_str()) == rest.first().copied());
        match (asked.method, rest, at) {
            ("POST", [], _) => {
                let Some(user) = user else { return said(404, "404 User Not Found") };
                if list.iter().any(|member| member["id"] == user["id"]) {
                    return said(409, "Member already exists");
                }
                list.push(json!({ "id": user["id"], "username": user["username"], "access_level": asked.body["access_level"] }));
                (201, list.last().cloned().unwrap())
            }
            ("GET", _, Some(at)) => (200, list[at].clone()),
            ("PUT", _, Some(at)) => {
                list[at]["access_level"] = asked.body["access_level"].clone();
                (200, list[at].clone())
            }
            ("DELETE", _, Some(at)) => {
                list.remove(at);
                (204, Value::Null)
            }
            _ => said(404, "404 Not found"),
        }
    }
}

/// Sets the fields of a thing that a request names.
pub(super) fn change(thing: &mut Value, body: &Value) {
    for (name, value) in body.as_object().into_iter().flatten() {
        if !matches!(name.as_str(), "namespace_id" | "masked_and_hidden") {
            thing[name] = value.clone();
        }
    }
}
