//! Groups and users.

use model::{EntityDetail, EntityLink, EntityListQuery, EntityRef, People, Portion};
use serde_json::{Value, json};

use super::reader;
use crate::service::Catalog;

fn entity(kind: &str, name: &str, spec: &Value) -> Value {
    json!({"apiVersion": "backstage.io/v1alpha1", "kind": kind, "metadata": {"name": name}, "spec": spec})
}

fn group(name: &str, parent: &str, children: &[&str]) -> Value {
    let mut spec = json!({"type": "team", "children": children});
    if !parent.is_empty() {
        spec["parent"] = json!(parent);
    }
    entity("Group", name, &spec)
}

fn component(name: &str, owner: &str) -> Value {
    entity("Component", name, &json!({"type": "service", "lifecycle": "production", "owner": owner}))
}

async fn page(catalog: &Catalog, kind: &str, name: &str) -> EntityDetail {
    catalog.entity(&reader(), &EntityRef::new(kind, "default", name), "").await.expect("a page")
}

async fn people(catalog: &Catalog, kind: &str, name: &str) -> People {
    page(catalog, kind, name).await.people.expect("people")
}

fn names(links: &[EntityLink]) -> Vec<&str> {
    links.iter().map(|link| link.name.as_str()).collect()
}

/// `company` over `sales` over `berths`, and people.
fn company() -> Vec<Value> {
    vec![
        group("company", "", &["sales"]),
        group("sales", "company", &["ghosts"]),
        group("berths", "sales", &[]),
        entity("User", "ada", &json!({"memberOf": ["berths"], "profile": {"email": "ada@example.com"}})),
        entity("User", "bob", &json!({"memberOf": ["sales", "nowhere"]})),
        component("till", "sales"),
        component("bunk", "berths"),
        entity(
            "API",
            "bunks",
            &json!({"type": "openapi", "lifecycle": "production", "owner": "berths", "definition": "x"}),
        ),
        component("hobby", "user:ada"),
        component("other", "ghosts"),
    ]
}

#[tokio::test]
async fn a_group_knows_its_place_and_its_things() {
    let (catalog, _database) = Catalog::of(&company()).await;
    let sales = people(&catalog, "group", "sales").await;
    assert_eq!(names(&sales.above), ["company"]);
    assert_eq!(names(&sales.below.shown), ["berths", "ghosts"]);
    assert_eq!(sales.below.shown.iter().map(|group| group.exists).collect::<Vec<_>>(), [true, false]);
    assert_eq!(names(&sales.members.shown), ["bob"]);
    assert_eq!(names(&sales.owned.direct.shown), ["till"]);
    let kinds: Vec<_> =
        sales.owned.kinds.iter().map(|kind| (kind.kind.as_str(), kind.direct, kind.total)).collect();
    assert_eq!(kinds, [("API", 0, 1), ("Component", 1, 2)]);
    assert_eq!((sales.owned.total, sales.owned.owners_left_off), (3, 0));
    assert_eq!(sales.owned.owners, ["group:default/sales", "group:default/berths"]);

    // The list that the count leads to shows as many.
    let query = EntityListQuery { owner: sales.owned.owners.clone(), ..EntityListQuery::default() };
    let list = catalog.list(&reader(), &query).await.expect("a list");
    assert_eq!(list.total, sales.owned.total);

    let detail = page(&catalog, "group", "sales").await;
    assert_eq!(detail.relations, [], "everything is shown by the cards");
}

#[tokio::test]
async fn a_user_owns_with_the_groups() {
    let (catalog, _database) = Catalog::of(&company()).await;
    let detail = page(&catalog, "user", "ada").await;
    assert_eq!(detail.email.as_deref(), Some("ada@example.com"));
    let ada = detail.people.expect("people");
    assert_eq!((ada.is_user, names(&ada.groups.shown)), (true, vec!["berths"]));
    assert_eq!((names(&ada.owned.direct.shown), ada.owned.total), (vec!["hobby"], 3));
    let bob = people(&catalog, "user", "bob").await;
    assert_eq!(names(&bob.groups.shown), ["nowhere", "sales"]);
    assert_eq!(
        bob.owned.owners,
        ["user:default/bob", "group:default/sales"],
        "what is not there owns nothing"
    );
    assert_eq!(page(&catalog, "component", "till").await.people, None);
}

#[tokio::test]
async fn circles_end() {
    let circle =
        [group("a", "b", &["a"]), group("b", "c", &[]), group("c", "a", &["b"]), component("x", "b")];
    let (catalog, _database) = Catalog::of(&circle).await;
    let a = people(&catalog, "group", "a").await;
    assert_eq!(a.owned.owners.len(), 3, "{:?}", a.owned.owners);
    assert_eq!(a.owned.total, 1);
    assert!(a.above.len() <= 2, "{:?}", a.above);
}

#[tokio::test]
async fn a_second_parent_is_not_lost() {
    let groups = [group("a", "", &["c"]), group("b", "", &["c"]), group("c", "", &[])];
    let (catalog, _database) = Catalog::of(&groups).await;
    let relations = page(&catalog, "group", "c").await.relations;
    assert_eq!(relations.len(), 1);
    assert_eq!((relations[0].relation_type.as_str(), relations[0].targets.len()), ("childOf", 2));
}

#[tokio::test]
async fn large_groups_make_no_large_pages() {
    let mut entities = vec![group("root", "", &[])];
    entities.extend((0..150).map(|number| group(&format!("g{number:03}"), "root", &[])));
    entities.extend(
        (0..150).map(|number| entity("User", &format!("u{number:03}"), &json!({"memberOf": ["root"]}))),
    );
    entities.extend((0..30).map(|number| component(&format!("c{number:02}"), "root")));
    let (catalog, _database) = Catalog::of(&entities).await;
    let root = people(&catalog, "group", "root").await;
    let size = |portion: &Portion<EntityLink>| (portion.shown.len(), portion.left_off);
    assert_eq!(
        (size(&root.members), size(&root.below), size(&root.owned.direct)),
        ((100, 50), (100, 50), (12, 18))
    );
    assert_eq!((root.owned.owners.len(), root.owned.owners_left_off), (100, 51));
}
