//! Tasks whose steps can be undone.

use platform::database::Database;

use super::*;

fn compensation(number: i64) -> StepInfo {
    StepInfo { id: format!("s{number}.compensate"), ..info(10 - number) }
}

async fn cancelled(db: &Database, id: &str) -> Option<Cancelled> {
    let compensations = [0, 1].map(|number| compensation(number).id);
    cancel(db, id, &compensations, event("cancel"), event("cancelled")).await.unwrap()
}

async fn retried(db: &Database, id: &str) -> Option<Retried> {
    let compensations = [0, 1].map(|number| compensation(number).id).to_vec();
    retry(db, id, &Plan { compensations, groups: Vec::new() }, None, |_| event("again")).await.unwrap()
}

fn rests(step: &str, is_compensating: bool) -> [Rest; 2] {
    let (step, reason) = (step.to_owned(), "it".to_owned());
    [
        Rest::Waiting { step: step.clone(), reason: reason.clone(), due_at: None, is_compensating },
        Rest::Asking { step, reason, is_compensating },
    ]
}

testkit::on_both_engines! {
    async fn cancelling_is_left_to_a_worker_that_undoes(db: Database) {
        let db = migrated(db).await;
        let waits = rests("s0", false).map(Some);
        for (number, rest) in [None].into_iter().chain(waits).enumerate() {
            let id = number.to_string();
            let what = format!("{rest:?}");
            match rest {
                None => added(&db, &id).await,
                Some(rest) => {
                    let lease = held(&db, &id).await;
                    begin_step(&db, &lease, &info(0), &[]).await.unwrap();
                    put_away(&db, &lease, rest, &[]).await.unwrap();
                }
            }
            assert_eq!(cancelled(&db, &id).await, Some(Cancelled::Asked), "{what}");
            assert_eq!(cancelled(&db, &id).await, Some(Cancelled::Asked), "{what}");
            let row = row(&db, &id).await;
            assert_eq!((row.state().unwrap(), row.is_cancelling, row.wait_step), (TaskState::Open, true, None));
            let told = texts(&db, &id).await;
            assert_eq!(told.iter().filter(|text| *text == "cancel").count(), 1, "{told:?}");
            let lease = taken(&db).await;
            finish(&db, &lease, finished(TaskState::Cancelled), &[event("undone")]).await.unwrap();
            assert_eq!(cancelled(&db, &id).await, Some(Cancelled::Ended(TaskState::Cancelled)));
        }
    }

    async fn what_is_being_undone_is_not_hurried_and_not_cancelled(db: Database) {
        let db = migrated(db).await;
        for (number, rest) in rests("s0.compensate", true).into_iter().enumerate() {
            let id = number.to_string();
            let lease = held(&db, &id).await;
            end_step(&db, &lease, end(0, step_state::COMPLETED), None, event("0")).await.unwrap();
            assert_eq!(cancelled(&db, &id).await, Some(Cancelled::Asked));
            begin_step(&db, &lease, &compensation(0), &[event("undoes")]).await.unwrap();
            let state = rest.clone();
            put_away(&db, &lease, rest, &[]).await.unwrap();
            assert!(claim(&db, "x", i64::MAX, i64::MAX).await.unwrap().is_none(), "{state:?}");
            let before = (row(&db, &id).await, texts(&db, &id).await);
            assert_eq!(cancelled(&db, &id).await, Some(Cancelled::Asked));
            assert_eq!((row(&db, &id).await, texts(&db, &id).await), before, "{state:?}");
        }
    }

    async fn what_was_undone_is_not_retried(db: Database) {
        let db = migrated(db).await;
        for (id, undone) in [("undone", true), ("not", false)] {
            let lease = held(&db, id).await;
            end_step(&db, &lease, end(0, step_state::COMPLETED), snapshot("x"), event("0")).await.unwrap();
            end_step(&db, &lease, end(1, step_state::FAILED), None, event("1")).await.unwrap();
            if undone {
                begin_step(&db, &lease, &compensation(0), &[event("undoes")]).await.unwrap();
            }
            finish(&db, &lease, finished(TaskState::Failed), &[event("failed")]).await.unwrap();
            let before = (row(&db, id).await, texts(&db, id).await, step_lines(&db, id).await);
            let expected = if undone { Retried::Undone } else { Retried::From(Some("s1".to_owned())) };
            assert_eq!(retried(&db, id).await, Some(expected));
            if undone {
                let after = (row(&db, id).await, texts(&db, id).await, step_lines(&db, id).await);
                assert_eq!(after, before, "nothing of it changes");
            }
        }
    }
}
