//! What the filters of the catalog table mean, told by documents.

use model::{EntityListQuery, Filter};
use serde_json::{Value, json};

fn document() -> Value {
    json!({
        "kind": "Component",
        "metadata": {"name": "orders", "namespace": "default", "tags": ["rust", "pci"], "description": "Orders"},
        "spec": {"type": "service", "system": "shop"},
        "relations": [
            {"type": "ownedBy", "targetRef": "group:default/checkout"},
            {"type": "partOf", "targetRef": "system:default/shop"},
        ],
    })
}

fn fits(address: &str) -> bool {
    let conditions = EntityListQuery::from_query_string(address).conditions();
    let all = Filter::All(conditions.into_iter().map(|condition| condition.filter).collect());
    all.matches(&document())
}

#[test]
fn each_filter_says_what_it_reads_as() {
    for (address, expected) in [
        ("", true),
        ("kind=component", true),
        ("kind=API&kind=Component", true),
        ("kind=API", false),
        ("kind=Component&type=website", false),
        ("owner=group:default/checkout&system=system:default/shop", true),
        ("owner=none", false),
        ("owner=none&owner=group:default/checkout", true),
        ("tag=rust&tag=go", true),
        ("tag=rust&tag=go&tagMatch=all", false),
        ("tag=rust&tag=PCI&tagMatch=all", true),
        ("not.kind=api", true),
        ("not.kind=API&not.kind=Component", false),
        ("not.owner=none", true),
        ("not.owner=group:default/checkout", false),
        ("not.tag=go&not.tag=rust", false),
        ("not.lifecycle=production", true),
        ("has=spec.system", true),
        ("has=relations.ownedBy&has=relations.partOf", true),
        ("has=relations.dependsOn", false),
        ("lacks=metadata.description", false),
        ("lacks=spec.lifecycle&has=metadata.tags", true),
    ] {
        assert_eq!(fits(address), expected, "{address}");
    }
}

#[test]
fn alternatives_are_told_apart_from_what_narrows() {
    let query = EntityListQuery::from_query_string("kind=a&tag=b&not.kind=c&has=d&tag=e");
    let of: Vec<_> = query.conditions().into_iter().map(|condition| condition.alternatives_of).collect();
    assert_eq!(of, [Some("kind"), None, Some("tag"), None]);
    let query = EntityListQuery { all_tags: true, ..query };
    let of: Vec<_> = query.conditions().into_iter().map(|condition| condition.alternatives_of).collect();
    assert_eq!(of, [Some("kind"), None, None, None, None], "each further tag narrows");
}
