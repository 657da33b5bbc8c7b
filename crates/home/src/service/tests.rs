//! Who may see and change what.

use std::time::Duration;

use axum::http::header::COOKIE;
use axum::http::{HeaderMap, HeaderValue};
use catalog::{Catalog, Config};
use model::EntityRef;
use platform::access::{Caller, Policy, PolicyConfig};
use platform::error::{Error, ErrorKind};
use platform::feed::Feed;
use tempfile::TempDir;
use testkit::{TestDatabase, eventually};

use super::{Home, Settings, ViewChange};
use crate::visitor::Visitor;

const CATALOG: &str = "
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: { name: shop, title: The Shop }
spec: { type: service, lifecycle: production, owner: sales, dependsOn: ['resource:nowhere'] }
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: { name: till, description: Takes money }
spec: { type: service, lifecycle: production, owner: 'user:ada', system: stores }
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: { name: other }
spec: { type: service, lifecycle: production, owner: others, dependsOn: ['resource:nowhere'] }
---
apiVersion: backstage.io/v1alpha1
kind: User
metadata: { name: ada }
spec: { profile: { displayName: Ada Brandt }, memberOf: [] }
";

struct Running {
    home: Home,
    _database: TestDatabase,
    _folder: TempDir,
}

async fn running(permission_enabled: bool) -> Running {
    let (database, folder) = (TestDatabase::sqlite().await, TempDir::new().unwrap());
    std::fs::write(folder.path().join("catalog-info.yaml"), CATALOG).unwrap();
    let connection = database.connection();
    connection.migrate(catalog::migrations()).await.unwrap();
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
    let log = connection.clone();
    tokio::spawn(async move { feed.follow(|| catalog::store::newest_seq(&log)).await });
    eventually("the first pass", Duration::from_secs(20), || async { catalog.is_ready().then_some(()) })
        .await;
    Running {
        home: Home::open(Settings::default(), connection, catalog, policy),
        _database: database,
        _folder: folder,
    }
}

fn nobody() -> Visitor {
    Visitor::new(Caller::Nobody, &HeaderMap::new())
}

fn new_guest() -> Visitor {
    Visitor::new(Caller::Guest, &HeaderMap::new())
}

fn person(name: &str, groups: &[&str]) -> Visitor {
    let groups = groups.iter().map(|group| format!("group:default/{group}")).collect();
    Visitor::new(Caller::User { entity_ref: format!("user:default/{name}"), groups }, &HeaderMap::new())
}

/// The next request of the same browser.
fn again(home: &Home, guest: &Visitor) -> Visitor {
    let cookie = home.cookie(guest).expect("a new browser gets a cookie");
    let mut headers = HeaderMap::new();
    headers.insert(COOKIE, HeaderValue::from_str(cookie.split(';').next().unwrap()).unwrap());
    Visitor::new(Caller::Guest, &headers)
}

fn component(name: &str) -> EntityRef {
    EntityRef::new("component", "default", name)
}

fn kind<T: std::fmt::Debug>(outcome: Result<T, Error>) -> ErrorKind {
    outcome.expect_err("a refusal").kind()
}

