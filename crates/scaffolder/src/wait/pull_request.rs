//! `wait:pull-request`: the run goes on once a pull request is merged.
//!
//! Nobody tells the portal of that, so the step looks: often at first, more and more seldom later. It shows the host what it saw
//! last, so that a look at which nothing changed costs nothing of what the host allows.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use futures::FutureExt as _;
use futures::future::BoxFuture;
use integrations::{ApiError, GithubRepository, Reading, encode_part};
use platform::Secret;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};
use url::Url;

use super::{deadline, duration_schema, read};
use crate::action::{About, Action, ActionError, Done, Example, Invocation, Repeat, Wait};
use crate::actions::Reach;
use crate::clock;

/// What the step saw is kept under this name.
const WATCH: &str = "pullRequest";

/// How long it is from the first look to the second.
const SHORTEST: Duration = Duration::from_secs(15);
/// The longest time between two looks.
const LONGEST: Duration = Duration::from_secs(5 * 60);
/// How much longer each time is than the one before.
const GROWTH: f64 = 1.2;
/// By which part of itself a time is longer at most, so that runs which begin together do not look together.
const JITTER: f64 = 0.2;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Input {
    url: Option<String>,
    repo_url: Option<String>,
    number: Option<u64>,
    token: Option<Secret<String>>,
    timeout: Option<Value>,
}

/// What is remembered from look to look. Moments are Unix milliseconds.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Watch {
    /// Until when to wait.
    deadline: Option<i64>,
    /// How many looks there were lately.
    looks: u32,
    /// Not to look before this.
    next: i64,
    /// What the host is shown, to learn whether anything changed.
    validator: Option<String>,
    /// Why the last look failed, if it did.
    trouble: Option<String>,
}

/// A pull request as GitHub's API tells it.
#[derive(Deserialize)]
struct PullRequest {
    state: String,
    #[serde(default)]
    merged: bool,
    merge_commit_sha: Option<String>,
    merged_at: Option<String>,
    merged_by: Option<Person>,
}

#[derive(Deserialize)]
struct Person {
    login: String,
}

pub(crate) fn action(reach: Arc<Reach>) -> Arc<dyn Action> {
    Arc::new(WaitPullRequest { about: about(), reach })
}

struct WaitPullRequest {
    about: About,
    reach: Arc<Reach>,
}

impl Action for WaitPullRequest {
    fn about(&self) -> &About {
        &self.about
    }

    fn run<'a>(&'a self, invocation: Invocation<'a>) -> BoxFuture<'a, Result<Done, ActionError>> {
        self.wait(invocation).boxed()
    }
}

fn about() -> About {
    let text = |description: &str| json!({ "type": "string", "minLength": 1, "description": description });
    let given = |description: &str, example: &str| json!({ "type": "string", "description": description, "examples": [example] });
    About {
        id: "wait:pull-request".to_owned(),
        description: "Waits until a pull request of GitHub is merged, and fails when it is closed without that or the time is \
                      over. The run holds no worker meanwhile; GitHub is asked every 15 seconds at first, every five minutes \
                      later."
            .to_owned(),
        input: json!({
            "type": "object",
            "properties": {
                "url": text("The address of the pull request, such as the output `remoteUrl` of `publish:github:pull-request`."),
                "repoUrl": text("In the place of `url`: the repository, as in `github.com?owner=acme&repo=shop`."),
                "number": { "type": "integer", "minimum": 1, "description": "With `repoUrl`: the number of the pull request." },
                "token": { "type": "string", "description": "A token to look with, in the place of the configured one." },
                "timeout": duration_schema("How long to wait, such as { days: 7 } or 48h. Without it, for ever."),
            },
            "oneOf": [{ "required": ["url"] }, { "required": ["repoUrl", "number"] }],
        }),
        output: json!({
            "type": "object",
            "required": ["mergeCommitSha", "mergedAt", "mergedBy"],
            "properties": {
                "mergeCommitSha": given("The commit that has the change on its branch.", "5ca1ab1e5ca1ab1e5ca1ab1e5ca1ab1e5ca1ab1e"),
                "mergedAt": given("When it was merged.", "2026-01-05T08:30:00Z"),
                "mergedBy": given("The name at GitHub of who merged it; empty where GitHub does not say.", "octocat"),
            },
        }),
        examples: vec![Example {
            description: "Propose a change, and go on once it is merged".to_owned(),
            example: "steps:\n  - id: propose\n    action: publish:github:pull-request\n    input:\n      repoUrl: \
                      github.com?owner=acme&repo=environments\n      branchName: add-staging\n      title: Add \
                      staging\n      description: Asked for in the portal.\n  - id: merged\n    action: \
                      wait:pull-request\n    input:\n      url: ${{ steps.propose.output.remoteUrl }}\n      timeout: { days: 7 }\n"
                .to_owned(),
        }],
        dry_run: false,
        repeat: Repeat::Safe,
    }
}

