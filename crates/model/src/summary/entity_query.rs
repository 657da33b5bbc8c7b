//! The state of the catalog table, as its address carries it: filters, text, order, page, columns, groups.

use serde::{Deserialize, Serialize};

use crate::EntityRef;

/// What the catalog table shows: the state of its address.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct EntityListQuery {
    /// Kinds; of several values one must fit, as in all lists here.
    pub kind: Vec<String>,
    /// Values of `spec.type`.
    pub spec_type: Vec<String>,
    /// Owners, as canonical references or [`NO_OWNER`](Self::NO_OWNER).
    pub owner: Vec<String>,
    /// What it is part of, as canonical references.
    pub system: Vec<String>,
    /// Values of `spec.lifecycle`.
    pub lifecycle: Vec<String>,
    /// Namespaces.
    pub namespace: Vec<String>,
    /// Tags.
    pub tag: Vec<String>,
    /// Whether an entity must have all of the tags, not one of them.
    pub all_tags: bool,
    /// What must not be: parameter of a filter ([`FIELDS`](Self::FIELDS)) and value.
    pub not: Vec<(String, String)>,
    /// Dotted paths, as in filters of the REST API, that must have a value.
    pub has: Vec<String>,
    /// Dotted paths that must have none.
    pub lacks: Vec<String>,
    /// References; with some, only these entities are looked at.
    pub entity_ref: Vec<String>,
    /// Text in the name, title or description.
    pub text: String,
    /// `name`, `kind`, `owner`, `type` or `lifecycle`; with `-` in front descending.
    pub sort: String,
    /// Page, from 1.
    pub page: u32,
    /// Columns in the order of [`COLUMNS`](Self::COLUMNS); empty for the usual ones.
    pub columns: Vec<String>,
    /// One of [`GROUPS`](Self::GROUPS); empty for none.
    pub group: String,
    /// The moment that is shown: a date, a time or a `seq`; empty for now.
    pub at: String,
    /// The moment that it is compared with; only the page of changes has one.
    pub from: String,
}

impl Default for EntityListQuery {
    fn default() -> Self {
        Self {
            kind: Vec::new(),
            spec_type: Vec::new(),
            owner: Vec::new(),
            system: Vec::new(),
            lifecycle: Vec::new(),
            namespace: Vec::new(),
            tag: Vec::new(),
            all_tags: false,
            not: Vec::new(),
            has: Vec::new(),
            lacks: Vec::new(),
            entity_ref: Vec::new(),
            text: String::new(),
            sort: "name".to_owned(),
            page: 1,
            columns: Vec::new(),
            group: String::new(),
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

    /// The filters by value: parameter in the address, and dotted path of the field.
    pub const FIELDS: [(&str, &str); 7] = [
        ("kind", "kind"),
        ("type", "spec.type"),
        ("owner", "relations.ownedBy"),
        ("system", "relations.partOf"),
        ("lifecycle", "spec.lifecycle"),
        ("namespace", "metadata.namespace"),
        ("tag", "metadata.tags"),
    ];

    /// All columns, in their order. The first is always shown.
    pub const COLUMNS: [&str; 12] = [
        "name",
        "kind",
        "type",
        "owner",
        "system",
        "lifecycle",
        "namespace",
        "tags",
        "description",
        "file",
        "changed",
        "problems",
    ];

    /// The columns that are shown unless the address says otherwise. Descriptions, tags and problems stand below and
    /// beside the name, the others in columns of their own.
    pub const USUAL_COLUMNS: [&str; 9] =
        ["name", "kind", "type", "owner", "system", "lifecycle", "tags", "description", "problems"];

    /// The fields that groups can be made of, by their parameters.
    pub const GROUPS: [&str; 6] = ["owner", "kind", "system", "type", "lifecycle", "namespace"];

    /// The query that the parameters of an address stand for (what follows the question mark). What is not known is left
    /// out.
    #[must_use]
    pub fn from_query_string(text: &str) -> Self {
        let mut query = Self::default();
        let [mut added_field, mut added_how, mut added_value] = [const { String::new() }; 3];
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
                "tagMatch" => query.all_tags = value == "all",
                "group" if Self::GROUPS.contains(&value) => value.clone_into(&mut query.group),
                "columns" => query.columns.extend(value.split(',').map(|column| column.trim().to_owned())),
                // What the form for one more filter sends.
                "add.field" => value.clone_into(&mut added_field),
                "add.is" => value.clone_into(&mut added_how),
                "add.value" => value.clone_into(&mut added_value),
                key => query.add(key, value),
            }
        }
        if !added_field.is_empty() {
            query = query.with_filter(&added_field, &added_how, &added_value);
        }
        query.with_columns_in_order()
    }

