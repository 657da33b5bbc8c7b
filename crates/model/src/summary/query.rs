//! The state of the list of problems, as its address carries it: filters, text, page.

use serde::{Deserialize, Serialize};

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
