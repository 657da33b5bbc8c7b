//! What an index over the catalog is given.

use platform::access::Caller;
use roaring::RoaringBitmap;
use serde_json::json;

use super::{reader, user};
use crate::service::{Catalog, Changed};

#[tokio::test]
async fn an_index_hears_of_every_change_once() {
    let (catalog, _database) = Catalog::of(&[user("ada"), user("ben")]).await;
    let all = catalog.all_entities(&reader()).unwrap();
    assert_eq!((all.ids.len(), all.seq), (2, 2));
    assert_eq!(catalog.changed_after(&reader(), 2).await.unwrap(), Changed { ids: vec![], seq: 2 });

    catalog
        .append(&[json!({"kind": "User", "metadata": {"name": "ada", "title": "A"}, "spec": {}}), user("cy")])
        .await;
    catalog.remove(&"user:default/ben".parse().unwrap()).await;
    catalog.append(&[json!({"kind": "User", "metadata": {"name": "ada", "title": "B"}, "spec": {}})]).await;
    let changed = catalog.changed_after(&reader(), all.seq).await.unwrap();
    assert_eq!(changed.seq, 6);
    let mut documents = Vec::new();
    let read = catalog.read_documents(&reader(), &changed.ids, |_, document| {
        documents.push(document.map(|bytes| String::from_utf8_lossy(bytes).into_owned()));
    });
    read.unwrap();
    assert_eq!(documents.len(), 3, "each once: {documents:?}");
    assert!(
        documents[0].as_ref().is_some_and(|document| document.contains("\"B\"")),
        "as it is now: {documents:?}"
    );
    assert_eq!(documents.iter().filter(|document| document.is_none()).count(), 1, "{documents:?}");

    let found: RoaringBitmap = changed.ids.iter().copied().collect();
    let (kept, _) = catalog.narrow(&reader(), &found, &model::EntityListQuery::default()).unwrap();
    assert_eq!(kept.len(), 2, "what is gone is left out");
    assert_eq!(catalog.summaries(&reader(), &changed.ids).unwrap().len(), 2);
}

#[tokio::test]
async fn nobody_is_given_anything() {
    let (catalog, _database) = Catalog::of(&[user("ada")]).await;
    let (nobody, none) = (Caller::Nobody, RoaringBitmap::new());
    assert!(catalog.all_entities(&nobody).is_err());
    assert!(catalog.changed_after(&nobody, 0).await.is_err());
    assert!(catalog.read_documents(&nobody, &[0], |_, _| panic!("read")).is_err());
    assert!(catalog.summaries(&nobody, &[0]).is_err());
    assert!(catalog.narrow(&nobody, &none, &model::EntityListQuery::default()).is_err());
    assert!(catalog.matching(&nobody, &none, &model::Filter::All(vec![])).is_err());
    assert!(catalog.newest_seq(&nobody).is_err());
}
