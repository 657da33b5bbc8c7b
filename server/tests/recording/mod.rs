//! A recording of requests and answers, and what of an answer can be compared.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;
use sha1::{Digest as _, Sha1};

/// Locations and what was asked and answered over them.
pub(crate) struct Recording {
    pub(crate) locations: Vec<String>,
    pub(crate) exchanges: Vec<Exchange>,
}

/// A file that Backstage was still working on when the requests without a filter were recorded; it is in all others.
const LATE_FILE: &str = "create-app/entities.yaml";
/// Entities in that file.
const LATE_ENTITIES: u64 = 3;

/// One request and its answer.
pub(crate) struct Exchange {
    pub(crate) path: String,
    pub(crate) body: Option<Value>,
    pub(crate) status: u16,
    pub(crate) answer: Value,
}

impl Recording {
    pub(crate) fn load(file: &Path) -> Self {
        let text = std::fs::read_to_string(file).expect("a recording");
        let recording: Value = serde_json::from_str(&text).expect("JSON");
        let texts = |value: &Value| {
            let items = value.as_array().expect("a list").iter();
            items.map(|item| item.as_str().expect("a text").to_owned()).collect()
        };
        let exchange = |exchange: &Value| Exchange {
            path: exchange["request"]["path"].as_str().expect("a path").to_owned(),
            body: exchange["request"].get("body").cloned(),
            status: u16::try_from(exchange["response"]["status"].as_u64().expect("a status"))
                .expect("a status"),
            answer: exchange["response"]["body"].clone(),
        };
        Self {
            locations: texts(&recording["locations"]),
            exchanges: recording["exchanges"].as_array().expect("a list").iter().map(exchange).collect(),
        }
    }
}

/// Locations whose entity is in no answer: Backstage had not processed them, and brought nothing from their files.
pub(crate) fn locations_that_never_processed(recording: &Recording) -> BTreeSet<String> {
    let all = recording.exchanges[0].answer.as_array().expect("the first request lists all entities");
    let names: BTreeSet<&str> = all.iter().filter_map(|entity| entity["metadata"]["name"].as_str()).collect();
    let is_absent =
        |location: &&String| !names.contains(format!("generated-{{sha1:file:{location}}}").as_str());
    recording.locations.iter().filter(is_absent).cloned().collect()
}

/// The text with the folder in place of `{root}`, and with the names that follow from it.
pub(crate) fn with_root(text: &str, root: &Path) -> String {
    let text = text.replace("{root}", &root.display().to_string());
    let mut parts = text.split("{sha1:");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (hashed, rest) = part.split_once('}').expect("a closed name");
        for byte in Sha1::digest(hashed) {
            out.push_str(&format!("{byte:02x}"));
        }
        out.push_str(rest);
    }
    out
}

/// Compares what can be compared: not uids, etags, cursors, prose, nor an order that nobody asked for.
pub(crate) fn compare(
    exchange: &Exchange,
    status: u16,
    answer: &Value,
    expected: &Value,
) -> Result<(), String> {
    if status != exchange.status {
        return Err(format!("status {status} instead of {}: {answer}", exchange.status));
    }
    if exchange.status >= 400 {
        return same("error name", &answer["error"]["name"], &expected["error"]["name"])
            .or_else(|difference| if expected["error"].is_null() { Ok(()) } else { Err(difference) });
    }
    if exchange.path.ends_with("/by-refs") {
        return compare_refs(exchange, answer, expected);
    }
    if let (Some(answer), Some(expected)) = (answer["facets"].as_object(), expected["facets"].as_object()) {
        let sets = |facets: &serde_json::Map<String, Value>| -> BTreeMap<String, BTreeSet<String>> {
            let values =
                |value: &Value| value.as_array().into_iter().flatten().map(Value::to_string).collect();
            facets.iter().map(|(facet, found)| (facet.clone(), values(found))).collect()
        };
        return same("facets", &sets(answer), &sets(expected));
    }
    let order = order_field(exchange);
    if expected["items"].is_array() && expected["rootEntityRef"].is_null() {
        let totals = [answer, expected].map(|page| page["totalItems"].as_u64().unwrap_or_default());
        let is_unfiltered = !exchange.path.contains("ilter") && exchange.body.is_none();
        if !(is_unfiltered && totals[0] == totals[1] + LATE_ENTITIES) {
            same("totalItems", &totals[0], &totals[1])?;
        }
        for cursor in ["nextCursor", "prevCursor"] {
            let has = |page: &Value| page["pageInfo"][cursor].is_string();
            same(cursor, &has(answer), &has(expected))?;
        }
        return compare_lists(&answer["items"], &expected["items"], order.as_deref());
    }
    if expected.is_array() {
        return compare_lists(answer, expected, order.as_deref());
    }
    if expected["rootEntityRef"].is_string() {
        same("rootEntityRef", &answer["rootEntityRef"], &expected["rootEntityRef"])?;
        let parents = |item: &Value| format!("{} {}", item["parentEntityRefs"], normal(&item["entity"]));
        let set = |value: &Value| -> BTreeSet<String> {
            value["items"].as_array().into_iter().flatten().map(parents).collect()
        };
        return same("ancestry", &set(answer), &set(expected));
    }
    same("entity", &normal(answer), &normal(expected))
}

