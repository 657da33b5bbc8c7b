//! Groups, with who is in them, and migrations.

use serde_json::{Value, json};

use super::{Asked, Reply, World, is_number, said};

impl World {
    pub(super) fn make_group(&mut self, asked: &Asked<'_>) -> Reply {
        let (name, path) = (asked.text("name").unwrap_or_default(), asked.text("path").unwrap_or_default());
        let above = match &asked.body["parent_id"] {
            Value::Null => None,
            parent => match self.group(&parent.to_string()) {
                Some(parent) => parent["full_path"].as_str().map(str::to_owned),
                None => return said(404, "404 Group Not Found"),
            },
        };
        let full = above.map_or_else(|| path.to_owned(), |above| format!("{above}/{path}"));
        if self.group(&full).is_some() {
            return said(400, r#"Failed to save group {:path=>["has already been taken"]}"#);
        }
        let mut group = self.add_group(&full, name);
        group["description"] = asked.body["description"].clone();
        *self.groups.last_mut().unwrap() = group.clone();
        (201, group)
    }

    pub(super) fn in_group(&mut self, mut group: Value, rest: &[&str], asked: &Asked<'_>) -> Reply {
        let place = |name: &str| format!("{}/{name}", group["id"]);
        let shares = place("shares");
        match (asked.method, rest) {
            ("GET", []) => {
                group["shared_with_groups"] = json!(self.list(&shares));
                (200, group)
            }
            (_, ["members", rest @ ..]) => {
                let place = place("members");
                self.members(&place, rest, asked)
            }
            ("POST", ["share"]) => {
                let other = &asked.body["group_id"];
                let Some(other) = self.group(&other.to_string()) else {
                    return said(404, "404 Group Not Found");
                };
                let list = self.list(&shares);
                if list.iter().any(|known| known["group_id"] == other["id"]) {
                    return said(409, "The group has already been shared with this group");
                }
                list.push(json!({
                    "group_id": other["id"], "group_full_path": other["full_path"],
                    "group_access_level": asked.body["group_access"],
                }));
                (201, group)
            }
            ("DELETE", ["share", other]) => {
                let list = self.list(&shares);
                let before = list.len();
                list.retain(|known| !is_number(&known["group_id"], other));
                if list.len() == before { said(404, "404 Not found") } else { (204, Value::Null) }
            }
            _ => (404, json!({ "error": "404 Not Found" })),
        }
    }

    pub(super) fn migrate(&mut self, asked: &Asked<'_>) -> Reply {
        let configuration = &asked.body["configuration"];
        if configuration["access_token"] == "glpat-refused" {
            return said(422, format!("The token {} of the source is refused", "glpat-refused"));
        }
        let id = self.next_id();
        let migration = json!({
            "id": id, "status": "created", "source_type": "gitlab", "source_url": configuration["url"],
            "entities": asked.body["entities"],
        });
        self.list("migrations").push(migration.clone());
        (201, migration)
    }
}
