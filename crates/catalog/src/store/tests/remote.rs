//! What was fetched from addresses.

use platform::database::Database;

use super::super::{
    DueRemote, RemoteFile, create_location, delete_location, due_remote, forget_remote, hasten_remote,
    list_locations, next_remote, remote_content, remote_marks, save_remote, want_remote,
};
use super::migrated;

const A: &str = "https://example.com/a.yaml";
const B: &str = "https://example.com/b.yaml";

fn names(urls: &[&str]) -> Vec<String> {
    urls.iter().map(|url| (*url).to_owned()).collect()
}

async fn due(db: &Database, now: i64) -> Vec<String> {
    due_remote(db, now, 10).await.unwrap().into_iter().map(|due| due.url).collect()
}

testkit::on_both_engines! {
    async fn an_address_is_wanted_fetched_and_forgotten(db: Database) {
        let db = migrated(db).await;
        want_remote(&db, &names(&[A, B, "https://example.com/\0"])).await.unwrap();
        want_remote(&db, &names(&[A])).await.unwrap();
        assert_eq!(due(&db, 0).await, [A, B]);
        let read = RemoteFile {
            url: A.to_owned(),
            next_at: 500,
            checked_at: 100,
            change: true,
            fingerprint: Some("one".to_owned()),
            validator: Some("\"tag\"".to_owned()),
            content: Some("kind: Component".to_owned()),
            ..RemoteFile::default()
        };
        save_remote(&db, vec![read.clone()], false).await.unwrap();
        assert_eq!(due(&db, 499).await, [B]);
        // A failure keeps what was there.
        let failed = RemoteFile {
            url: A.to_owned(),
            next_at: 900,
            checked_at: 600,
            attempts: 3,
            failure: Some("away\0".to_owned()),
            ..RemoteFile::default()
        };
        save_remote(&db, vec![failed], false).await.unwrap();
        let content = remote_content(&db, A).await.unwrap();
        assert_eq!(content, Some((Some("one".to_owned()), Some("kind: Component".to_owned()))));
        let mark = remote_marks(&db).await.unwrap().remove(A).unwrap();
        assert_eq!((mark.next_at, mark.checked_at, mark.failure.as_deref()), (900, Some(600), Some("away\u{fffd}")));
        hasten_remote(&db, &names(&[A])).await.unwrap();
        assert_eq!(next_remote(&db).await.unwrap(), Some(0));
        let known = due_remote(&db, 0, 1).await.unwrap();
        let expected = DueRemote {
            url: A.to_owned(),
            attempts: 3,
            fingerprint: Some("one".to_owned()),
            validator: Some("\"tag\"".to_owned()),
            failure: Some("away\u{fffd}".to_owned()),
        };
        assert_eq!(known, [expected]);
        forget_remote(&db, &names(&[A, B])).await.unwrap();
        save_remote(&db, vec![read.clone()], false).await.unwrap();
        assert!(remote_marks(&db).await.unwrap().is_empty(), "a late answer brings nothing back");
        save_remote(&db, vec![read], true).await.unwrap();
        assert_eq!(remote_content(&db, A).await.unwrap(), content);
        assert_eq!(remote_content(&db, "\0").await.unwrap(), None);
    }

    async fn a_location_is_unregistered_once(db: Database) {
        let db = migrated(db).await;
        let location = model::LocationRef { kind: "url".to_owned(), target: A.to_owned() };
        let (location, _) = create_location(&db, location).await.unwrap();
        assert!(delete_location(&db, &location.id).await.unwrap());
        assert!(!delete_location(&db, &location.id).await.unwrap());
        assert!(!delete_location(&db, "\0").await.unwrap());
        assert_eq!(list_locations(&db).await.unwrap(), []);
    }
}
