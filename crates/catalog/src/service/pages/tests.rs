//! What pages are given, on catalogs made of a few documents.

mod comparison;
mod indexing;
mod list;
mod people;

use model::{EntityList, EntityListQuery, EntityRef};
use platform::access::{Caller, Policy};
use serde_json::{Value, json};
use testkit::TestDatabase;
use tokio::sync::mpsc;

use crate::service::Catalog;
use crate::store::{self, Change, Content};

/// Who may read.
fn reader() -> Caller {
    Caller::Service { subject: "test".to_owned() }
}

impl Catalog {
    /// A catalog of these entities, one after the other in the log, and the database that it lasts as long as.
    pub(crate) async fn of(entities: &[Value]) -> (Self, TestDatabase) {
        let database = TestDatabase::sqlite().await;
        let connection = database.connection();
        connection.migrate(crate::migration::migrations()).await.expect("the migrations apply");
        let catalog = Self::new(connection, Policy::default(), mpsc::channel(1).0, None);
        catalog.append(entities).await;
        (catalog, database)
    }

    /// Adds or changes these entities, one after the other.
    pub(crate) async fn append(&self, entities: &[Value]) {
        for entity in entities {
            let document = entity.to_string();
            let content = Some(Content { hash: document.clone(), document });
            let entity_ref = EntityRef::new(
                entity["kind"].as_str().expect("a kind"),
                "default",
                entity["metadata"]["name"].as_str().expect("a name"),
            );
            self.change(&entity_ref, content).await;
        }
        crate::follow::load(self).await.expect("the log can be read");
    }

    /// Deletes an entity.
    async fn remove(&self, entity_ref: &EntityRef) {
        self.change(entity_ref, None).await;
        crate::follow::load(self).await.expect("the log can be read");
    }

    async fn change(&self, entity_ref: &EntityRef, content: Option<Content>) {
        let change = Change { entity_ref: entity_ref.to_string(), content };
        store::append(self.database(), vec![change], vec![], vec![]).await.expect("the append succeeds");
    }
}

fn user(name: &str) -> Value {
    json!({"apiVersion": "backstage.io/v1alpha1", "kind": "User", "metadata": {"name": name}, "spec": {"memberOf": []}})
}

async fn list(catalog: &Catalog) -> EntityList {
    catalog.list(&reader(), &EntityListQuery::default()).await.expect("a list")
}

#[tokio::test]
async fn an_unexpected_value_hides_nothing() {
    let expected = user("ada");
    for pointer in [
        "/metadata/title",
        "/metadata/description",
        "/metadata/tags",
        "/spec/type",
        "/spec/lifecycle",
        "/spec/profile",
        "/spec/profile/displayName",
    ] {
        for value in [json!(null), json!(true), json!(7), json!("dev"), json!(["dev"]), json!({"dev": 1})] {
            let mut entity = expected.clone();
            set(&mut entity, pointer, value.clone());
            let (catalog, _database) = Catalog::of(&[entity]).await;
            let entity_ref = EntityRef::new("user", "default", "ada");
            assert_eq!(list(&catalog).await.items.len(), 1, "{pointer} = {value}: not in the list");
            let detail = catalog.entity(&reader(), &entity_ref, "").await;
            assert!(detail.is_ok(), "{pointer} = {value}: no page, {detail:?}");
        }
    }
}

/// Sets the value at a path of keys, making objects on the way.
fn set(entity: &mut Value, pointer: &str, value: Value) {
    let mut place = entity;
    for key in pointer.split('/').skip(1) {
        place = &mut place[key];
    }
    *place = value;
}

/// What [`summary`](super::summary) counts on: everything else is read leniently.
#[test]
fn what_names_an_entity_is_validated() {
    for pointer in ["/kind", "/metadata", "/metadata/name", "/metadata/namespace", "/spec"] {
        for value in [json!(true), json!(7), json!(["dev"]), json!(null)] {
            let mut entity = user("ada");
            set(&mut entity, pointer, value.clone());
            assert_ne!(model::validate(&entity), [], "{pointer} = {value}");
        }
    }
    assert_eq!(model::validate(&user("ada")), []);
}

#[tokio::test]
async fn what_is_long_is_cut() {
    let long = "wörds ".repeat(100_000);
    let many: Vec<String> = (0..5_000).map(|number| format!("tag-{number}")).collect();
    let annotations: serde_json::Map<String, Value> =
        (0..200).map(|number| (format!("example.com/a{number}"), json!(long[..7_000]))).collect();
    let links: Vec<Value> =
        many.iter().map(|tag| json!({"url": format!("https://example.com/{tag}")})).collect();
    let mut entity = json!({
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "API",
        "metadata": {
            "name": "long", "title": long, "description": long, "tags": many, "links": links,
            "annotations": annotations,
        },
        "spec": {"type": long, "lifecycle": long, "owner": long, "definition": long},
    });
    let (catalog, _database) = Catalog::of(&[entity.clone()]).await;
    entity["spec"] = json!({ &long: 1, "owner": long });
    catalog.append(&[entity]).await;

    let list = list(&catalog).await;
    let description = list.items[0].description.clone().unwrap_or_default();
    assert_eq!(description.chars().count(), 300, "{description}");
    assert!(description.ends_with("wörds…"), "{description}");
    let size = serde_json::to_string(&list.items).expect("JSON").len();
    assert!(size < 10_000, "a line of the list has {size} bytes");

    let detail =
        catalog.entity(&reader(), &EntityRef::new("api", "default", "long"), "").await.expect("a page");
    assert_eq!((detail.links.shown.len(), detail.links.left_off), (100, 4_900));
    assert_eq!((detail.annotations.shown.len(), detail.annotations.left_off), (100, 100));
    assert!(detail.yaml.len() <= 100_000 && detail.yaml_left_off > 100_000, "{}", detail.yaml_left_off);
    assert!(detail.yaml.ends_with('\n'), "the YAML is not cut between lines");
    let size = serde_json::to_string(&detail).expect("JSON").len();
    assert!(size < 300_000, "the page of an entity has {size} bytes");

    let overview = catalog.overview(&reader()).await.expect("an overview");
    let size = serde_json::to_string(&overview).expect("JSON").len();
    assert!(size < 20_000, "the home page has {size} bytes");
}
