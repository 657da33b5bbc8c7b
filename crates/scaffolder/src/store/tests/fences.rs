//! Several workers at once, and workers that lost what they had.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use platform::database::Database;
use testkit::Random;

use super::*;

/// Takes what it gets until there is nothing more, ends each, and tells which.
async fn work(db: Database, name: String) -> Vec<String> {
    let mut had = Vec::new();
    loop {
        let now = now(&db).await.unwrap();
        match claim(&db, &name, now, now + LONG).await.unwrap() {
            Some(claimed) => {
                tell(&db, &claimed.lease, &[event(&name)]).await.unwrap();
                finish(&db, &claimed.lease, finished(TaskState::Completed), &[]).await.unwrap();
                had.push(claimed.lease.task);
            }
            None if count(&db, &Listing { states: vec![TaskState::Open], ..Listing::default() })
                .await
                .unwrap()
                == 0 =>
            {
                return had;
            }
            // Others have locked what is left.
            None => tokio::task::yield_now().await,
        }
    }
}

/// Takes a task for next to no time, and writes as long as it can; what it writes names the number of its taking.
async fn hurry(db: Database, name: u64, stop: Arc<AtomicBool>) {
    let mut random = Random::new(name);
    while !stop.load(Ordering::Relaxed) {
        let time = now(&db).await.unwrap();
        let Some(claimed) = claim(&db, "x", time, time + 2).await.unwrap() else {
            tokio::task::yield_now().await;
            continue;
        };
        for _ in 0..random.below(6) {
            let text = claimed.lease.attempt.to_string();
            let written = match random.below(3) {
                0 => tell(&db, &claimed.lease, &[event(&text), event(&text)]).await,
                1 => {
                    end_step(
                        &db,
                        &claimed.lease,
                        end(0, step_state::COMPLETED),
                        snapshot(&text),
                        event(&text),
                    )
                    .await
                }
                _ => keep(&db, &claimed.lease, "s", "who", text).await,
            };
            match written {
                Ok(_) => {}
                Err(WriteError::Lost) => break,
                Err(WriteError::Database(error)) => panic!("{error}"),
            }
        }
    }
}

