//! Who follows the log wakes, whoever wrote.

#![expect(clippy::expect_used, reason = "what a test relies on may fail it")]

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use platform::feed::{Heard, Names, Newest};
use platform::{Database, Feed};
use testkit::TestDatabase;
use tokio::sync::watch;

/// A watch that would be long over if nothing happened, and is shorter than the feed's poll where that matters.
async fn wait_for(seq: i64, followed: &mut watch::Receiver<Newest>, patience: Duration) {
    let seen = tokio::time::timeout(patience, followed.wait_for(|newest| newest.seq >= seq)).await;
    assert_eq!(seen.map(|seen| seen.expect("the feed is there").seq), Ok(seq));
}

async fn next_name(names: &mut Names) -> Heard {
    tokio::time::timeout(Duration::from_secs(5), names.next()).await.expect("something is heard")
}

testkit::on_both_engines! {
    async fn names_are_heard_in_the_process(db: Database) {
        let feed = Feed::new(&db);
        feed.publish_name("task:nobody listens yet");
        let (mut one, mut other) = (feed.names(), feed.names());
        feed.publish_name("task:1");
        feed.publish_name("task:2");
        for names in [&mut one, &mut other] {
            assert_eq!(next_name(names).await, Heard::Name("task:1".into()));
            assert_eq!(next_name(names).await, Heard::Name("task:2".into()));
        }
        let followed = feed.subscribe();
        for number in 0..2_000 {
            feed.publish_name(&format!("task:{number}"));
        }
        assert_eq!(next_name(&mut one).await, Heard::Anything, "what is too much is not lost without a word");
        assert!(!followed.has_changed().expect("the feed is there"), "who follows the log is not woken");
    }

    async fn followers_in_the_process_see_only_growth(db: Database) {
        let feed = Feed::new(&db);
        let mut followed = feed.clone().subscribe();
        feed.publish(7);
        wait_for(7, &mut followed, Duration::from_secs(1)).await;
        feed.publish(5);
        assert!(!followed.has_changed().expect("the feed is there"), "an older number wakes nobody");
        assert_eq!(feed.newest(), 7);
        feed.publish_beside();
        assert!(followed.has_changed().expect("the feed is there"), "what is beside the log wakes as well");
        assert_eq!(*followed.borrow_and_update(), Newest { seq: 7, beside: 1 });
    }

    async fn a_log_that_grew_unnoticed_is_asked(db: Database) {
        let newest = Arc::new(AtomicI64::new(3));
        let feed = Feed::new(&db);
        let mut followed = feed.subscribe();
        let asked = newest.clone();
        let following = tokio::spawn(async move {
            feed.follow(|| async { Ok::<_, Infallible>(asked.load(Ordering::SeqCst)) }).await;
        });
        wait_for(3, &mut followed, Duration::from_secs(10)).await;
        newest.store(4, Ordering::SeqCst);
        wait_for(4, &mut followed, Duration::from_secs(10)).await;
        following.abort();
    }
}

#[tokio::test]
async fn another_process_is_notified() {
    let test = TestDatabase::postgres().await;
    let other = Database::connect(test.config()).await.expect("a second process");
    let (here, there) = (Feed::new(&test.connection()), Feed::new(&other));
    // Asking never finds anything, so what arrives was sent; what is found once shows that both listen.
    for feed in [&here, &there] {
        let (feed, mut ready) = (feed.clone(), feed.subscribe());
        tokio::spawn(async move { feed.follow(|| async { Ok::<_, Infallible>(1) }).await });
        wait_for(1, &mut ready, Duration::from_secs(10)).await;
    }
    let mut followed = there.subscribe();
    here.publish(42);
    wait_for(42, &mut followed, Duration::from_secs(5)).await;
    let before = followed.borrow_and_update().beside;
    here.publish_beside();
    let heard = followed.wait_for(|newest| newest.beside > before);
    tokio::time::timeout(Duration::from_secs(5), heard).await.expect("in time").expect("the feed is there");
    there.publish(43);
    wait_for(43, &mut here.subscribe(), Duration::from_secs(5)).await;
    let (mut there_names, mut here_names) = (there.names(), here.names());
    here.publish_name("task:it's odd");
    assert_eq!(next_name(&mut there_names).await, Heard::Name("task:it's odd".into()));
    assert_eq!(next_name(&mut here_names).await, Heard::Name("task:it's odd".into()));
    let beside = there.subscribe().borrow().beside;
    there.publish_name("task:2");
    // One's own comes back from the server as well: it wakes twice, and costs nothing else.
    while next_name(&mut here_names).await != Heard::Name("task:2".into()) {}
    assert_eq!(there.subscribe().borrow().beside, beside, "a name is not beside the log");
}
