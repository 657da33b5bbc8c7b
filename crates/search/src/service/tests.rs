//! What is found, and in which order.

use proptest::prelude::*;
use serde_json::json;

use super::put_in_order;
use crate::fields::Document;
use crate::index::{Finder, Writer, create};
use crate::query::{Spelling, Typed};

/// Kind, name, title, description, owner, tags.
type Sample = (&'static str, &'static str, &'static str, &'static str, &'static str, &'static [&'static str]);

const SAMPLES: [Sample; 14] = [
    ("Component", "payments", "", "", "group:team-pay", &[]),
    ("API", "payments-api", "Payments API", "Takes money.", "group:team-pay", &["rest"]),
    ("Component", "PaymentsGateway", "", "", "", &[]),
    ("System", "checkout", "Payments and checkout", "", "", &[]),
    ("Component", "paymints", "", "", "", &[]),
    ("Component", "ledger", "", "", "", &["payments"]),
    ("Component", "invoices", "", "Sends what the payments brought in.", "", &[]),
    ("Location", "payments-files", "", "", "", &[]),
    ("Component", "payments-worker", "", "", "", &[]),
    ("User", "ada", "Ada Brandt", "", "", &[]),
    ("Component", "zürich-café", "", "", "", &[]),
    ("Component", "s3-backup2", "", "", "", &[]),
    ("Component", "iphone-app", "", "", "", &[]),
    ("Resource", "authentication-database", "", "", "", &[]),
];

fn put(writer: &Writer, id: usize, sample: &Sample) {
    let (kind, name, title, description, owner, tags) = sample;
    let mut document = json!({
        "kind": kind,
        "metadata": { "name": name, "tags": tags, "description": description },
        "spec": { "owner": owner },
    });
    if !title.is_empty() {
        document["metadata"]["title"] = json!(title);
    }
    let bytes = document.to_string();
    let document: Document<'_> = serde_json::from_str(&bytes).unwrap();
    writer.put(u32::try_from(id).unwrap(), Some(document.fields())).unwrap();
}

fn samples() -> Finder {
    let (finder, mut writer) = create().unwrap();
    for (id, sample) in SAMPLES.iter().enumerate() {
        put(&writer, id, sample);
    }
    writer.commit().unwrap();
    finder
}

fn ids(finder: &Finder, text: &str) -> Vec<u32> {
    let query = Typed::new(text).query(&finder.columns, Spelling::Forgiving);
    let mut hits = finder.find(&*query).unwrap();
    let all = hits.len();
    put_in_order(&mut hits, all);
    hits.into_iter().map(|hit| hit.id).collect()
}

fn found(finder: &Finder, text: &str) -> String {
    let names = ids(finder, text).into_iter().map(|id| SAMPLES[id as usize].1);
    names.collect::<Vec<_>>().join(" ")
}

#[test]
fn each_beginning_of_a_name_finds_it() {
    let finder = samples();
    for (id, (_, name, ..)) in SAMPLES.iter().enumerate() {
        for (end, letter) in name.char_indices().filter(|(_, letter)| letter.is_alphanumeric()) {
            let beginning = &name[..end + letter.len_utf8()];
            let found = ids(&finder, beginning);
            assert!(found.contains(&u32::try_from(id).unwrap()), "{beginning} of {name}: {found:?}");
        }
    }
}

#[test]
fn the_best_comes_first() {
    let finder = samples();
    let mut table = String::new();
    for text in [
        "payments",
        "paym",
        "payments api",
        "paymentsapi",
        "PaymentsApi",
        "payments-api",
        "api payments",
        "paymets",
        "paymetns api",
        "team pay",
        "rest",
        "money",
        "brandt",
        "zurich",
        "Zürich cafe",
        "s3",
        "iPhone",
        "i phone",
        "athentication",
        "autentcation",
        "component:default/ledger",
        "ledger zzzz",
        "--",
        "",
    ] {
        table += &format!("{text:>24} | {}\n", found(&finder, text));
    }
    insta::assert_snapshot!(table, @r#"
                    payments | payments payments-worker PaymentsGateway payments-api payments-files checkout paymints ledger invoices
                        paym | payments payments-worker PaymentsGateway paymints payments-api payments-files checkout ledger invoices
                payments api | payments-api
                 paymentsapi | payments-api checkout
                 PaymentsApi | payments-api
                payments-api | payments-api
                api payments | payments-api
                     paymets | payments payments-worker PaymentsGateway payments-api checkout payments-files
                paymetns api | payments-api
                    team pay | payments payments-api
                        rest | payments-api
                       money | payments-api
                      brandt | ada
                      zurich | zürich-café
                 Zürich cafe | zürich-café
                          s3 | s3-backup2
                      iPhone | iphone-app
                     i phone | iphone-app
               athentication | authentication-database
                autentcation | authentication-database
    component:default/ledger | ledger
                 ledger zzzz | 
                          -- | 
                             | invoices iphone-app ledger payments payments-worker PaymentsGateway paymints s3-backup2 zürich-café payments-api checkout authentication-database ada payments-files
    "#);
}

#[test]
fn a_word_before_the_last_is_whole() {
    let finder = samples();
    assert_eq!(found(&finder, "pay gateway"), "");
    assert_eq!(found(&finder, "payments gate"), "PaymentsGateway");
}

/// Nothing has a special meaning, and nothing fails.
#[test]
fn signs_of_query_languages_are_only_signs() {
    let finder = samples();
    for text in [
        "\"",
        "payments AND",
        "+payments -api",
        "name:payments",
        "(payments",
        "payments~2",
        "pay*",
        "[a TO b]",
        "\\",
        "\0",
        "payments\0",
        "^5",
        "🦀",
        "\u{202e}",
        "%00",
        "' OR 1=1",
        "<script>",
    ] {
        let _nothing_is_fine = found(&finder, text);
    }
    assert!(found(&finder, "\"payments\" ^api").starts_with("payments-api"));
}

#[test]
fn what_changed_is_replaced_and_what_went_is_gone() {
    let (finder, mut writer) = create().unwrap();
    let first: Sample = ("Component", "old-name", "", "", "", &[]);
    let second: Sample = ("Component", "newer", "", "", "", &[]);
    put(&writer, 7, &first);
    writer.commit().unwrap();
    assert_eq!(ids(&finder, "old"), [7]);
    put(&writer, 7, &second);
    writer.commit().unwrap();
    assert_eq!((ids(&finder, "old"), ids(&finder, "newer")), (vec![], vec![7]));
    writer.put(7, None).unwrap();
    writer.commit().unwrap();
    writer.merge().unwrap();
    assert_eq!(ids(&finder, "newer"), Vec::<u32>::new());
}

fn name() -> impl Strategy<Value = String> {
    "[a-zA-Z0-9]([-_.]?[a-zA-Z0-9]){0,30}"
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// Whatever it is called, and whatever else there is.
    #[test]
    fn everything_is_found_by_its_name(names in proptest::collection::vec(name(), 1..30)) {
        let (finder, mut writer) = create().unwrap();
        let fields = |name: &str| {
            let document = json!({"kind": "Component", "metadata": {"name": name}}).to_string();
            serde_json::from_str::<Document<'_>>(&document).unwrap().fields()
        };
        for (id, name) in (0..).zip(&names) {
            writer.add(id, fields(name)).unwrap();
        }
        writer.commit().unwrap();
        for (id, name) in (0..).zip(&names) {
            let found = ids(&finder, name);
            // Before it stands only what is written alike but for case and signs.
            let place = found.iter().position(|found| *found == id);
            let same = |other: &u32| fields(&names[*other as usize]).name == fields(name).name;
            prop_assert!(place.is_some_and(|place| found[..place].iter().all(same)), "{name}: {place:?} of {names:?}");
        }
    }

    /// One letter too few, too many, wrong, or two swapped, in a name of at least five letters.
    #[test]
    fn one_mistake_is_forgiven(name in "[a-z]{5,20}", at in 0_usize..20, how in 0_u8..4) {
        let (finder, mut writer) = create().unwrap();
        let document = json!({"kind": "Component", "metadata": {"name": name}}).to_string();
        let document: Document<'_> = serde_json::from_str(&document).unwrap();
        writer.add(1, document.fields()).unwrap();
        writer.commit().unwrap();
        let mut letters: Vec<char> = name.chars().collect();
        let at = at % (letters.len() - 1);
        match how {
            0 => drop(letters.remove(at)),
            1 => letters.insert(at, 'x'),
            2 => letters[at] = 'q',
            _ => letters.swap(at, at + 1),
        }
        let typed: String = letters.into_iter().collect();
        prop_assert_eq!(ids(&finder, &typed), vec![1], "{} for {}", typed, name);
    }
}
