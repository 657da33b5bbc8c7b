//! Relations that an entity's fields imply. Each is one edge with two names, one for each direction.

use serde_json::{Map, Value};

use crate::entity::DEFAULT_NAMESPACE;
use crate::{Entity, EntityRef, ProblemCode, Violation};

/// A field of `spec` that refers to other entities.
struct Rule {
    kinds: &'static [&'static str],
    field: &'static str,
    default_kind: Option<&'static str>,
    forward: &'static str,
    reverse: &'static str,
}

const fn rule(
    kinds: &'static [&'static str],
    field: &'static str,
    default_kind: Option<&'static str>,
    forward: &'static str,
    reverse: &'static str,
) -> Rule {
    Rule { kinds, field, default_kind, forward, reverse }
}

/// All of them, as Backstage 1.55 derives them. Kinds match on exact case.
const RULES: &[Rule] = &[
    rule(
        &["Component", "API", "Resource", "System", "Domain", "Template", "AiResource"],
        "owner",
        Some("Group"),
        "ownedBy",
        "ownerOf",
    ),
    rule(&["Component", "API", "Resource", "AiResource"], "system", Some("System"), "partOf", "hasPart"),
    rule(&["Component"], "subcomponentOf", Some("Component"), "partOf", "hasPart"),
    rule(&["System"], "domain", Some("Domain"), "partOf", "hasPart"),
    rule(&["Domain"], "subdomainOf", Some("Domain"), "partOf", "hasPart"),
    rule(&["Component"], "providesApis", Some("API"), "providesApi", "apiProvidedBy"),
    rule(&["Component"], "consumesApis", Some("API"), "consumesApi", "apiConsumedBy"),
    rule(&["Component", "Resource"], "dependsOn", None, "dependsOn", "dependencyOf"),
    rule(&["AiResource"], "dependsOn", Some("AiResource"), "dependsOn", "dependencyOf"),
    rule(&["Component", "Resource"], "dependencyOf", None, "dependencyOf", "dependsOn"),
    rule(&["User"], "memberOf", Some("Group"), "memberOf", "hasMember"),
    rule(&["Group"], "parent", Some("Group"), "childOf", "parentOf"),
    rule(&["Group"], "children", Some("Group"), "parentOf", "childOf"),
    rule(&["Group"], "members", Some("User"), "hasMember", "memberOf"),
    rule(&["AiResource"], "skills", Some("AiResource"), "hasPart", "partOf"),
    rule(&["AiResource"], "plugins", Some("AiResource"), "hasPart", "partOf"),
];

/// An edge from an entity: source —forward→ target, target —reverse→ source.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Edge {
    /// Name seen from the source.
    pub forward: &'static str,
    /// The other end, which may not exist.
    pub target: EntityRef,
    /// Name seen from the target.
    pub reverse: &'static str,
}

/// The edges that an entity implies, sorted, each once.
///
/// # Errors
/// References that cannot be read.
pub fn edges(entity: &Entity) -> Result<Vec<Edge>, Vec<Violation>> {
    edges_of(entity.as_map())
}

/// As [`edges`], of a document.
pub(crate) fn edges_of(document: &Map<String, Value>) -> Result<Vec<Edge>, Vec<Violation>> {
    let mut found = Vec::new();
    let mut violations = Vec::new();
    let namespace = namespace(document);
    each_reference(document, |rule, index, text| {
        match EntityRef::parse_with(text, rule.default_kind, namespace) {
            Ok(target) => found.push(Edge { forward: rule.forward, target, reverse: rule.reverse }),
            Err(error) => violations.push(Violation {
                pointer: pointer(rule, index),
                code: ProblemCode::Reference,
                message: format!("`spec.{}` holds a reference that cannot be read: {error}", rule.field),
                found: Some(text.to_owned()),
                allowed: Some(match rule.default_kind {
                    Some(kind) => format!("[kind:][namespace/]name; without a kind it is a {kind}"),
                    None => "kind:[namespace/]name, for example component:payments or resource:payments-db"
                        .to_owned(),
                }),
            }),
        }
    });
    if !violations.is_empty() {
        return Err(violations);
    }
    found.sort();
    found.dedup();
    Ok(found)
}

/// JSON pointer to the text of `spec` that refers to `target`.
#[must_use]
pub fn pointer_of_reference(entity: &Entity, target: &EntityRef) -> Option<String> {
    let mut found = None;
    each_reference(entity.as_map(), |rule, index, text| {
        let parsed = EntityRef::parse_with(text, rule.default_kind, entity.namespace());
        if found.is_none() && parsed.as_ref() == Ok(target) {
            found = Some(pointer(rule, index));
        }
    });
    found
}

/// Calls `visit` with each text that refers to something, and its index if it stands in a list.
fn each_reference<'a>(
    document: &'a Map<String, Value>,
    mut visit: impl FnMut(&Rule, Option<usize>, &'a str),
) {
    let Some(spec) = document.get("spec").and_then(Value::as_object) else { return };
    let kind = document.get("kind").and_then(Value::as_str).unwrap_or_default();
    for rule in RULES.iter().filter(|rule| rule.kinds.contains(&kind)) {
        match spec.get(rule.field) {
            Some(Value::String(text)) => visit(rule, None, text),
            Some(Value::Array(items)) => {
                for (index, item) in items.iter().enumerate() {
                    if let Value::String(text) = item {
                        visit(rule, Some(index), text);
                    }
                }
            }
            _ => {}
        }
    }
}

fn pointer(rule: &Rule, index: Option<usize>) -> String {
    match index {
        None => format!("/spec/{}", rule.field),
        Some(index) => format!("/spec/{}/{index}", rule.field),
    }
}

fn namespace(document: &Map<String, Value>) -> &str {
    let metadata = document.get("metadata").and_then(Value::as_object);
    metadata.and_then(|metadata| metadata.get("namespace")?.as_str()).unwrap_or(DEFAULT_NAMESPACE)
}

/// The name of a relation seen from its other end.
#[must_use]
pub fn reverse_of(relation_type: &str) -> Option<&'static str> {
    RULES.iter().find_map(|rule| match relation_type {
        name if name == rule.forward => Some(rule.reverse),
        name if name == rule.reverse => Some(rule.forward),
        _ => None,
    })
}

/// Whether entities of a kind (in any case) can say by themselves that they have a relation of this type.
#[must_use]
pub fn can_say(kind: &str, relation_type: &str) -> bool {
    let of_kind = |rule: &&Rule| rule.kinds.iter().any(|known| known.eq_ignore_ascii_case(kind));
    RULES.iter().filter(of_kind).any(|rule| rule.forward == relation_type)
}

/// Sorts lists of references, so that their order in the file does not count as a difference.
pub fn sort_references(entity: &mut Entity) {
    let kind = entity.kind().to_owned();
    for rule in RULES.iter().filter(|rule| rule.kinds.contains(&kind.as_str())) {
        if entity.spec().is_none_or(|spec| !spec.get(rule.field).is_some_and(Value::is_array)) {
            continue;
        }
        if let Some(Value::Array(items)) = entity.spec_mut().get_mut(rule.field)
            && items.iter().all(Value::is_string)
        {
            items.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
        }
    }
}