/// A reference that is not canonical finds its entity here and found nothing there.
fn compare_refs(exchange: &Exchange, answer: &Value, expected: &Value) -> Result<(), String> {
    let refs =
        exchange.body.as_ref().and_then(|body| body["entityRefs"].as_array()).cloned().unwrap_or_default();
    for (index, reference) in refs.iter().enumerate() {
        let is_canonical = reference.as_str().is_some_and(|text| text.to_lowercase() == text);
        if is_canonical {
            same("item", &normal(&answer["items"][index]), &normal(&expected["items"][index]))?;
        }
    }
    Ok(())
}

/// The field that a request sorts by.
fn order_field(exchange: &Exchange) -> Option<String> {
    if let Some(body) = &exchange.body {
        return body["orderBy"][0]["field"].as_str().map(str::to_owned);
    }
    let parameter = |name: &str| {
        let (_, rest) = exchange.path.split_once(name)?;
        rest.split('&').next()
    };
    if let Some(order) = parameter("orderField=") {
        return order.split(',').next().map(str::to_owned);
    }
    parameter("order=")?.split_once(':').map(|(_, field)| field.to_owned())
}

/// Lists must hold the same entities; with an order also the same sequence of sort values. What has the first or the
/// last sort value may be cut off differently, because nothing says how ties are ordered.
fn compare_lists(answer: &Value, expected: &Value, order: Option<&str>) -> Result<(), String> {
    let items = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let (answer, expected) = (items(answer), items(expected));
    let sort_value = |entity: &Value| {
        let pointer = order.map(|field| format!("/{}", field.replace('.', "/")));
        let value = pointer.and_then(|pointer| entity.pointer(&pointer)?.as_str().map(str::to_lowercase))?;
        // The names of generated Locations follow from the folder that the files lie in.
        Some(if value.starts_with("generated-") { "generated-".to_owned() } else { value })
    };
    let sequence = |items: &[Value]| -> Vec<Option<String>> { items.iter().map(sort_value).collect() };
    if order.is_some() {
        same("order", &sequence(&answer), &sequence(&expected))?;
    }
    let ends = [expected.first(), expected.last()].map(|entity| entity.and_then(sort_value));
    let is_cut = |entity: &Value| sort_value(entity).is_some_and(|value| ends.contains(&Some(value)));
    let normals = |items: &[Value]| -> Vec<String> { items.iter().map(normal).collect() };
    let (ours, theirs) = (normals(&answer), normals(&expected));
    let only = |items: &[Value], others: &[String]| -> Vec<String> {
        let is_new = |entity: &&Value| !is_cut(entity) && !others.contains(&normal(entity));
        items.iter().filter(is_new).map(normal).collect()
    };
    let (missing, mut surplus) = (only(&expected, &ours), only(&answer, &theirs));
    let before = surplus.len();
    surplus.retain(|entity| !entity.contains(LATE_FILE));
    if missing.is_empty() && surplus.is_empty() && ours.len() == theirs.len() + before - surplus.len() {
        return Ok(());
    }
    Err(format!(
        "{} items instead of {}\nmissing: {missing:#?}\nsurplus: {surplus:#?}",
        ours.len(),
        theirs.len()
    ))
}

/// An entity without what differs between any two catalogs, its keys in order.
fn normal(entity: &Value) -> String {
    let mut entity = entity.clone();
    if let Some(metadata) = entity.get_mut("metadata").and_then(Value::as_object_mut) {
        metadata.remove("uid");
        metadata.remove("etag");
        // A file that is registered itself and named by a Location as well has either of the two as its origin.
        if let Some(annotations) = metadata.get_mut("annotations").and_then(Value::as_object_mut) {
            annotations.remove("backstage.io/managed-by-origin-location");
        }
    }
    if let Some(relations) = entity.get_mut("relations").and_then(Value::as_array_mut) {
        relations.sort_by_key(Value::to_string);
    }
    in_order(&entity).to_string()
}

fn in_order(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let sorted: BTreeMap<&String, Value> =
                map.iter().map(|(key, value)| (key, in_order(value))).collect();
            Value::Object(sorted.into_iter().map(|(key, value)| (key.clone(), value)).collect())
        }
        Value::Array(items) => Value::Array(items.iter().map(in_order).collect()),
        other => other.clone(),
    }
}

fn same<T: PartialEq + std::fmt::Debug>(what: &str, answer: &T, expected: &T) -> Result<(), String> {
    if answer == expected {
        Ok(())
    } else {
        Err(format!("{what} differs:\n  here:      {answer:#?}\n  Backstage: {expected:#?}"))
    }
}
