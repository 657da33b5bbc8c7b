//! Values that pages are drawn from.

use model::{
    Ancestor, ChangeKind, EntityDetail, EntityLink, EntitySummary, FacetValue, Link, Neighbours, Portion,
    Position, Problem, ProblemCode, RelationGroup, Severity, VersionSummary,
};

/// A link to an entity of the catalog, by its whole reference.
pub(crate) fn link(reference: &str) -> EntityLink {
    let (kind, rest) = reference.split_once(':').unwrap_or_default();
    let (namespace, name) = rest.split_once('/').unwrap_or_default();
    EntityLink {
        entity_ref: reference.to_owned(),
        kind: kind.to_owned(),
        namespace: namespace.to_owned(),
        name: name.to_owned(),
        title: name.to_owned(),
        exists: true,
        at: String::new(),
    }
}

/// A link to an entity that the catalog does not have.
pub(crate) fn missing(reference: &str) -> EntityLink {
    EntityLink { exists: false, ..link(reference) }
}

/// The short form of a service.
pub(crate) fn orders() -> EntitySummary {
    EntitySummary {
        link: EntityLink {
            kind: "Component".to_owned(),
            title: "Orders".to_owned(),
            ..link("component:default/orders")
        },
        description: Some("Takes orders & reserves <stock>".to_owned()),
        spec_type: Some("service".to_owned()),
        lifecycle: Some("production".to_owned()),
        owner: Some(link("group:default/checkout")),
        system: None,
        tags: vec!["rust".to_owned()],
        problem_count: 1,
        ..EntitySummary::default()
    }
}

/// Everything about the service.
pub(crate) fn orders_in_full() -> EntityDetail {
    let outside = |url: &str, title: &str| Link {
        url: url.to_owned(),
        title: Some(title.to_owned()),
        icon: None,
        link_type: None,
    };
    let links = [outside("https://example.com/board", "Dashboard"), outside("javascript:alert(1)", "Trap")];
    EntityDetail {
        description_html: Some("<p>Takes <em>orders</em> &amp; reserves &lt;stock&gt;</p>".to_owned()),
        summary: orders(),
        email: None,
        links: all(links),
        labels: all([("tier".to_owned(), "1".to_owned())]),
        annotations: Portion::default(),
        view_url: None,
        edit_url: None,
        care_html: None,
        neighbours: Some(Neighbours { picture: "<svg></svg>".to_owned(), left_off: 2 }),
        relations: vec![
            RelationGroup {
                relation_type: "dependsOn".to_owned(),
                targets: vec![link("component:default/payments"), missing("resource:default/orders-db")],
                left_off: 0,
            },
            RelationGroup {
                relation_type: "ownedBy".to_owned(),
                targets: vec![link("group:default/checkout")],
                left_off: 0,
            },
        ],
        people: None,
        api: None,
        problems: all([dangling()]),
        file_problems: Portion::default(),
        source_file: Some("orders/catalog-info.yaml".to_owned()),
        ancestry: vec![
            Ancestor {
                link: link("location:default/generated-1234"),
                registered: true,
                location: Some("file:/srv/all.yaml".to_owned()),
            },
            Ancestor {
                link: link("location:default/services"),
                registered: false,
                location: Some("url:https://example.com/services.yaml".to_owned()),
            },
        ],
        yaml: "kind: Component\n".to_owned(),
        yaml_left_off: 0,
        history: vec![version(7, ChangeKind::Changed, &["spec.owner"]), version(3, ChangeKind::Added, &[])],
        time: model::Moment::default(),
    }
}

/// A version of some entity.
pub(crate) fn version(seq: i64, change: ChangeKind, fields: &[&str]) -> VersionSummary {
    VersionSummary {
        seq,
        at: "2026-11-24T03:15:09Z".to_owned(),
        change,
        fields: fields.iter().map(|field| (*field).to_owned()).collect(),
    }
}

/// A kind that is not known.
pub(crate) fn wrong_kind() -> Problem {
    Problem {
        position: Some(Position {
            file: "orders/catalog-info.yaml".to_owned(),
            line: 2,
            column: 7,
            text: "kind: Componet".to_owned(),
        }),
        code: ProblemCode::Kind,
        severity: Severity::Error,
        entity_ref: None,
        message: "The kind Componet is not known.".to_owned(),
        found: Some("Componet".to_owned()),
        allowed: Some("API, Component, Group".to_owned()),
        help: Some("Correct the kind, or add it to catalog.rules.".to_owned()),
    }
}

/// A relation that leads nowhere.
pub(crate) fn dangling() -> Problem {
    Problem {
        position: None,
        code: ProblemCode::DanglingRelation,
        severity: Severity::Warning,
        entity_ref: Some("component:default/orders".to_owned()),
        message: "dependsOn leads to resource:default/orders-db.".to_owned(),
        found: None,
        allowed: None,
        help: None,
    }
}

/// All of these.
pub(crate) fn all<T>(these: impl IntoIterator<Item = T>) -> Portion<T> {
    Portion::of(these, usize::MAX)
}

/// A value with its count.
pub(crate) fn value(value: &str, count: u32) -> FacetValue {
    FacetValue { value: value.to_owned(), count }
}
