//! Branches of steps that run at the same time, each in a copy of the workspace of its own.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use futures::future::try_join_all;
use platform::error::Error;
use serde_json::Map;
use tempfile::TempDir;

use super::compute::Decision;
use super::{Ended, Outcome, Progress, StepState, cancelled, failed, skipped};
use crate::action::Wait;
use crate::template::{Branch, Step};
use crate::workspace::{Workspace, WorkspaceError};

/// What came of all branches of a group.
enum Joined {
    /// The group ended.
    Ended(Ended),
    /// The run is put away.
    PutAway(Outcome),
}

impl<'a> Progress<'a> {
    /// Runs the branches of a group until all ended; the outcome of the run if it ends here or is put away.
    pub(super) async fn fork(&mut self, group: &Arc<Step>) -> Result<Option<Outcome>, Error> {
        if let Some(ended) = self.journal.ended(&group.id) {
            for step in group.branches.iter().flat_map(|branch| &branch.steps) {
                if let Some(ended) = self.journal.ended(&step.id) {
                    // One that was cancelled ends the group, which says what becomes of the run.
                    self.replay(step, ended).await;
                }
            }
            return Ok(self.absorb(group, ended));
        }
        // Where it was begun, its branches know what of them is done.
        if self.journal.stopped().is_cancelled() && !self.journal.begun(&group.id) {
            return self.stopped(group).await;
        }
        let decision = self.decide(group).await;
        self.journal.begin(&group.id).await?;
        let ended = match decision {
            Err(error) => failed(error),
            Ok(Decision::Skip(why)) => {
                self.journal.log(Some(&group.id), &why).await?;
                skipped(Map::new())
            }
            Ok(Decision::Run(_)) => match self.branches(group).await? {
                Joined::Ended(ended) => ended,
                Joined::PutAway(outcome) => return Ok(Some(outcome)),
            },
        };
        self.journal.end(&group.id, ended.clone(), &self.workspace).await?;
        Ok(self.absorb(group, ended))
    }

    async fn branches(&mut self, group: &Arc<Step>) -> Result<Joined, Error> {
        let (_folder, workspaces) = self.copies(group).await?;
        let mut branches: Vec<Progress<'a>> = workspaces.into_iter().map(|copy| self.branch(copy)).collect();
        let has_failed =
            group.branches.iter().flat_map(|branch| &branch.steps).any(|step| {
                self.journal.ended(&step.id).is_some_and(|ended| ended.state == StepState::Failed)
            });
        let has_failed = AtomicBool::new(has_failed);
        let running = branches.iter_mut().zip(&group.branches);
        let running = running.map(|(progress, branch)| progress.along(branch, &has_failed));
        let outcomes = try_join_all(running).await?;
        let named: Vec<(String, Workspace)> = group
            .branches
            .iter()
            .zip(&branches)
            .map(|(branch, progress)| (branch.name.clone(), progress.workspace.clone()))
            .collect();
        let mut broken = Vec::new();
        for (branch, progress) in group.branches.iter().zip(branches) {
            if progress.failure.is_some() {
                broken.push(branch.name.as_str());
            }
            Arc::make_mut(&mut self.context).join(&progress.context);
            self.completed.extend(progress.completed);
            self.failure = self.failure.take().or(progress.failure);
        }
        let is_any = |kind: fn(&Outcome) -> bool| outcomes.iter().flatten().any(kind);
        if is_any(|outcome| matches!(outcome, Outcome::Stopped)) {
            return Ok(Joined::PutAway(Outcome::Stopped));
        }
        if is_any(|outcome| matches!(outcome, Outcome::Cancelled)) {
            self.break_off(&outcomes, &named).await?;
            return Ok(Joined::Ended(cancelled()));
        }
        if let Some(asking) =
            outcomes.iter().flatten().find(|outcome| matches!(outcome, Outcome::Asking { .. }))
        {
            self.journal.pause(&group.id).await?;
            return Ok(Joined::PutAway(asking.clone()));
        }
        if !broken.is_empty() {
            // What others wait for is not waited for any more.
            self.break_off(&outcomes, &named).await?;
            return Ok(Joined::Ended(failed(format!("Failed in: {}.", broken.join(", ")))));
        }
        if let Some(waiting) = waiting(&outcomes) {
            self.journal.pause(&group.id).await?;
            return Ok(Joined::PutAway(waiting));
        }
        match self.workspace.blocking(move |all| all.merge(&named)).await {
            Ok(()) => {
                Ok(Joined::Ended(Ended { state: StepState::Completed, output: Map::new(), error: None }))
            }
            Err(WorkspaceError::Refused(why)) => Ok(Joined::Ended(failed(why))),
            Err(error) => Err(Error::internal(error)),
        }
    }

