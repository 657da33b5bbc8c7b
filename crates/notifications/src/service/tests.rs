//! Whom messages reach, and who may see and send what.

use std::time::Duration;

use catalog::{Catalog, Config};
use platform::access::{Caller, Policy, PolicyConfig};
use platform::error::ErrorKind;
use platform::feed::{Feed, Heard};
use platform::notify::{Message, NEWS_OF_ALL, Notifier as _, Recipients, Severity, news_of};
use serde_json::json;
use tempfile::TempDir;
use testkit::{TestDatabase, eventually};

use super::*;

const CATALOG: &str = "
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: { name: all }
spec: { type: organization, children: [shop, ops], parent: ops }
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: { name: shop }
spec: { type: team, children: [], members: [ada, bob] }
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: { name: ops }
spec: { type: team, children: [all], members: [eve] }
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: { name: empty }
spec: { type: team, children: [] }
---
apiVersion: backstage.io/v1alpha1
kind: User
metadata: { name: ada }
spec: { memberOf: [] }
---
apiVersion: backstage.io/v1alpha1
kind: User
metadata: { name: bob }
spec: { memberOf: [] }
---
apiVersion: backstage.io/v1alpha1
kind: User
metadata: { name: eve }
spec: { memberOf: [] }
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: { name: till }
spec: { type: service, lifecycle: production, owner: shop }
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: { name: alone }
spec: { type: service, lifecycle: production, owner: 'user:eve' }
";

struct Running {
    notifications: Notifications,
    feed: Feed,
    _database: TestDatabase,
    _folder: TempDir,
}

async fn running(permission_enabled: bool) -> Running {
    let (database, folder) = (TestDatabase::sqlite().await, TempDir::new().unwrap());
    std::fs::write(folder.path().join("catalog-info.yaml"), CATALOG).unwrap();
    let connection = database.connection();
    connection.migrate(catalog::migrations().into_iter().chain(crate::migrations()).collect()).await.unwrap();
    let settings = catalog::Settings {
        config: Config::default(),
        paths: vec![folder.path().to_owned()],
        base: folder.path().to_owned(),
        interval: None,
        network: Default::default(),
        checks: Default::default(),
    };
    let policy = Policy::new(PolicyConfig { permission_enabled });
    let feed = Feed::new(&connection);
    let catalog = Catalog::open(&settings, connection.clone(), feed.clone(), policy).await.unwrap();
    let (log, followed) = (connection.clone(), feed.clone());
    tokio::spawn(async move { followed.follow(|| catalog::store::newest_seq(&log)).await });
    eventually("the first pass", Duration::from_secs(20), || async { catalog.is_ready().then_some(()) })
        .await;
    let notifications = Notifications::open(Settings::default(), connection, feed.clone(), catalog, policy);
    Running { notifications, feed, _database: database, _folder: folder }
}

fn person(name: &str) -> Caller {
    Caller::User { entity_ref: format!("user:default/{name}"), groups: vec![] }
}

fn program() -> Caller {
    Caller::Service { subject: "external:ci".to_owned() }
}

fn entities(of: &[&str], except: &[&str]) -> Recipients {
    let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    Recipients::Entities { of: texts(of), except: texts(except) }
}

fn new(recipients: Recipients, title: &str) -> NewNotification {
    NewNotification {
        recipients,
        title: title.to_owned(),
        description: None,
        link: None,
        severity: Severity::Normal,
        topic: None,
        scope: None,
        icon: None,
        metadata: None,
    }
}

#[tokio::test]
async fn messages_reach_the_people_behind_entities() {
    let running = running(true).await;
    for (of, except, expected) in [
        (&["user:default/ada"][..], &[][..], "ada"),
        (&["User:ADA", "user:default/ada"], &[], "ada"),
        (&["user:default/stranger"], &[], "stranger"),
        (&["group:shop"], &[], "ada bob"),
        // Groups that contain each other.
        (&["group:all"], &[], "ada bob eve"),
        (&["group:ops"], &[], "ada bob eve"),
        (&["group:all"], &["group:shop"], "eve"),
        (&["group:all"], &["user:bob"], "ada eve"),
        (&["group:empty", "group:nowhere", "component:nowhere"], &[], ""),
        (&["component:till"], &[], "ada bob"),
        (&["component:alone", "component:till"], &["user:ada"], "bob eve"),
        (&[], &[], ""),
    ] {
        let sent = running.notifications.send(&program(), new(entities(of, except), "x")).await.unwrap();
        let people: Vec<_> =
            sent.iter().map(|sent| sent.user.as_deref().unwrap().replace("user:default/", "")).collect();
        assert_eq!(people.join(" "), expected, "{of:?} without {except:?}");
    }
    let all = running.notifications.send(&program(), new(Recipients::Everybody, "x")).await.unwrap();
    assert_eq!(all.iter().map(|sent| sent.user.as_deref()).collect::<Vec<_>>(), [None]);
    assert_eq!(all[0].origin, "external:ci");
}

