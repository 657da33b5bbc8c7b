//! The store against a log that is a `Vec`: random appends, then every question.

use std::collections::BTreeMap;

use platform::database::Database;
use proptest::collection::vec;
use proptest::prelude::{Strategy, any};
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use sea_orm::ConnectionTrait;

use super::super::{at_seq, at_time, current, history, newest_seq, seq_at};
use super::{append_changes, delete, log, migrated, put};
use crate::store::{Change, Version};

const NAMES: [&str; 5] = ["a", "b", "c", "d", "e"];
/// Cases per engine. Each is up to 8 appends and a few hundred questions.
const CASES: u32 = 24;

/// One append: how far the clock went (or was set back), and the changes.
type Append = (i64, Vec<Change>);

fn appends() -> impl Strategy<Value = Vec<Append>> {
    let change = (0..NAMES.len(), 0..4).prop_map(|(name, content)| match content {
        0 => delete(NAMES[name]),
        content => put(NAMES[name], &content.to_string()),
    });
    vec((-3..10_i64, vec(change, 0..6)), 0..8)
}

/// The log by its definition.
#[derive(Default)]
struct Naive(Vec<Version>);

impl Naive {
    fn append(&mut self, now: i64, changes: Vec<Change>) -> Option<i64> {
        let now = self.0.last().map_or(now, |last| last.valid_from.max(now));
        let wanted: BTreeMap<_, _> =
            changes.into_iter().map(|change| (change.entity_ref, change.content)).collect();
        let mut written = None;
        for (entity_ref, content) in wanted {
            let seq = self.0.len() as i64 + 1;
            let newest = self.0.iter_mut().rfind(|version| version.entity_ref == entity_ref);
            let is = newest.as_ref().and_then(|version| version.document.as_ref());
            if is == content.as_ref().map(|content| &content.document) {
                continue;
            }
            if let Some(newest) = newest {
                (newest.valid_to, newest.until_seq) = (Some(now), Some(seq));
            }
            let (hash, document) = content.map_or_else(Default::default, |it| (it.hash, Some(it.document)));
            self.0.push(Version {
                seq,
                entity_ref,
                valid_from: now,
                valid_to: None,
                until_seq: None,
                hash,
                document,
            });
            written = Some(seq);
        }
        written
    }

    /// The newest version of each entity among the first `seq`, if it is no tombstone.
    fn at_seq(&self, seq: i64) -> Vec<Version> {
        let newest: BTreeMap<&str, &Version> = self.0[..usize::try_from(seq).unwrap()]
            .iter()
            .map(|version| (version.entity_ref.as_str(), version))
            .collect();
        let mut found: Vec<_> = newest.into_values().filter(|it| it.document.is_some()).cloned().collect();
        found.sort_by_key(|version| version.seq);
        found
    }

    fn seq_at(&self, time: i64) -> i64 {
        self.0.iter().filter(|version| version.valid_from <= time).count() as i64
    }
}

/// All pages of a question.
async fn pages<F: Future<Output = Result<Vec<Version>, sea_orm::DbErr>>>(
    mut page: impl FnMut(i64) -> F,
) -> Vec<Version> {
    let mut all: Vec<Version> = Vec::new();
    loop {
        let next = page(all.last().map_or(0, |version| version.seq)).await.unwrap();
        if next.is_empty() {
            return all;
        }
        all.extend(next);
    }
}

async fn check(db: &Database, appends: Vec<Append>, page: u64) -> Result<(), TestCaseError> {
    let txn = db.begin_write().await.unwrap();
    txn.execute_unprepared("DELETE FROM entity_version").await.unwrap();
    txn.commit().await.unwrap();

    let (mut naive, mut now) = (Naive::default(), 1_000);
    for (step, changes) in appends {
        now += step;
        proptest::prop_assert_eq!(append_changes(db, now, changes.clone()).await, naive.append(now, changes));
    }

    proptest::prop_assert_eq!(&log(db).await, &naive.0);
    let end = naive.0.len() as i64;
    proptest::prop_assert_eq!(newest_seq(db).await.unwrap(), end);
    proptest::prop_assert_eq!(pages(|after| current(db, after, page)).await, naive.at_seq(end));
    for seq in 0..=end {
        proptest::prop_assert_eq!(
            pages(|after| at_seq(db, seq, after, page)).await,
            naive.at_seq(seq),
            "seq {}",
            seq
        );
    }
    let times: Vec<i64> = naive.0.iter().map(|version| version.valid_from).collect();
    for time in times.iter().flat_map(|time| [time - 1, *time]) {
        let seq = naive.seq_at(time);
        proptest::prop_assert_eq!(seq_at(db, time).await.unwrap(), seq, "time {}", time);
        proptest::prop_assert_eq!(
            at_time(db, time, 0, 100).await.unwrap(),
            naive.at_seq(seq),
            "time {}",
            time
        );
    }
    for name in NAMES {
        let of_name = naive.0.iter().rev().filter(|version| version.entity_ref == name).cloned();
        proptest::prop_assert_eq!(
            history(db, name, 100).await.unwrap(),
            of_name.collect::<Vec<_>>(),
            "{}",
            name
        );
    }
    Ok(())
}

testkit::on_both_engines! {
    async fn random_appends_agree_with_the_naive_log(db: Database) {
        let db = migrated(db).await;
        let runtime = tokio::runtime::Handle::current();
        // proptest is not async: it gets a thread that may wait.
        tokio::task::spawn_blocking(move || {
            let config = Config { cases: CASES, failure_persistence: None, ..Config::default() };
            let mut runner = TestRunner::new(config);
            let strategy = (appends(), any::<bool>());
            let run = runner.run(&strategy, |(appends, small)| {
                runtime.block_on(check(&db, appends, if small { 1 } else { 3 }))
            });
            if let Err(failure) = run {
                panic!("{failure}");
            }
        })
        .await
        .unwrap();
    }
}
