//! The store on both engines.

use platform::database::Database;

use super::*;

async fn migrated(db: Database) -> Database {
    db.migrate(crate::migrations()).await.expect("the migrations apply");
    db
}

fn session(token_hash: &str, entity_ref: &str, seen_at: i64, expires_at: i64) -> Session {
    Session {
        token_hash: token_hash.to_owned(),
        id: format!("id of {token_hash}"),
        entity_ref: entity_ref.to_owned(),
        needs_entity: true,
        name: None,
        email: Some("ada@example.com".to_owned()),
        browser: "Firefox on Linux".to_owned(),
        created_at: 1,
        seen_at,
        expires_at,
    }
}

fn attempt(state_hash: &str, expires_at: i64) -> Attempt {
    let text = |name: &str| format!("{name} of {state_hash}");
    Attempt {
        state_hash: state_hash.to_owned(),
        browser_hash: text("browser"),
        nonce: text("nonce"),
        verifier: text("verifier"),
        target: "/catalog".to_owned(),
        expires_at,
    }
}

async fn tokens(db: &Database, entity_ref: &str) -> Vec<String> {
    let sessions = sessions_of(db, entity_ref, 10).await.expect("sessions");
    sessions.into_iter().map(|session| session.token_hash).collect()
}

testkit::on_both_engines! {
    async fn a_session_is_found_until_it_ends(db: Database) {
        let db = migrated(db).await;
        let one = session("a", "user:default/ada", 5, 100);
        create_session(&db, one.clone()).await.expect("created");
        assert_eq!(find_session(&db, "a").await.expect("found"), Some(one));
        assert_eq!(find_session(&db, "b").await.expect("asked"), None);
        mark_seen(&db, "a", 60).await.expect("marked");
        assert_eq!(find_session(&db, "a").await.expect("found").map(|one| one.seen_at), Some(60));
        end_session(&db, "a").await.expect("ended");
        mark_seen(&db, "a", 70).await.expect("nothing to mark");
        assert_eq!(find_session(&db, "a").await.expect("asked"), None);
    }

    async fn nobody_ends_the_sessions_of_others(db: Database) {
        let db = migrated(db).await;
        for (token, who, seen) in [("a", "ada", 1), ("b", "ada", 3), ("c", "ada", 2), ("d", "bob", 4)] {
            create_session(&db, session(token, who, seen, 100)).await.expect("created");
        }
        assert_eq!(tokens(&db, "ada").await, ["b", "c", "a"], "last used first");
        assert!(!end_session_of(&db, "ada", "id of d").await.expect("asked"));
        assert!(end_session_of(&db, "ada", "id of c").await.expect("ended"));
        end_other_sessions(&db, "ada", "a").await.expect("ended");
        assert_eq!(tokens(&db, "ada").await, ["a"]);
        assert_eq!(tokens(&db, "bob").await, ["d"]);
    }

    async fn what_expired_goes(db: Database) {
        let db = migrated(db).await;
        for (token, seen, expires) in [("late", 50, 90), ("unused", 20, 200), ("used", 50, 200)] {
            create_session(&db, session(token, "ada", seen, expires)).await.expect("created");
        }
        begin_attempt(&db, attempt("late", 90)).await.expect("begun");
        begin_attempt(&db, attempt("early", 200)).await.expect("begun");
        remove_expired(&db, 100, 30).await.expect("removed");
        assert_eq!(tokens(&db, "ada").await, ["used"]);
        assert!(take_attempt(&db, "late", "browser of late", 10).await.expect("asked").is_none());
        assert!(take_attempt(&db, "early", "browser of early", 10).await.expect("asked").is_some());
    }

    async fn a_sign_in_is_given_out_once_and_to_its_browser(db: Database) {
        let db = migrated(db).await;
        begin_attempt(&db, attempt("s", 100)).await.expect("begun");
        for (state, browser, now) in
            [("s", "browser of t", 50), ("t", "browser of s", 50), ("s", "browser of s", 100)]
        {
            let taken = take_attempt(&db, state, browser, now).await.expect("asked");
            assert!(taken.is_none(), "{state} {browser} {now}");
        }
        let (one, other) = tokio::join!(
            take_attempt(&db, "s", "browser of s", 99),
            take_attempt(&db, "s", "browser of s", 99)
        );
        let taken = [one.expect("asked"), other.expect("asked")];
        let taken: Vec<Attempt> = taken.into_iter().flatten().collect();
        assert!(taken == [attempt("s", 100)], "{} of two got it", taken.len());
    }
}