    /// The parameters of the address, without the question mark; defaults are left out.
    #[must_use]
    pub fn to_query_string(&self) -> String {
        let mut pairs = form_urlencoded::Serializer::new(String::new());
        let mut append = |key: &str, values: &[String]| {
            for value in values {
                pairs.append_pair(key, value);
            }
        };
        for (param, _) in Self::FIELDS {
            append(param, self.values(param));
        }
        for (param, value) in &self.not {
            append(&format!("not.{param}"), std::slice::from_ref(value));
        }
        append("has", &self.has);
        append("lacks", &self.lacks);
        append("ref", &self.entity_ref);
        if self.all_tags {
            pairs.append_pair("tagMatch", "all");
        }
        if !self.text.is_empty() {
            pairs.append_pair("text", &self.text);
        }
        if self.sort != "name" && !self.sort.is_empty() {
            pairs.append_pair("sort", &self.sort);
        }
        if !self.group.is_empty() {
            pairs.append_pair("group", &self.group);
        }
        if !self.columns.is_empty() {
            pairs.append_pair("columns", &self.columns.join(","));
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

    /// The chosen values of a filter, by its parameter.
    #[must_use]
    pub fn values(&self, param: &str) -> &[String] {
        match param {
            "kind" => &self.kind,
            "type" => &self.spec_type,
            "owner" => &self.owner,
            "system" => &self.system,
            "lifecycle" => &self.lifecycle,
            "namespace" => &self.namespace,
            "tag" => &self.tag,
            _ => &[],
        }
    }

    /// The entity that is looked at beside the list: another parameter of the address, which changes nothing of the list.
    #[must_use]
    pub fn peek_of(text: &str) -> Option<String> {
        let peek =
            form_urlencoded::parse(text.as_bytes()).find(|(key, value)| key == "peek" && !value.is_empty());
        peek.map(|(_, value)| value.into_owned())
    }

    /// The parameters of the address with an entity that is looked at.
    #[must_use]
    pub fn with_peek(&self, entity_ref: &str) -> String {
        let mut parameters = self.to_query_string();
        if !parameters.is_empty() {
            parameters.push('&');
        }
        parameters + &form_urlencoded::Serializer::new(String::new()).append_pair("peek", entity_ref).finish()
    }

    /// Whether a column is shown.
    #[must_use]
    pub fn shows(&self, column: &str) -> bool {
        match self.columns.as_slice() {
            [] => Self::USUAL_COLUMNS.contains(&column),
            columns => columns.iter().any(|shown| shown == column),
        }
    }

    /// The same list with a column, or without it.
    #[must_use]
    pub fn with_column(&self, column: &str, shown: bool) -> Self {
        let columns = Self::COLUMNS.into_iter();
        let columns = columns
            .filter(|known| if *known == column { shown } else { self.shows(known) })
            .map(str::to_owned);
        Self { columns: columns.collect(), ..self.clone() }.with_columns_in_order()
    }

    /// The first page with one more filter: `is` or `not` a value of the field of this parameter, or `has` or `lacks` any
    /// value of it. A field that is no parameter is a dotted path, of which can only be asked whether it is there.
    #[must_use]
    pub fn with_filter(&self, field: &str, how: &str, value: &str) -> Self {
        let mut query = Self { page: 1, ..self.clone() };
        let path = Self::FIELDS.iter().find(|(param, _)| *param == field).map_or(field, |(_, path)| path);
        // References as people type them.
        let whole = match field {
            "owner" if value != Self::NO_OWNER => EntityRef::parse_with(value, Some("group"), "default").ok(),
            "system" => EntityRef::parse_with(value, Some("system"), "default").ok(),
            _ => None,
        };
        let value = whole.as_ref().map_or(value, EntityRef::as_str);
        let is_path = path == field && field.contains('.');
        match how {
            "has" | "lacks" => query.add(how, path),
            "is" if is_path => query.add("has", path),
            "not" if is_path => query.add("lacks", path),
            "not" if !value.is_empty() => query.add(&format!("not.{field}"), value),
            _ if !value.is_empty() => query.add(field, value),
            _ => {}
        }
        query
    }

    /// Without filters; order, columns, groups and moments stay.
    #[must_use]
    pub fn cleared(&self) -> Self {
        Self {
            sort: self.sort.clone(),
            columns: self.columns.clone(),
            group: self.group.clone(),
            at: self.at.clone(),
            from: self.from.clone(),
            ..Self::default()
        }
    }

    /// The entities of one group, as a list of its own; `value` is what they have in common, empty for having none.
    #[must_use]
    pub fn of_group(&self, value: &str) -> Self {
        let how = if value.is_empty() { "lacks" } else { "is" };
        let mut query = Self { page: 1, group: String::new(), ..self.clone() };
        // Of several chosen values the group has one.
        if let Some(values) = query.values_mut(&self.group).filter(|_| !value.is_empty()) {
            values.clear();
        }
        query.with_filter(&self.group, how, value)
    }

    fn values_mut(&mut self, param: &str) -> Option<&mut Vec<String>> {
        Some(match param {
            "kind" => &mut self.kind,
            "type" => &mut self.spec_type,
            "owner" => &mut self.owner,
            "system" => &mut self.system,
            "lifecycle" => &mut self.lifecycle,
            "namespace" => &mut self.namespace,
            "tag" => &mut self.tag,
            "has" => &mut self.has,
            "lacks" => &mut self.lacks,
            "ref" => &mut self.entity_ref,
            _ => return None,
        })
    }

    /// Adds a condition, unless it is there already or its parameter is unknown.
    fn add(&mut self, key: &str, value: &str) {
        if let Some(param) = key.strip_prefix("not.") {
            let known = Self::FIELDS.iter().any(|(known, _)| *known == param);
            let pair = (param.to_owned(), value.to_owned());
            if known && !self.not.contains(&pair) {
                self.not.push(pair);
            }
        } else if let Some(values) = self.values_mut(key)
            && !values.iter().any(|known| known == value)
        {
            values.push(value.to_owned());
        }
    }

    /// Known columns in their order, the name among them; none where they are the usual ones.
    fn with_columns_in_order(mut self) -> Self {
        if !self.columns.is_empty() {
            let is_shown =
                |column: &&str| *column == "name" || self.columns.iter().any(|shown| shown == column);
            let columns: Vec<&str> = Self::COLUMNS.into_iter().filter(is_shown).collect();
            self.columns = if columns == Self::USUAL_COLUMNS {
                Vec::new()
            } else {
                columns.into_iter().map(str::to_owned).collect()
            };
        }
        self
    }
}
