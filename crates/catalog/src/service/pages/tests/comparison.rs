//! Two versions of an entity.

use model::{ChangeKind, Comparison, ComparisonQuery, EntityRef, LineChange};
use platform::access::Caller;
use platform::error::ErrorKind;
use serde_json::{Value, json};

use super::reader;
use crate::service::Catalog;

fn ada() -> EntityRef {
    EntityRef::new("user", "default", "ada")
}

/// A version of an entity; like the catalog's own, each has another `etag`.
fn version(name: &str, title: &str) -> Value {
    json!({
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "User",
        "metadata": {"name": name, "title": title, "uid": "b5c1", "etag": title, "description": "one\ntwo\n"},
        "spec": {"memberOf": []},
    })
}

/// `ada` comes (1), changes (2, 4), goes (5); between them another comes (3).
async fn example() -> (Catalog, testkit::TestDatabase) {
    let versions = [version("ada", "A"), version("ada", "B"), version("bob", "B"), version("ada", "C")];
    let (catalog, database) = Catalog::of(&versions).await;
    catalog.remove(&ada()).await;
    (catalog, database)
}

async fn compare(catalog: &Catalog, from: Option<i64>, to: Option<i64>) -> Comparison {
    catalog.compare(&reader(), &ada(), ComparisonQuery { from, to }).await.expect("a comparison")
}

/// Lines that differ, with their signs.
fn changed(comparison: &Comparison) -> Vec<String> {
    let lines = comparison.parts.iter().flat_map(|part| &part.lines);
    lines
        .filter_map(|line| match line.change {
            LineChange::Same => None,
            LineChange::Added => Some(format!("+{}", line.text)),
            LineChange::Removed => Some(format!("-{}", line.text)),
        })
        .collect()
}

#[tokio::test]
async fn any_two_versions_are_compared() {
    let (catalog, _database) = example().await;
    for (from, to, expected) in [
        (Some(1), Some(4), ["-  title: A", "+  title: C"]),
        (Some(4), Some(1), ["-  title: C", "+  title: A"]),
        (None, Some(4), ["-  title: B", "+  title: C"]),
    ] {
        let comparison = compare(&catalog, from, to).await;
        assert_eq!(changed(&comparison), expected, "{from:?} to {to:?}");
        assert_eq!((comparison.added, comparison.removed), (1, 1));
    }
    let same = compare(&catalog, Some(2), Some(2)).await;
    assert_eq!((changed(&same).len(), same.added, same.removed), (0, 0, 0));
}

#[tokio::test]
async fn coming_and_going_are_versions_too() {
    let (catalog, _database) = example().await;
    let first = compare(&catalog, None, Some(1)).await;
    assert_eq!((first.from.is_none(), first.to.change), (true, ChangeKind::Added));
    assert!(first.added > 5 && first.removed == 0, "{first:?}");
    assert!(changed(&first).iter().all(|line| !line.contains("uid") && !line.contains("etag")), "{first:?}");

    let newest = compare(&catalog, None, None).await;
    assert_eq!((newest.to.seq, newest.to.change), (5, ChangeKind::Removed));
    assert_eq!(newest.from.as_ref().map(|from| from.seq), Some(4));
    assert!(newest.added == 0 && newest.removed > 5 && !newest.link.exists, "{newest:?}");
    let versions: Vec<_> = newest.versions.iter().map(|version| (version.seq, version.change)).collect();
    let (added, changed, removed) = (ChangeKind::Added, ChangeKind::Changed, ChangeKind::Removed);
    assert_eq!(versions, [(5, removed), (4, changed), (2, changed), (1, added)]);
    assert!(!newest.has_older);
}

#[tokio::test]
async fn what_is_not_of_this_entity_is_not_found() {
    let (catalog, _database) = example().await;
    for (from, to) in
        [(Some(3), Some(4)), (Some(1), Some(3)), (Some(9), None), (None, Some(-1)), (Some(0), None)]
    {
        let error =
            catalog.compare(&reader(), &ada(), ComparisonQuery { from, to }).await.expect_err("no version");
        assert_eq!(error.kind(), ErrorKind::NotFound, "{from:?} to {to:?}");
        assert!(error.message().starts_with("The log holds no version "), "{}", error.message());
    }
    let nobody = EntityRef::new("user", "default", "nobody");
    let error = catalog.compare(&reader(), &nobody, ComparisonQuery::default()).await.expect_err("no entity");
    assert_eq!(error.kind(), ErrorKind::NotFound);
    let denied = catalog.compare(&Caller::Nobody, &ada(), ComparisonQuery::default()).await;
    assert!(denied.is_err(), "nobody may compare");
}

#[tokio::test]
async fn of_many_versions_the_newest_are_listed_and_those_asked_for() {
    let many: Vec<Value> = (0..250).map(|number| version("ada", &format!("{number}"))).collect();
    let (catalog, _database) = Catalog::of(&many).await;
    let comparison = compare(&catalog, Some(7), Some(250)).await;
    assert!(comparison.has_older);
    assert_eq!(comparison.versions.len(), 201);
    assert_eq!(comparison.versions.last().map(|version| version.seq), Some(7));
    assert_eq!(
        comparison.versions[199].change,
        ChangeKind::Changed,
        "the one before is known, if not listed"
    );
}