    /// Runs the steps of a branch. Once a step of another one failed, it ends behind the step that is under way.
    async fn along(&mut self, branch: &Branch, has_failed: &AtomicBool) -> Result<Option<Outcome>, Error> {
        for step in &branch.steps {
            let is_new = !self.journal.begun(&step.id) && self.journal.ended(&step.id).is_none();
            if is_new && self.failure.is_none() && has_failed.load(Ordering::SeqCst) {
                return Ok(None);
            }
            if let Some(outcome) = self.step(step).await? {
                if matches!(outcome, Outcome::Waiting { .. }) {
                    self.journal.pause(&step.id).await?;
                }
                return Ok(Some(outcome));
            }
            if self.failure.is_some() {
                has_failed.store(true, Ordering::SeqCst);
            }
        }
        Ok(None)
    }

    /// Ends the steps that wait or ask, for the run does not go on with them.
    async fn break_off(
        &self,
        outcomes: &[Option<Outcome>],
        named: &[(String, Workspace)],
    ) -> Result<(), Error> {
        for (outcome, (_, workspace)) in outcomes.iter().zip(named) {
            if let Some(Outcome::Waiting { step, .. } | Outcome::Asking { step }) = outcome {
                self.journal.end(step, cancelled(), workspace).await?;
            }
        }
        Ok(())
    }

    /// The progress of a branch: it knows what came before the group, and nothing of the other branches.
    fn branch(&self, workspace: Workspace) -> Progress<'a> {
        Progress {
            run: self.run,
            journal: self.journal,
            context: Arc::clone(&self.context),
            workspace,
            failure: None,
            given: Arc::clone(&self.given),
            completed: Vec::new(),
        }
    }

    /// A workspace for each branch: as the branch left it, or as that of the run is. They are gone with the folder.
    async fn copies(&self, group: &Step) -> Result<(TempDir, Vec<Workspace>), Error> {
        let mut kept = Vec::new();
        for place in 0..group.branches.len() {
            kept.push(self.journal.branch(&group.id, place).await?);
        }
        let copies = self.workspace.blocking(move |all| {
            let made = |cause| WorkspaceError::Io { path: "the copies for the branches".to_owned(), cause };
            let beside = all.path().parent().unwrap_or_else(|| Path::new("."));
            let folder = tempfile::Builder::new().prefix("branches-").tempdir_in(beside).map_err(made)?;
            let content = all.pack()?;
            let copy = |(place, kept): (usize, Option<Vec<u8>>)| {
                let copy = Workspace::open_within(folder.path().join(place.to_string()), all.limits())?;
                copy.unpack(kept.as_ref().unwrap_or(&content))?;
                Ok::<_, WorkspaceError>(copy)
            };
            let copies = kept.into_iter().enumerate().map(copy).collect::<Result<Vec<_>, _>>()?;
            Ok::<_, WorkspaceError>((folder, copies))
        });
        copies.await.map_err(Error::internal)
    }
}

/// What all branches that wait are waited for together; nothing if none does.
fn waiting(outcomes: &[Option<Outcome>]) -> Option<Outcome> {
    let mut waits = outcomes.iter().flatten().filter_map(|outcome| match outcome {
        Outcome::Waiting { step, wait } => Some((step, wait)),
        _ => None,
    });
    let (step, first) = waits.next()?;
    let all = waits.fold(first.clone(), |all, (_, wait)| Wait {
        reason: format!("{}; {}", all.reason, wait.reason),
        again_in: all.again_in.into_iter().chain(wait.again_in).min(),
    });
    Some(Outcome::Waiting { step: step.clone(), wait: all })
}
