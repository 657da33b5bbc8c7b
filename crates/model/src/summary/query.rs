//! The state of the list pages, as their addresses carry it: filters, text, order, page.

use serde::{Deserialize, Serialize};

/// What the catalog table shows: the state of its address.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct EntityListQuery {
    /// Kinds; of several values one must fit, as in all lists here.
    pub kind: Vec<String>,
    /// Values of `spec.type`.
    pub spec_type: Vec<String>,
    /// Owners, as canonical references or [`NO_OWNER`](Self::NO_OWNER).
    pub owner: Vec<String>,
    /// Values of `spec.lifecycle`.
    pub lifecycle: Vec<String>,
    /// Namespaces.
    pub namespace: Vec<String>,
    /// Tags.
    pub tag: Vec<String>,
    /// Text in the name, title or description.
    pub text: String,
    /// `name`, `kind`, `owner`, `type` or `lifecycle`; with `-` in front descending.
    pub sort: String,
    /// Page, from 1.
    pub page: u32,
    /// The moment that is shown: a date, a time or a `seq`; empty for now.
    #[serde(default)]
    pub at: String,
    /// The moment that it is compared with; only the page of changes has one.
    #[serde(default)]
    pub from: String,
}

impl Default for EntityListQuery {
    fn default() -> Self {
        Self {
            kind: Vec::new(),
            spec_type: Vec::new(),
            owner: Vec::new(),
            lifecycle: Vec::new(),
            namespace: Vec::new(),
            tag: Vec::new(),
            text: String::new(),
            sort: "name".to_owned(),
            page: 1,
            at: String::new(),
            from: String::new(),
        }
    }
}

impl EntityListQuery {
    /// The page of what changed between two moments.
    pub const COMPARE: &str = "/catalog/compare";
    /// How far back that page looks when nobody says so.
    const USUAL: &str = "-7d";
    /// Stands among the owners for entities that should have one and have none.
    pub const NO_OWNER: &str = "none";

    /// The query that the parameters of an address stand for (what follows the question mark). What is not known is left
    /// out.
    #[must_use]
    pub fn from_query_string(text: &str) -> Self {
        let mut query = Self::default();
        for (key, value) in form_urlencoded::parse(text.as_bytes()) {
            let value = value.trim();
            if value.is_empty() {
                continue;
            }
            match &*key {
                "text" => value.clone_into(&mut query.text),
                "sort" => value.clone_into(&mut query.sort),
                "page" => query.page = value.parse().unwrap_or(1).max(1),
                "at" | "to" => value.clone_into(&mut query.at),
                "from" => value.clone_into(&mut query.from),
                _ => {
                    if let Some(values) = query.values_mut(&key)
                        && !values.iter().any(|known| known == value)
                    {
                        values.push(value.to_owned());
                    }
                }
            }
        }
        query
    }

    /// The parameters of the address, without the question mark; defaults are left out.
    #[must_use]
    pub fn to_query_string(&self) -> String {
        let mut pairs = form_urlencoded::Serializer::new(String::new());
        for (key, values) in [
            ("kind", &self.kind),
            ("type", &self.spec_type),
            ("owner", &self.owner),
            ("lifecycle", &self.lifecycle),
            ("namespace", &self.namespace),
            ("tag", &self.tag),
        ] {
            for value in values {
                pairs.append_pair(key, value);
            }
        }
        if !self.text.is_empty() {
            pairs.append_pair("text", &self.text);
        }
        if self.sort != "name" && !self.sort.is_empty() {
            pairs.append_pair("sort", &self.sort);
        }
        if self.page > 1 {
            pairs.append_pair("page", &self.page.to_string());
        }
        for (key, moment) in [("from", &self.from), ("at", &self.at)] {
            if !moment.is_empty() {
                // Two moments are called as everywhere where two are compared.
                let key = if key == "at" && !self.from.is_empty() { "to" } else { key };
                pairs.append_pair(key, moment);
            }
        }
        pairs.finish()
    }

    /// As [`Self::from_query_string`], of the page that compares two moments.
    #[must_use]
    pub fn comparing(text: &str) -> Self {
        let mut query = Self::from_query_string(text);
        if query.from.is_empty() {
            Self::USUAL.clone_into(&mut query.from);
        }
        query
    }

    /// Without filters; order and moments stay.
    #[must_use]
    pub fn cleared(&self) -> Self {
        Self { sort: self.sort.clone(), at: self.at.clone(), from: self.from.clone(), ..Self::default() }
    }

    fn values_mut(&mut self, key: &str) -> Option<&mut Vec<String>> {
        Some(match key {
            "kind" => &mut self.kind,
            "type" => &mut self.spec_type,
            "owner" => &mut self.owner,
            "lifecycle" => &mut self.lifecycle,
            "namespace" => &mut self.namespace,
            "tag" => &mut self.tag,
            _ => return None,
        })
    }
}

/// The parameters of an address (what follows the question mark), decoded.
#[must_use]
pub fn parameters(text: &str) -> Vec<(String, String)> {
    form_urlencoded::parse(text.as_bytes()).into_owned().collect()
}

/// What the problems page shows: the state of its address.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ProblemListQuery {
    /// Kinds of problem.
    pub code: Vec<String>,
    /// Severities.
    pub severity: Vec<String>,
    /// Owners of the entities with the problem, as canonical references.
    pub owner: Vec<String>,
    /// Text in the message, file or entity.
    pub text: String,
    /// Page, from 1.
    pub page: u32,
}

impl Default for ProblemListQuery {
    fn default() -> Self {
        Self { code: Vec::new(), severity: Vec::new(), owner: Vec::new(), text: String::new(), page: 1 }
    }
}

impl ProblemListQuery {
    /// The query that the parameters of an address stand for (what follows the question mark). What is not known is left
    /// out.
    #[must_use]
    pub fn from_query_string(text: &str) -> Self {
        let mut query = Self::default();
        for (key, value) in form_urlencoded::parse(text.as_bytes()) {
            let value = value.trim();
            match &*key {
                _ if value.is_empty() => {}
                "code" => query.code.push(value.to_owned()),
                "severity" => query.severity.push(value.to_owned()),
                "owner" => query.owner.push(value.to_owned()),
                "text" => value.clone_into(&mut query.text),
                "page" => query.page = value.parse().unwrap_or(1).max(1),
                _ => {}
            }
        }
        query
    }

    /// The parameters of the address, without the question mark; defaults are left out.
    #[must_use]
    pub fn to_query_string(&self) -> String {
        let mut pairs = form_urlencoded::Serializer::new(String::new());
        for (key, values) in [("code", &self.code), ("severity", &self.severity), ("owner", &self.owner)] {
            for value in values {
                pairs.append_pair(key, value);
            }
        }
        if !self.text.is_empty() {
            pairs.append_pair("text", &self.text);
        }
        if self.page > 1 {
            pairs.append_pair("page", &self.page.to_string());
        }
        pairs.finish()
    }
}