#[tokio::test]
async fn programs_send_and_people_see_their_own() {
    for permission_enabled in [false, true] {
        let Running { notifications, .. } = &running(permission_enabled).await;
        for (caller, expected) in [
            (Caller::Nobody, ErrorKind::Unauthenticated),
            (Caller::Guest, ErrorKind::NotAllowed),
            (person("ada"), ErrorKind::NotAllowed),
        ] {
            let refused = notifications.send(&caller, new(Recipients::Everybody, "x")).await;
            assert_eq!(refused.expect_err("a refusal").kind(), expected, "{caller:?}");
        }
        let sent = notifications.send(&program(), new(entities(&["user:ada"], &[]), "mine")).await.unwrap();
        let id = &sent[0].id;
        assert_eq!(notifications.one(&person("ada"), id).await.unwrap().title, "mine");
        assert_eq!(notifications.one(&person("bob"), id).await.unwrap_err().kind(), ErrorKind::NotFound);

        let ids = std::slice::from_ref(id);
        let read = Mark { read: Some(true), saved: None };
        assert_eq!(notifications.mark(&person("bob"), ids, read).await.unwrap(), []);
        assert_eq!(notifications.status(&person("ada")).await.unwrap(), Status { unread: 1, read: 0 });
        assert!(notifications.mark(&person("ada"), ids, read).await.unwrap()[0].read.is_some());
        assert_eq!(notifications.status(&person("ada")).await.unwrap(), Status { unread: 0, read: 1 });

        for caller in [Caller::Guest, program()] {
            assert_eq!(notifications.list(&caller, &Query::default()).await.unwrap(), (vec![], 0));
            assert_eq!(notifications.status(&caller).await.unwrap(), Status::default());
            assert_eq!(notifications.one(&caller, id).await.unwrap_err().kind(), ErrorKind::NotFound);
        }
        let nobody = notifications.list(&Caller::Nobody, &Query::default()).await.unwrap_err();
        assert_eq!(nobody.kind(), ErrorKind::Unauthenticated);
    }
}

#[tokio::test]
async fn what_is_no_message_is_refused() {
    let Running { notifications, .. } = &running(false).await;
    let to_ada = || new(entities(&["user:ada"], &[]), "x");
    let many: Vec<String> = (0..1_001).map(|n| format!("user:u{n}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    for (wrong, says) in [
        (NewNotification { title: " ".to_owned(), ..to_ada() }, "needs a title"),
        (NewNotification { title: "x".repeat(251), ..to_ada() }, "250"),
        (NewNotification { description: Some("x".repeat(10_001)), ..to_ada() }, "10000"),
        (NewNotification { link: Some("javascript:alert(1)".to_owned()), ..to_ada() }, "link"),
        (NewNotification { topic: Some("a\0".to_owned()), ..to_ada() }, "topic"),
        (NewNotification { scope: Some("x".repeat(251)), ..to_ada() }, "scope"),
        (NewNotification { metadata: Some(json!({ "x": "x".repeat(10_000) })), ..to_ada() }, "metadata"),
        (new(entities(&["nobody in particular"], &[]), "x"), "no reference"),
        (new(entities(&["user:default/a\0"], &[]), "x"), "no reference"),
        (new(entities(&many, &[]), "x"), "1000"),
    ] {
        let error = notifications.send(&program(), wrong.clone()).await.expect_err("a refusal");
        assert!(error.kind() == ErrorKind::Input && error.message().contains(says), "{wrong:?}: {error}");
    }
    assert_eq!(notifications.status(&person("ada")).await.unwrap(), Status::default());
    let ids: Vec<String> = (0..1_001).map(|n| n.to_string()).collect();
    let too_many = notifications.mark(&person("ada"), &ids, Mark::default()).await.unwrap_err();
    assert_eq!(too_many.kind(), ErrorKind::Input);
    let odd = Query { search: Some("\0".to_owned()), ..Query::default() };
    assert_eq!(notifications.list(&person("ada"), &odd).await.unwrap(), (vec![], 0));
}

#[tokio::test]
async fn open_pages_hear_of_what_concerns_them() {
    let Running { notifications, feed, .. } = &running(false).await;
    let mut names = feed.names();
    let message = |recipients| Message {
        origin: "plugin:scaffolder".to_owned(),
        recipients,
        title: "x".to_owned(),
        description: None,
        link: Some("/create".to_owned()),
        severity: Severity::High,
        topic: None,
        scope: Some("run".to_owned()),
    };
    let heard = |name: String| Heard::Name(name.into());
    for _ in 0..2 {
        assert_eq!(notifications.notify(message(entities(&["group:shop"], &[]))).await.unwrap(), 2);
        assert_eq!(names.next().await, heard(news_of("user:default/ada")));
        assert_eq!(names.next().await, heard(news_of("user:default/bob")));
    }
    let (mine, total) = notifications.list(&person("ada"), &Query::default()).await.unwrap();
    assert_eq!((total, mine[0].severity, mine[0].scope.as_deref()), (1, Severity::High, Some("run")));

    assert_eq!(notifications.unread(&person("ada")).await.unwrap(), 1);

    assert_eq!(notifications.notify(message(Recipients::Everybody)).await.unwrap(), 1);
    assert_eq!(notifications.unread(&person("ada")).await.unwrap(), 2);
    assert_eq!(names.next().await, heard(NEWS_OF_ALL.to_owned()));
    notifications.mark_all_read(&person("ada"), i64::MAX).await.unwrap();
    assert_eq!(names.next().await, heard(news_of("user:default/ada")), "the other pages of the same person");
    assert_eq!(notifications.status(&person("ada")).await.unwrap(), Status { unread: 0, read: 2 });
    assert_eq!(notifications.status(&person("bob")).await.unwrap(), Status { unread: 2, read: 0 });
    assert_eq!(notifications.unread(&person("ada")).await.unwrap(), 0);
    assert_eq!(notifications.unread(&person("bob")).await.unwrap(), 2);
}