testkit::on_both_engines! {
    async fn no_task_is_had_by_two(db: Database) {
        let db = migrated(db).await;
        let mut expected: Vec<String> = (0..60).map(|n| format!("task {n:02}")).collect();
        for id in &expected {
            added(&db, id).await;
        }
        let workers = (0..4).map(|n| tokio::spawn(work(db.clone(), format!("worker {n}"))));
        let mut had = Vec::new();
        for worker in workers.collect::<Vec<_>>() {
            had.extend(worker.await.unwrap());
        }
        had.sort();
        expected.sort();
        assert_eq!(had, expected, "each task once");
    }

    async fn who_lost_a_task_writes_nothing_more(db: Database) {
        let db = migrated(db).await;
        added(&db, "a").await;
        let stop = Arc::new(AtomicBool::new(false));
        let workers: Vec<_> = (0..4).map(|n| tokio::spawn(hurry(db.clone(), n, stop.clone()))).collect();
        testkit::eventually("a task that changed hands often", Duration::from_secs(60), || async {
            let row = row(&db, "a").await;
            (row.attempt >= 60 && row.last_event >= 100).then_some(())
        })
        .await;
        stop.store(true, Ordering::Relaxed);
        for worker in workers {
            worker.await.unwrap();
        }
        let wrote: Vec<i64> =
            texts(&db, "a").await.iter().skip(1).map(|text| text.parse().unwrap()).collect();
        assert!(wrote.is_sorted(), "somebody wrote after another had it: {wrote:?}");
    }

    async fn each_kind_of_write_is_fenced(db: Database) {
        let db = migrated(db).await;
        added(&db, "a").await;
        let first = claim(&db, "first", i64::MAX, 5).await.unwrap().expect("due").lease;
        let second = claim(&db, "second", 5, i64::MAX).await.unwrap().expect("the lease is over").lease;
        assert_eq!(second.attempt, first.attempt + 1);
        let before = (row(&db, "a").await, texts(&db, "a").await);
        let waits = Rest::Waiting { step: "s0".to_owned(), reason: String::new(), due_at: None, is_compensating: false };
        let asks = Rest::Asking { step: "s0".to_owned(), reason: String::new(), is_compensating: false };
        let news = [event("x")];
        let refused = [
            renew(&db, &first, 1, 1).await.map(|_| ()),
            begin_step(&db, &first, &info(0), &[event("x")]).await.map(|_| ()),
            end_step(&db, &first, end(0, step_state::FAILED), snapshot("x"), event("x")).await.map(|_| ()),
            tell(&db, &first, &news).await.map(|_| ()),
            keep(&db, &first, "s0", "x", "1".to_owned()).await.map(|_| ()),
            put_away(&db, &first, Rest::Open { due_at: 0 }, &news).await,
            put_away(&db, &first, waits, &news).await,
            put_away(&db, &first, asks, &news).await,
            finish(&db, &first, finished(TaskState::Failed), &news).await,
        ];
        for (number, refused) in refused.into_iter().enumerate() {
            assert!(matches!(refused, Err(WriteError::Lost)), "write {number}: {refused:?}");
        }
        assert_eq!((row(&db, "a").await, texts(&db, "a").await), before, "nothing was written");
        assert!(step_lines(&db, "a").await.is_empty() && files(&db, "a").await.is_none());
        assert_eq!(kept(&db, "a", "s0", "x").await.unwrap(), None);
        finish(&db, &second, finished(TaskState::Completed), &[]).await.unwrap();
        assert!(matches!(tell(&db, &second, &[]).await, Err(WriteError::Lost)), "it has ended");
    }

    async fn a_write_under_way_holds_off_who_would_take_the_task(db: Database) {
        let db = migrated(db).await;
        added(&db, "a").await;
        added(&db, "b").await;
        let first = claim(&db, "first", i64::MAX, 5).await.unwrap().expect("due").lease;
        let write = hold::Write::begin(&db, &first, &[event("x")]).await.unwrap();
        let other = tokio::spawn({
            let db = db.clone();
            async move {
                claim(&db, "second", i64::MAX, i64::MAX).await.unwrap().map(|claimed| claimed.lease.task)
            }
        });
        if db.engine() == platform::Engine::Postgres {
            // It passes by what is locked.
            assert_eq!(other.await.unwrap().as_deref(), Some("b"));
            write.txn.commit().await.unwrap();
        } else {
            write.txn.commit().await.unwrap();
            assert_eq!(other.await.unwrap().as_deref(), Some("a"), "one writes after the other");
        }
        assert_eq!(texts(&db, "a").await, ["created", "x"]);
    }

    async fn a_follower_misses_nothing(db: Database) {
        let db = migrated(db).await;
        let lease = held(&db, "a").await;
        const EACH: usize = 40;
        let end = i64::try_from(1 + 4 * EACH).unwrap();
        let follow = |db: Database| async move {
            let mut seen = Vec::new();
            while seen.last() != Some(&end) {
                let page = events_after(&db, "a", seen.last().copied().unwrap_or(0), 7).await.unwrap();
                seen.extend(page.into_iter().map(|event| event.id));
                tokio::task::yield_now().await;
            }
            seen
        };
        let followers = [tokio::spawn(follow(db.clone())), tokio::spawn(follow(db.clone()))];
        let worker = |db: Database, lease: Lease| async move {
            for _ in 0..EACH {
                tell(&db, &lease, &[event("1"), event("2")]).await.unwrap();
            }
        };
        let person = |db: Database, who: usize| async move {
            for number in 0..EACH {
                let step = format!("{who} {number}");
                let arrived = arrive(&db, "a", arrival(&step, false), event("3")).await.unwrap();
                assert_eq!(arrived, Some(Arrived::Kept));
            }
        };
        tokio::join!(worker(db.clone(), lease), person(db.clone(), 1), person(db.clone(), 2));
        for follower in followers {
            let seen = tokio::time::timeout(Duration::from_secs(30), follower).await;
            assert_eq!(seen.expect("complete").unwrap(), (1..=end).collect::<Vec<_>>());
        }
    }

    async fn who_is_killed_in_a_write_leaves_all_of_it_or_nothing(db: Database) {
        let db = migrated(db).await;
        let mut random = Random::from_variable("PORTICO_KILL_SEED");
        println!("seed {}; PORTICO_KILL_SEED={0} repeats this run", random.seed());
        let lease = held(&db, "a").await;
        let mut written = 0;
        for number in 1..=60 {
            let text = number.to_string();
            let write = tokio::spawn({
                let (db, lease, text) = (db.clone(), lease.clone(), text.clone());
                async move {
                    end_step(&db, &lease, end(0, step_state::COMPLETED), snapshot(&text), event(&text))
                        .await
                        .map(|_| ())
                }
            });
            tokio::time::sleep(Duration::from_micros(random.below(3_000))).await;
            write.abort();
            let _it_may_be_done = write.await;
            // What was sent before the end may still be under way: this waits for the lock of the row.
            renew(&db, &lease, 1, i64::MAX).await.unwrap();
            let (seen, kept) = (texts(&db, "a").await, files(&db, "a").await);
            if seen.last() == Some(&text) {
                written += 1;
            }
            let last = seen.last().filter(|last| *last != "created").cloned();
            assert_eq!(kept, last, "of write {number} a part is there (seed {})", random.seed());
        }
        assert!(
            (1..60).contains(&written),
            "{written} of 60 writes were killed too late (seed {})",
            random.seed()
        );
    }
}
