//! What an address would bring, before it is registered.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt as _;
use integrations::{Integrations, ReadError, is_pattern};
use model::{LocationRef, Problem};
use parking_lot::Mutex;
use rustc_hash::{FxHashMap, FxHashSet};

use super::fetch::{Got, sign};
use super::resolve;
use crate::reading::{self, ReadEntity, Remote, RemoteListing, RemoteText, Rules};
use crate::store::RemoteFile;

/// Most files that are read for a look.
const MOST_FILES: usize = 100;
/// Requests at a time.
const AT_A_TIME: usize = 5;
/// How long a look may take.
const TIME: Duration = Duration::from_secs(15);

/// What an address would bring.
#[derive(Default)]
pub(crate) struct Draft {
    /// The entities, in the order of reading, each with the address of its file.
    pub(crate) entities: Vec<(String, ReadEntity)>,
    /// What is wrong in the files, or why one could not be read.
    pub(crate) problems: Vec<Problem>,
    /// Files and patterns that were read.
    pub(crate) file_count: usize,
    /// More than this look reads.
    pub(crate) is_cut: bool,
    /// What was fetched, so that registering need not fetch it again.
    pub(crate) fetched: Vec<RemoteFile>,
}

impl Draft {
    /// Looks behind an address and whatever it leads to.
    pub(crate) async fn of(integrations: &Integrations, address: &str, rules: &Rules) -> Self {
        let integrations = integrations.clone();
        let looked = Arc::new(Desk { integrations, answers: Mutex::default(), asked: Mutex::default() });
        let mut draft = Self::default();
        let work = async {
            loop {
                // Reads what is there; whatever is missing is fetched, and then all is read again.
                let (desk, address, rules) = (Arc::clone(&looked), address.to_owned(), rules.clone());
                match tokio::task::spawn_blocking(move || desk.read(&address, &rules)).await {
                    Ok(read) => draft = read,
                    Err(error) => return tracing::error!(%error, "a look behind an address broke off"),
                }
                let wanted: Vec<String> = std::mem::take(&mut *looked.asked.lock());
                if wanted.is_empty() {
                    return;
                }
                looked.fetch(wanted).await;
            }
        };
        if tokio::time::timeout(TIME, work).await.is_err() {
            draft.is_cut = true;
        }
        draft.fetched = looked.take_files();
        draft
    }
}

/// What was fetched for one look.
struct Desk {
    integrations: Integrations,
    answers: Mutex<FxHashMap<String, Result<Got, ReadError>>>,
    asked: Mutex<Vec<String>>,
}

impl Desk {
    fn read(&self, address: &str, rules: &Rules) -> Draft {
        let origin = LocationRef { kind: "url".to_owned(), target: address.to_owned() };
        let mut draft = Draft::default();
        let mut queue: VecDeque<String> = [address.to_owned()].into();
        let mut visited = FxHashSet::default();
        let mut owners = FxHashSet::default();
        while let Some(address) = queue.pop_front() {
            if !visited.insert(address.clone()) {
                continue;
            }
            if visited.len() > MOST_FILES {
                draft.is_cut = true;
                break;
            }
            if is_pattern(&address) {
                match self.text(&address) {
                    RemoteText::Text { text, .. } => {
                        let listing: RemoteListing = serde_json::from_str(&text).unwrap_or_default();
                        draft.problems.extend(reading::listing_problems(&address, &listing));
                        queue.extend(listing.files);
                    }
                    state => draft.problems.extend(reading::remote_problem(&address, &state)),
                }
                continue;
            }
            let reading = reading::read_remote(&address, &origin, rules, self);
            if reading.pending {
                draft.problems.extend(reading::remote_problem(&address, &self.text(&address)));
                continue;
            }
            draft.file_count += 1;
            draft.problems.extend(reading.problems);
            queue.extend(
                reading
                    .targets
                    .iter()
                    .filter_map(|target| reading::address_of(&target.location_ref).map(str::to_owned)),
            );
            let own = reading.entities.into_iter().filter(|entity| owners.insert(entity.entity_ref.clone()));
            draft.entities.extend(own.map(|entity| (address.clone(), entity)));
        }
        draft
    }

    async fn fetch(&self, wanted: Vec<String>) {
        let known = self.answers.lock().len();
        let room = MOST_FILES.saturating_sub(known);
        let mut answers = futures::stream::iter(wanted.into_iter().enumerate())
            .map(|(index, address)| async move {
                let full = || Err(ReadError::Refused(format!("a look reads {MOST_FILES} files at most")));
                let got =
                    if index < room { Got::from(&self.integrations, &address, None).await } else { full() };
                (address, got)
            })
            .buffer_unordered(AT_A_TIME);
        while let Some((address, got)) = answers.next().await {
            self.answers.lock().insert(address, got);
        }
    }

    fn take_files(&self) -> Vec<RemoteFile> {
        let kept = |(url, got): (String, Result<Got, ReadError>)| match got {
            Ok(Got::New { content, validator }) => Some(RemoteFile {
                url,
                change: true,
                fingerprint: Some(sign(&content)),
                validator,
                content: Some(content),
                ..RemoteFile::default()
            }),
            _ => None,
        };
        std::mem::take(&mut *self.answers.lock()).into_iter().filter_map(kept).collect()
    }
}

impl Remote for Desk {
    fn resolve(&self, target: &str, base: &str) -> Result<String, String> {
        resolve(&self.integrations, target, base)
    }

    fn same_repository(&self, one: &str, other: &str) -> bool {
        self.integrations.same_repository(one, other)
    }

    fn edit_url(&self, address: &str) -> Option<String> {
        self.integrations.edit_url(address)
    }

    fn folder_url(&self, address: &str) -> Option<String> {
        self.integrations.folder_url(address)
    }

    fn text(&self, address: &str) -> RemoteText {
        match self.answers.lock().get(address) {
            Some(Ok(Got::New { content, .. })) => {
                RemoteText::Text { text: content.clone(), fingerprint: sign(content) }
            }
            Some(Ok(Got::Unchanged)) => RemoteText::Failed("the host gave no content".to_owned()),
            Some(Err(ReadError::Missing(why))) => RemoteText::Missing(why.clone()),
            Some(Err(error)) => RemoteText::Failed(error.to_string()),
            None => {
                let mut asked = self.asked.lock();
                if !asked.iter().any(|known| known == address) {
                    asked.push(address.to_owned());
                }
                RemoteText::Pending
            }
        }
    }
}
