//! Descriptor files behind addresses: what they may lead to, and what they may not.

use std::collections::HashMap;

use model::LocationRef;

use crate::reading::{FileReading, Remote, RemoteText, Rules, read_remote};

const HOME: &str = "https://host/acme/shop/blob/main/catalog-info.yaml";

/// Texts by address; whatever else is asked for is pending.
#[derive(Default)]
struct Shelf(HashMap<String, RemoteText>);

impl Shelf {
    fn with(mut self, address: &str, text: &str) -> Self {
        let text = RemoteText::Text { text: text.to_owned(), fingerprint: format!("{} bytes", text.len()) };
        self.0.insert(address.to_owned(), text);
        self
    }

    fn read(&self) -> FileReading {
        let origin = LocationRef { kind: "url".to_owned(), target: HOME.to_owned() };
        read_remote(HOME, &origin, &Rules::allow_all(), self)
    }
}

impl Remote for Shelf {
    fn resolve(&self, target: &str, base: &str) -> Result<String, String> {
        if target.contains("://") {
            return Ok(target.to_owned());
        }
        let base = url::Url::parse(base).map_err(|error| error.to_string())?;
        base.join(target).map(Into::into).map_err(|error| error.to_string())
    }

    fn same_repository(&self, one: &str, other: &str) -> bool {
        let repository = |address: &str| address.split('/').take(5).collect::<Vec<_>>().join("/");
        repository(one) == repository(other)
    }

    fn edit_url(&self, address: &str) -> Option<String> {
        Some(address.replace("/blob/", "/edit/"))
    }

    fn folder_url(&self, _: &str) -> Option<String> {
        Some("https://host/acme/shop/tree/main/".to_owned())
    }

    fn text(&self, address: &str) -> RemoteText {
        self.0.get(address).cloned().unwrap_or(RemoteText::Pending)
    }
}

fn api(definition: &str) -> String {
    format!(
        "apiVersion: backstage.io/v1alpha1\nkind: API\nmetadata: {{ name: orders }}\n\
         spec: {{ type: openapi, lifecycle: production, owner: team-a, definition: {definition} }}\n"
    )
}

fn messages(reading: &FileReading) -> Vec<&str> {
    reading.problems.iter().map(|problem| problem.message.as_str()).collect()
}

#[test]
fn entities_say_where_they_are_seen_and_edited() {
    let reading = Shelf::default().with(HOME, &api("text")).read();
    let annotation = |name: &str| reading.entities[0].entity.annotation(name).map(str::to_owned);
    for (name, expected) in [
        ("backstage.io/managed-by-location", "url:https://host/acme/shop/blob/main/catalog-info.yaml"),
        ("backstage.io/managed-by-origin-location", "url:https://host/acme/shop/blob/main/catalog-info.yaml"),
        ("backstage.io/view-url", "https://host/acme/shop/blob/main/catalog-info.yaml"),
        ("backstage.io/edit-url", "https://host/acme/shop/edit/main/catalog-info.yaml"),
        ("backstage.io/source-location", "url:https://host/acme/shop/tree/main/"),
    ] {
        assert_eq!(annotation(name).as_deref(), Some(expected), "{name}");
    }
}

#[test]
fn a_placeholder_waits_for_its_file_and_stays_in_its_repository() {
    let waiting = Shelf::default().with(HOME, &api("{ $text: ./api.yaml }"));
    assert!(waiting.read().pending, "the file is to be fetched first");
    let beside = "https://host/acme/shop/blob/main/api.yaml";
    let shelf = waiting.with(beside, "openapi: 3.1.0");
    let reading = shelf.read();
    assert!(!reading.pending && reading.problems.is_empty(), "{:?}", reading.problems);
    assert_eq!(reading.entities[0].entity.spec_str("definition"), Some("openapi: 3.1.0"));
    let changed = shelf.with(beside, "openapi: 3.1.1 or so").read();
    assert_ne!(reading.fingerprint, changed.fingerprint, "the quoted file is part of the sign");
    for elsewhere in
        ["https://host/acme/vault/blob/main/api.yaml", "../../../vault/blob/main/api.yaml", "https://other/x"]
    {
        let reading = Shelf::default().with(HOME, &api(&format!("{{ $text: {elsewhere} }}"))).read();
        let told = messages(&reading);
        assert!(
            !reading.pending && told.len() == 1 && told[0].contains("lies in another repository"),
            "{told:?}"
        );
    }
}

#[test]
fn nothing_leads_to_this_machine() {
    let location = |kind: &str, target: &str| {
        format!(
            "apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {{ name: all }}\nspec: {{ {kind} target: '{target}' }}\n"
        )
    };
    let text = location("type: file,", "/etc/passwd");
    let reading = Shelf::default().with(HOME, &text).read();
    assert!(reading.targets.is_empty() && reading.problems.len() == 1, "{reading:?}");
    for target in ["/etc/passwd", "../../../../../../etc/passwd", "file.yaml"] {
        let reading = Shelf::default().with(HOME, &location("", target)).read();
        let targets: Vec<&str> = reading.targets.iter().map(|target| target.location_ref.as_str()).collect();
        assert!(targets.iter().all(|target| target.starts_with("url:https://host/")), "{targets:?}");
    }
    let text = api("{ $text: /etc/passwd }");
    assert!(Shelf::default().with(HOME, &text).read().entities.is_empty());
}

#[test]
fn hostile_text_is_a_problem() {
    let bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n".to_owned()
        + &(1..9)
            .map(|n| {
                format!(
                    "{0}: &{0} [*{1},*{1},*{1},*{1},*{1},*{1},*{1},*{1},*{1}]\n",
                    (b'a' + n) as char,
                    (b'a' + n - 1) as char
                )
            })
            .collect::<String>();
    for text in
        [bomb, "[".repeat(100_000), "x".repeat(11 * 1024 * 1024), "\u{1}".to_owned(), "- 1\n- 2".to_owned()]
    {
        let reading = Shelf::default().with(HOME, &text).read();
        let start: String = text.chars().take(20).collect();
        assert!(!reading.problems.is_empty() && reading.entities.is_empty(), "{start}");
    }
    let missing =
        Shelf(HashMap::from([(HOME.to_owned(), RemoteText::Missing("there is no such file".to_owned()))]))
            .read();
    assert!(missing.missing && missing.broken, "it is marked, not removed");
}