impl WaitPullRequest {
    async fn wait(&self, invocation: Invocation<'_>) -> Result<Done, ActionError> {
        let Invocation { step, input, journal, .. } = invocation;
        let mut input: Input = serde_json::from_value(Value::Object(input))
            .map_err(|error| ActionError::new(format!("The input is not as expected: {error}.")))?;
        let (repo_url, number) = input.target()?;
        let repository = self.reach.integrations().github_repository(&repo_url, input.token.as_ref())?;
        let page = format!("{}/pull/{number}", repository.page());
        let mut watch = match journal.kept(step, WATCH).await? {
            Some(kept) => read(kept)?,
            None => {
                let deadline = deadline(input.timeout.take())?;
                let until = deadline.map(|at| format!(" until {}", clock::rfc3339(at))).unwrap_or_default();
                journal.log(Some(step), &format!("Waiting for {page} to be merged{until}.")).await?;
                Watch { deadline, looks: 0, next: 0, validator: None, trouble: None }
            }
        };
        let reason = format!("{page} to be merged");
        let now = clock::now();
        // Whoever takes the run up earlier, as after a crash, does not make the host be asked more often.
        if now < watch.next {
            return Ok(Done::Wait(Wait { reason, again_in: Some(between(now, watch.next)) }));
        }
        let look = watch.look(&repository, number).await;
        let (pull_request, again_at) = match look {
            Ok(pull_request) => {
                watch.trouble = None;
                (pull_request, None)
            }
            Err(error) if error.later => {
                let why = format!("{error}.");
                // What stays the same is told once.
                if watch.trouble.as_ref() != Some(&why) {
                    let line = format!("The pull request could not be looked at, and is again later: {why}");
                    journal.log(Some(step), &line).await?;
                }
                watch.trouble = Some(why);
                (None, error.again_at)
            }
            Err(error) => return Err(refused(error, &page)),
        };
        match pull_request {
            Some(pull_request) if pull_request.merged => return Ok(pull_request.output()),
            Some(pull_request) if pull_request.state == "closed" => {
                return Err(ActionError::new(format!(
                    "{page} was closed without being merged. Open it again, and retry the run: it waits again."
                )));
            }
            _ => {}
        }
        if watch.deadline.is_some_and(|deadline| deadline <= now) {
            let why = watch.trouble.map(|why| format!(" The last look failed: {why}")).unwrap_or_default();
            return Err(ActionError::new(format!(
                "{page} was not merged in time.{why} See to it, and retry the run: it waits again."
            )));
        }
        watch.plan(now, fraction(journal.run(), step, watch.looks), again_at);
        let again_in = Some(between(now, watch.next));
        journal.keep(step, WATCH, json!(watch)).await?;
        Ok(Done::Wait(Wait { reason, again_in }))
    }
}

impl Input {
    /// The `repoUrl` and the number.
    fn target(&self) -> Result<(String, u64), ActionError> {
        if let (Some(repo_url), Some(number)) = (&self.repo_url, self.number) {
            return Ok((repo_url.clone(), number));
        }
        let url = self.url.as_deref().unwrap_or_default();
        of_page(url).ok_or_else(|| {
            ActionError::new(format!(
                "{url:?} is no address of a pull request. It looks like https://github.com/acme/shop/pull/7."
            ))
        })
    }
}

/// The `repoUrl` and the number of a pull request's page.
fn of_page(url: &str) -> Option<(String, u64)> {
    let url = Url::parse(url.trim()).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    let mut parts = url.path_segments()?;
    let (owner, repo) = (parts.next()?, parts.next()?);
    let number = parts.next().filter(|form| *form == "pull").and_then(|_| parts.next())?.parse().ok()?;
    let (host, owner, repo) = (url.host_str()?, encode_part(owner), encode_part(repo));
    Some((format!("{host}{port}?owner={owner}&repo={repo}"), number))
}

impl Watch {
    /// Looks once; nothing if the pull request is as it was.
    async fn look(
        &mut self,
        repository: &GithubRepository,
        number: u64,
    ) -> Result<Option<PullRequest>, ApiError> {
        let path = format!("/pulls/{number}");
        match repository.read_below(&path, self.validator.as_deref()).await? {
            Reading::Unchanged => Ok(None),
            Reading::New { value, validator } => {
                let found = PullRequest::deserialize(value).map_err(|error| {
                    ApiError::later(format!(
                        "{} gave an answer that can't be read: {error}",
                        repository.api().host()
                    ))
                })?;
                // One on which people work may be merged soon.
                if self.validator.is_some() {
                    self.looks /= 2;
                }
                self.validator = validator;
                Ok(Some(found))
            }
        }
    }