#[tokio::test(flavor = "multi_thread")]
async fn guests_have_what_their_own_browser_keeps() {
    let Running { home, _database, _folder } = running(true).await;
    let mut guest = new_guest();
    assert_eq!(home.stars(&guest).await.unwrap(), [""; 0]);
    assert_eq!(home.cookie(&guest), None, "who reads gets no cookie");
    home.set_star(&mut guest, &component("shop"), true).await.unwrap();
    home.set_star(&mut guest, &component("till"), true).await.unwrap();
    home.set_star(&mut guest, &component("till"), true).await.unwrap();
    let mut same = again(&home, &guest);
    assert_eq!(home.stars(&same).await.unwrap().len(), 2);
    home.set_star(&mut same, &component("till"), false).await.unwrap();
    assert_eq!(home.stars(&same).await.unwrap(), ["component:default/shop"]);

    let mut other = new_guest();
    home.save_view(&mut other, "Mine", "/catalog", false).await.unwrap();
    let mut other = again(&home, &other);
    assert_eq!(home.stars(&other).await.unwrap(), [""; 0], "another browser, another guest");
    assert_eq!(home.views(&same).await.unwrap().views, [], "a private view is seen by others");
    let once = home.save_view(&mut other, " Mine ", "/catalog?page=1", false).await.unwrap();
    assert_eq!(home.views(&other).await.unwrap().views, [once], "saved twice it is one view");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_star_needs_an_entity() {
    let Running { home, _database, _folder } = running(false).await;
    let mut guest = new_guest();
    assert_eq!(kind(home.set_star(&mut guest, &component("never"), true).await), ErrorKind::NotFound);
    assert_eq!(home.cookie(&guest), None, "a cookie for nothing");
    home.set_star(&mut guest, &component("never"), false).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_has_a_home() {
    let Running { home, _database, _folder } = running(false).await;
    let mut nobody = nobody();
    let shop = component("shop");
    let refusals = [
        home.page(&nobody).await.err(),
        home.stars(&nobody).await.err(),
        home.set_star(&mut nobody, &shop, true).await.err(),
        home.set_star(&mut nobody, &shop, false).await.err(),
        home.views(&nobody).await.err(),
        home.view(&nobody, "x").await.err(),
        home.save_view(&mut nobody, "x", "/catalog", false).await.err(),
        home.change_view(&nobody, "x", ViewChange::default()).await.err(),
        home.delete_view(&nobody, "x").await.err(),
        home.visited(&nobody, &shop).err(),
    ];
    for (index, refusal) in refusals.into_iter().enumerate() {
        assert_eq!(refusal.map(|error| error.kind()), Some(ErrorKind::Unauthenticated), "function {index}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_owner_changes_a_view() {
    let Running { home, _database, _folder } = running(true).await;
    let (mut ada, bob) = (person("ada", &[]), person("bob", &[]));
    let saved = home.save_view(&mut ada, " My  APIs ", "/catalog?page=3&kind=API", false).await.unwrap();
    assert_eq!(
        (saved.title.as_str(), saved.address.as_str(), saved.by),
        ("My APIs", "/catalog?kind=API", None)
    );
    let rename = ViewChange { title: Some("x".to_owned()), shared: None };

    // Whose view is not shared learns nothing of it.
    assert_eq!(kind(home.view(&bob, &saved.id).await), ErrorKind::NotFound);
    assert_eq!(kind(home.change_view(&bob, &saved.id, rename.clone()).await), ErrorKind::NotFound);
    assert_eq!(kind(home.delete_view(&bob, &saved.id).await), ErrorKind::NotFound);

    let share = ViewChange { title: None, shared: Some(true) };
    home.change_view(&ada, &saved.id, share.clone()).await.unwrap();
    let seen = home.view(&bob, &saved.id).await.unwrap();
    assert_eq!((seen.title.as_str(), seen.by.as_deref()), ("My APIs", Some("Ada Brandt")));
    assert_eq!(home.views(&new_guest()).await.unwrap().views.len(), 1, "everybody who may read sees it");
    assert_eq!(kind(home.change_view(&bob, &saved.id, rename.clone()).await), ErrorKind::NotAllowed);
    assert_eq!(kind(home.change_view(&new_guest(), &saved.id, rename.clone()).await), ErrorKind::NotAllowed);
    assert_eq!(kind(home.delete_view(&bob, &saved.id).await), ErrorKind::NotAllowed);

    assert_eq!(home.change_view(&ada, &saved.id, rename).await.unwrap().title, "x");
    home.delete_view(&ada, &saved.id).await.unwrap();
    assert_eq!(kind(home.view(&ada, &saved.id).await), ErrorKind::NotFound);
}

#[tokio::test(flavor = "multi_thread")]
async fn guests_share_only_where_guests_may_do_more_than_read() {
    for permission_enabled in [false, true] {
        let Running { home, _database, _folder } = running(permission_enabled).await;
        let mut guest = new_guest();
        let shared = home.save_view(&mut guest, "All", "/catalog", true).await;
        assert_eq!(shared.is_err(), permission_enabled);
        assert_eq!(home.views(&guest).await.unwrap().may_share, !permission_enabled);
        if let Ok(shared) = shared {
            let seen = home.view(&person("ada", &[]), &shared.id).await.unwrap();
            assert_eq!(
                seen.by.as_deref(),
                Some("a guest"),
                "the key of a guest's browser is nobody's business"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_saved_is_refused() {
    let Running { home, _database, _folder } = running(false).await;
    let mut ada = person("ada", &[]);
    for (title, address) in [
        ("", "/catalog"),
        ("x", "https://evil.example/"),
        ("x", "//evil.example"),
        ("a\u{202e}b", "/catalog"),
    ] {
        assert_eq!(
            kind(home.save_view(&mut ada, title, address, false).await),
            ErrorKind::Input,
            "{title} {address}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_home_page_is_about_who_asks() {
    let Running { home, _database, _folder } = running(true).await;
    let mut ada = person("ada", &["sales"]);
    home.set_star(&mut ada, &component("till"), true).await.unwrap();
    home.save_view(&mut ada, "APIs", "/catalog?kind=API", false).await.unwrap();
    for name in ["till", "shop", "till", "other"] {
        home.visited(&ada, &component(name)).unwrap();
    }
    let page = home.page(&ada).await.unwrap();
    let titles = |links: &[model::EntityLink]| {
        links.iter().map(|link| link.title.clone()).collect::<std::collections::BTreeSet<_>>()
    };
    assert_eq!(titles(&page.starred), ["till".to_owned()].into());
    // Even those of a moment ago.
    assert_eq!(titles(&page.visited), ["The Shop", "other", "till"].map(str::to_owned).into());
    assert_eq!(page.views.len(), 1);
    let mine = page.mine.expect("a person has things");
    assert_eq!((mine.name.as_str(), mine.owned, mine.problem_count), ("Ada Brandt", 2, 3));
    let of_others =
        |problem: &&model::Problem| problem.entity_ref.as_deref() == Some("component:default/other");
    assert_eq!(mine.problems.iter().find(of_others), None);
    assert_eq!(page.overview.warning_count + page.overview.error_count, 5, "{:?}", page.overview.problems);
    let changed: Vec<_> = mine.recent.iter().map(|change| change.link.title.as_str()).collect();
    assert_eq!(changed, ["till", "The Shop"]);
    let coverage: Vec<_> = page
        .overview
        .coverage
        .iter()
        .map(|share| format!("{} {}/{}", share.title, share.have, share.of))
        .collect();
    assert_eq!(
        coverage,
        [
            "Components with an owner that exists 1/3",
            "Components that name a system 1/3",
            "Components with a lifecycle 3/3",
            "Components with a description 1/3",
            "Components with documentation 0/3",
        ]
    );

    for share in &page.overview.coverage {
        let lists = share.lacking.as_deref().and_then(|href| href.strip_prefix("/catalog?"));
        let Some(parameters) = lists else { continue };
        let query = model::EntityListQuery::from_query_string(parameters);
        let list = home.inner.catalog.list(ada.caller(), &query).await.unwrap();
        assert_eq!(list.total, share.of - share.have, "{} leads to what lacks it", share.title);
    }

    let guest = home.page(&new_guest()).await.unwrap();
    assert_eq!((guest.mine, guest.starred, guest.visited, guest.views), (None, vec![], vec![], vec![]));
}
