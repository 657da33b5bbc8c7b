//! The fields that Backstage adds to those of a schema (`ui:field`).

use form_urlencoded::{Serializer, parse};
use serde::Serialize;
use serde_json::{Map, Value};

use super::field::Part;
use super::name;

/// A field that is fed from the catalog or a Git host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Picker {
    /// A reference to an entity.
    EntityPicker,
    /// A reference to a group or user.
    OwnerPicker,
    /// A reference to an entity of one's own.
    OwnedEntityPicker,
    /// References to entities.
    MultiEntityPicker,
    /// A reference to a group of one's own.
    MyGroupsPicker,
    /// The name of an entity.
    EntityNamePicker,
    /// Tags.
    EntityTagsPicker,
    /// `host?owner=&repo=`.
    RepoUrlPicker,
    /// The name of a branch.
    RepoBranchPicker,
    /// The owner of repositories.
    RepoOwnerPicker,
}

/// The `ui:field` of secrets, and the `ui:widget`.
pub(super) const SECRET: &str = "Secret";

/// Whether the `ui:` keys of a schema make it a secret.
pub(super) fn is_secret(options: &Map<String, Value>) -> bool {
    ["field", "widget"].into_iter().any(|key| options.get(key).and_then(Value::as_str) == Some(SECRET))
}

/// Parts of a `repoUrl` behind the host, in the order in which they are written.
const PARTS: [&str; 5] = ["owner", "project", "organization", "workspace", "repo"];

/// Parts of a `repoUrl` with the option that lists what they may be.
pub(super) const ALLOWED: [(&str, &str); 6] = [
    ("host", "allowedHosts"),
    ("owner", "allowedOwners"),
    ("workspace", "allowedOwners"),
    ("organization", "allowedOrganizations"),
    ("project", "allowedProjects"),
    ("repo", "allowedRepos"),
];

impl Picker {
    /// Every one.
    pub const ALL: [Self; 10] = [
        Self::EntityPicker,
        Self::OwnerPicker,
        Self::OwnedEntityPicker,
        Self::MultiEntityPicker,
        Self::MyGroupsPicker,
        Self::EntityNamePicker,
        Self::EntityTagsPicker,
        Self::RepoUrlPicker,
        Self::RepoBranchPicker,
        Self::RepoOwnerPicker,
    ];

    /// Its name in templates.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::EntityPicker => "EntityPicker",
            Self::OwnerPicker => "OwnerPicker",
            Self::OwnedEntityPicker => "OwnedEntityPicker",
            Self::MultiEntityPicker => "MultiEntityPicker",
            Self::MyGroupsPicker => "MyGroupsPicker",
            Self::EntityNamePicker => "EntityNamePicker",
            Self::EntityTagsPicker => "EntityTagsPicker",
            Self::RepoUrlPicker => "RepoUrlPicker",
            Self::RepoBranchPicker => "RepoBranchPicker",
            Self::RepoOwnerPicker => "RepoOwnerPicker",
        }
    }

    /// The one with this name.
    #[must_use]
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|picker| picker.as_str() == name)
    }

    /// Whether the value is a list. Without scripts it is typed with blanks or commas between.
    #[must_use]
    pub const fn is_list(self) -> bool {
        matches!(self, Self::MultiEntityPicker | Self::EntityTagsPicker)
    }
}

/// The parts of a `repoUrl` that a host asks for, behind the host. What a host that is not known asks for depends on what
/// runs there.
#[must_use]
pub fn parts_of_host(host: &str) -> &'static [&'static str] {
    match host {
        "dev.azure.com" => &["organization", "project", "repo"],
        "bitbucket.org" => &["workspace", "project", "repo"],
        _ => &["owner", "repo"],
    }
}

/// The inputs of a `repoUrl` at a pointer.
pub(super) fn repository_parts(pointer: &str, value: &str) -> Vec<Part> {
    let (host, parameters) = value.split_once('?').unwrap_or((value, ""));
    let found: Vec<_> = parse(parameters.as_bytes()).collect();
    let part = |key: &'static str| {
        let value = match key {
            "host" => host.to_owned(),
            key => found
                .iter()
                .find_map(|(name, value)| (name == key).then(|| value.to_string()))
                .unwrap_or_default(),
        };
        Part { key, name: format!("{}~{key}", name::of(pointer)), value }
    };
    ["host"].into_iter().chain(PARTS).map(part).collect()
}

/// The `repoUrl` that inputs make up; nothing if all are empty.
pub(super) fn repository<'a>(value_of: impl Fn(&'static str) -> Option<&'a str>) -> Option<String> {
    let value = |key| value_of(key).map(str::trim).filter(|value| !value.is_empty());
    let mut parameters = Serializer::new(String::new());
    for key in PARTS {
        if let Some(value) = value(key) {
            parameters.append_pair(key, value);
        }
    }
    match (value("host").unwrap_or_default(), parameters.finish()) {
        ("", parameters) if parameters.is_empty() => None,
        (host, parameters) if parameters.is_empty() => Some(host.to_owned()),
        (host, parameters) => Some(format!("{host}?{parameters}")),
    }
}