    /// Says when the next look is. `jitter` is between 0 and 1.
    fn plan(&mut self, now: i64, jitter: f64, again_at: Option<SystemTime>) {
        let pause = interval(self.looks, jitter);
        let asked = again_at.and_then(|at| at.duration_since(SystemTime::now()).ok()).unwrap_or_default();
        self.looks = self.looks.saturating_add(1);
        self.next = now.saturating_add(clock::millis(pause.max(asked)));
        if let Some(deadline) = self.deadline {
            self.next = self.next.min(deadline);
        }
    }
}

/// How long it is to the next look.
fn interval(looks: u32, jitter: f64) -> Duration {
    // More do not matter: by then it is the longest time.
    let growth = GROWTH.powi(i32::try_from(looks.min(100)).unwrap_or_default());
    let pause = Duration::from_secs_f64((SHORTEST.as_secs_f64() * growth).min(LONGEST.as_secs_f64()));
    pause.mul_f64(1.0 + JITTER * jitter)
}

/// A number between 0 and 1 that is another one for each run, step and look.
fn fraction(run: &str, step: &str, looks: u32) -> f64 {
    let digest = Sha256::digest(format!("{run} {step} {looks}"));
    f64::from(u16::from_be_bytes([digest[0], digest[1]])) / f64::from(u16::MAX)
}

fn between(now: i64, then: i64) -> Duration {
    Duration::from_millis(u64::try_from(then.saturating_sub(now)).unwrap_or_default())
}

impl PullRequest {
    fn output(self) -> Done {
        let text = |value: Option<String>| Value::String(value.unwrap_or_default());
        Done::Output(Map::from_iter([
            ("mergeCommitSha".to_owned(), text(self.merge_commit_sha)),
            ("mergedAt".to_owned(), text(self.merged_at)),
            ("mergedBy".to_owned(), text(self.merged_by.map(|person| person.login))),
        ]))
    }
}

/// What the host refused. It answers "not found" too where a token may not look.
fn refused(error: ApiError, page: &str) -> ActionError {
    let hint = error.is(403) || error.is(404);
    let mut error = ActionError::from(error);
    if hint {
        error.message += &format!(
            " Check that {page} is there, and that the token has the permission \"Pull requests: read\"."
        );
    }
    error
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_come_more_and_more_seldom_up_to_five_minutes() {
        let mut before = Duration::ZERO;
        for looks in 0..200 {
            let (least, most) = (interval(looks, 0.0), interval(looks, 1.0));
            assert!(least >= before && least >= SHORTEST && least <= LONGEST, "{looks}: {least:?}");
            assert!(most > least && most <= LONGEST.mul_f64(1.2), "{looks}: {most:?}");
            before = least;
        }
        assert_eq!((interval(0, 0.0), interval(200, 0.0)), (SHORTEST, LONGEST));
        assert_eq!(interval(u32::MAX, 0.0), LONGEST);
        let fractions: Vec<f64> = (0..20).map(|looks| fraction("run", "step", looks)).collect();
        assert!(fractions.iter().all(|fraction| (0.0..=1.0).contains(fraction)), "{fractions:?}");
        assert!(fractions.windows(2).all(|two| two[0] != two[1]), "{fractions:?}");
    }

    #[test]
    fn a_plan_keeps_to_what_the_host_wants_and_to_the_time_there_is() {
        let watch = |deadline| Watch { deadline, looks: 0, next: 0, validator: None, trouble: None };
        let mut limited = watch(None);
        limited.plan(1_000, 0.0, Some(SystemTime::now() + Duration::from_secs(600)));
        assert!((590_000..=601_000).contains(&limited.next), "{}", limited.next);
        let mut short = watch(Some(3_000));
        short.plan(1_000, 0.0, None);
        assert_eq!((short.next, short.looks), (3_000, 1));
    }

    #[test]
    fn addresses_of_pull_requests() {
        for (url, expected) in [
            ("https://github.com/acme/shop/pull/7", Some(("github.com?owner=acme&repo=shop", 7))),
            (" http://127.0.0.1:80/acme/shop/pull/7/files?x#y", Some(("127.0.0.1?owner=acme&repo=shop", 7))),
            ("https://ghe.test:8443/a/b/pull/12/", Some(("ghe.test:8443?owner=a&repo=b", 12))),
            ("https://github.com/acme/shop/issues/7", None),
            ("https://github.com/acme/shop/pull/x", None),
            ("https://github.com/acme/shop/pull", None),
            ("https://github.com/pull/7", None),
            ("file:///acme/shop/pull/7", None),
            ("acme/shop#7", None),
        ] {
            let expected = expected.map(|(repo_url, number)| (repo_url.to_owned(), number));
            assert_eq!(of_page(url), expected, "{url}");
        }
    }
}
