//! A process that dies at its n-th word to the journal: before it is written, or right behind.

use std::future::pending;
use std::sync::atomic::AtomicI64;

use platform::database::Database;
use tokio::sync::Notify;

use super::kill::{Result, result, spec, undisturbed};
use super::*;
use crate::action::{Base, Initiator};
use crate::execution::{Ended, Environment, Journal, Mask, Outcome, Run, Secrets, execute};
use crate::expression::Failures;
use crate::journal::{Opening, TaskJournal};
use crate::template::Template;
use crate::workspace::Workspace;

/// A journal whose process dies.
struct Dying {
    journal: TaskJournal,
    /// Words that are still written.
    left: AtomicI64,
    /// Whether the last word is written before the process dies.
    behind: bool,
    died: Notify,
}

impl Dying {
    /// Says a word, or dies of it.
    async fn word(
        &self,
        write: impl Future<Output = platform::error::Result<()>>,
    ) -> platform::error::Result<()> {
        if self.left.fetch_sub(1, Ordering::SeqCst) > 0 {
            return write.await;
        }
        if self.behind {
            write.await?;
        }
        self.died.notify_one();
        pending().await
    }
}

impl Journal for Dying {
    fn run(&self) -> &str {
        self.journal.run()
    }

    fn ended(&self, step: &str) -> Option<Ended> {
        self.journal.ended(step)
    }

    fn interrupted(&self, step: &str) -> bool {
        self.journal.interrupted(step)
    }

    fn begun(&self, step: &str) -> bool {
        self.journal.begun(step)
    }

    fn begin<'a>(&'a self, step: &'a str) -> BoxFuture<'a, platform::error::Result<()>> {
        self.word(self.journal.begin(step)).boxed()
    }

    fn end<'a>(
        &'a self,
        step: &'a str,
        ended: Ended,
        workspace: &'a Workspace,
    ) -> BoxFuture<'a, platform::error::Result<()>> {
        self.word(self.journal.end(step, ended, workspace)).boxed()
    }

    fn pause<'a>(&'a self, step: &'a str) -> BoxFuture<'a, platform::error::Result<()>> {
        self.word(self.journal.pause(step)).boxed()
    }

    fn branch<'a>(
        &'a self,
        group: &'a str,
        place: usize,
    ) -> BoxFuture<'a, platform::error::Result<Option<Vec<u8>>>> {
        self.journal.branch(group, place)
    }

    fn mask(&self) -> &Mask {
        self.journal.mask()
    }

    fn log<'a>(
        &'a self,
        step: Option<&'a str>,
        message: &'a str,
    ) -> BoxFuture<'a, platform::error::Result<()>> {
        self.word(self.journal.log(step, message)).boxed()
    }

    fn kept<'a>(
        &'a self,
        step: &'a str,
        name: &'a str,
    ) -> BoxFuture<'a, platform::error::Result<Option<Value>>> {
        self.journal.kept(step, name)
    }

    fn keep<'a>(
        &'a self,
        step: &'a str,
        name: &'a str,
        value: Value,
    ) -> BoxFuture<'a, platform::error::Result<()>> {
        self.word(self.journal.keep(step, name, value)).boxed()
    }

    fn stopped(&self) -> &CancellationToken {
        self.journal.stopped()
    }

    fn halted(&self) -> &CancellationToken {
        self.journal.halted()
    }

    fn cancelled(&self) -> bool {
        self.journal.cancelled()
    }
}

/// Works on a run that is due until its process dies; whether it did.
async fn work_and_die(bench: &Bench, words: i64, behind: bool) -> bool {
    let tools = bench.tools();
    let claimed = take(&tools, "dies").await.unwrap().expect("due");
    let entity: Value = serde_json::from_str(&claimed.task.template).unwrap();
    let template = Template::to_run(&entity, &tools.registry, Failures::Errors).unwrap();
    let (_folder, workspace) = folder::prepare(&tools.settings.working_directory(), None).await.unwrap();
    let opening = Opening {
        lease: claimed.lease.clone(),
        template: &template,
        before: Vec::new(),
        workspace: None,
        events: claimed.task.last_event,
        mask: Mask::default(),
        is_cancelling: false,
        stopped: CancellationToken::new(),
    };
    let journal = TaskJournal::new(bench.database.clone(), tools.feed.clone(), opening);
    let dying = Dying { journal, left: AtomicI64::new(words), behind, died: Notify::new() };
    let run = Run {
        template: &template,
        registry: &tools.registry,
        parameters: Map::new(),
        secrets: Secrets::new(),
        environment: Environment::default(),
        initiator: Initiator::default(),
        base: Base::File("/t/template.yaml".into()),
        workspace,
        dry_run: false,
        options: tools.settings.options,
    };
    let died = tokio::select! {
        outcome = execute(&run, &dying) => {
            assert!(matches!(outcome, Ok(Outcome::Completed(_) | Outcome::Failed { .. })), "{outcome:?}");
            false
        }
        () = dying.died.notified() => true,
    };
    runs::lose(bench, &claimed.lease).await;
    died
}

/// Lets the process of a run of these steps die at each of its words; how many there are.
pub(super) async fn dies_at_each_word(db: &Database, spec: &Value, expected: &Result) -> i64 {
    let mut most = 0;
    for behind in [false, true] {
        let mut words = 0;
        loop {
            let bench = Bench::new(db.clone()).await;
            let id = bench.start(spec.clone()).await;
            let died = work_and_die(&bench, words, behind).await;
            let before = bench.messages(&id).await;
            bench.work().await;
            let all = bench.messages(&id).await;
            assert_eq!(all[..before.len()], before, "what was told stays, and is told once");
            assert_eq!(&result(&bench, &id).await, expected, "dead at word {words}, written: {behind}");
            if !died {
                break;
            }
            words += 1;
        }
        most = words;
    }
    most
}

testkit::on_both_engines! {
    async fn dead_at_each_word_a_run_ends_as_if_nobody_had(db: Database) {
        let expected = undisturbed(&db).await;
        let words = dies_at_each_word(&db, &spec(), &expected).await;
        assert!(words >= 20, "a run has only {words} words");
    }
}
