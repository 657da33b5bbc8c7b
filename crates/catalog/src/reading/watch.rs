//! Says when it is worth looking at the files again.
//!
//! A hint, never a fact: events of a file system come late, twice or not at all, so whoever hears one compares files as
//! at any other time. Must not be relied upon alone; the pass at an interval stays.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use notify::event::{AccessKind, AccessMode, CreateKind, EventKind, ModifyKind, RemoveKind};
use notify::{ErrorKind, Event, RecommendedWatcher, RecursiveMode, Watcher as _};
use parking_lot::Mutex;
use rustc_hash::FxHashSet;
use tracing::{debug, warn};

use super::paths;
use super::source::{Source, existing_folder, expand};

/// How long changes are collected before they become one hint.
const DEBOUNCE: Duration = Duration::from_millis(100);
/// Pause when the system lost events, perhaps because looking at many folders makes events itself.
const AFTER_OVERFLOW: Duration = Duration::from_secs(2);

/// Watches the folders of sources and files.
#[derive(Debug)]
pub struct Watcher {
    commands: Sender<Command>,
    hints: tokio::sync::mpsc::Receiver<()>,
    pending: Arc<Mutex<Changed>>,
}

/// What may have changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Changed {
    /// At most the content of these of the files that are watched.
    Files(FxHashSet<PathBuf>),
    /// Anything: which files there are, too.
    Anything,
}

impl Default for Changed {
    fn default() -> Self {
        Self::Files(FxHashSet::default())
    }
}

impl Changed {
    fn add(&mut self, file: &Path) {
        if let Self::Files(files) = self {
            files.insert(file.to_owned());
        }
    }
}

#[derive(Debug)]
enum Command {
    Watch(Vec<Source>, Vec<PathBuf>),
    Event(notify::Result<Event>),
    Stop,
}

impl Watcher {
    /// Watches nothing yet. If the system gives no watcher, this is logged and there will be no hints.
    pub fn new() -> Self {
        let (commands, inbox) = channel();
        let (hint, hints) = tokio::sync::mpsc::channel(1);
        let pending = Arc::<Mutex<Changed>>::default();
        let (events, noted) = (commands.clone(), Arc::clone(&pending));
        let run = move || match notify::recommended_watcher(move |event| forward(&events, event)) {
            Ok(watcher) => Watching::new(watcher, hint, noted).run(&inbox),
            Err(cause) => no_watcher(&cause),
        };
        if let Err(cause) = std::thread::Builder::new().name("watch".to_owned()).spawn(run) {
            no_watcher(&cause);
        }
        Self { commands, hints, pending }
    }

    /// From now on watches the folders of these sources and of these files, and no others. A folder among `files` is
    /// watched itself. Returns at once; when folders were added, a hint follows, because something may have changed in
    /// them before they were watched.
    pub fn watch(&self, sources: &[Source], files: &[PathBuf]) {
        // Without a thread there is nobody to tell, which was logged at the start.
        let _nobody = self.commands.send(Command::Watch(sources.to_vec(), files.to_vec()));
    }

    /// Waits for the next hint: what may have changed since the last one. Can be dropped at any time without losing one.
    pub async fn changed(&mut self) -> Changed {
        if self.hints.recv().await.is_none() {
            std::future::pending::<()>().await;
        }
        std::mem::take(&mut self.pending.lock())
    }
}

impl Default for Watcher {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        let _gone = self.commands.send(Command::Stop);
    }
}

fn no_watcher(cause: &dyn std::fmt::Display) {
    warn!(
        "changes of files cannot be watched ({cause}); they are seen at the next pass, see catalog.processingInterval"
    );
}

/// Passes an event on, if it is not just somebody reading a file.
fn forward(events: &Sender<Command>, event: notify::Result<Event>) {
    let is_reading = |event: &Event| match event.kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write)) => false,
        EventKind::Access(_) => !event.need_rescan(),
        _ => false,
    };
    if !event.as_ref().is_ok_and(is_reading) {
        // The receiver ends only together with the watcher that calls this.
        let _ended = events.send(Command::Event(event));
    }
}

/// The side of the watching thread.
struct Watching {
    watcher: RecommendedWatcher,
    hint: tokio::sync::mpsc::Sender<()>,
    /// What the next hint will say.
    pending: Arc<Mutex<Changed>>,
    folders: FxHashSet<PathBuf>,
    files: FxHashSet<PathBuf>,
    /// When the collected changes become a hint.
    due: Option<Instant>,
    limit_told: bool,
}

impl Watching {
    fn new(
        watcher: RecommendedWatcher,
        hint: tokio::sync::mpsc::Sender<()>,
        pending: Arc<Mutex<Changed>>,
    ) -> Self {
        let (folders, files) = (FxHashSet::default(), FxHashSet::default());
        Self { watcher, hint, pending, folders, files, due: None, limit_told: false }
    }

    fn run(mut self, inbox: &Receiver<Command>) {
        loop {
            let command = match self.due {
                Some(due) => inbox.recv_timeout(due.saturating_duration_since(Instant::now())),
                None => inbox.recv().map_err(|_| RecvTimeoutError::Disconnected),
            };
            match command {
                Ok(Command::Watch(sources, files)) => self.watch(&sources, files),
                Ok(Command::Event(event)) => self.notice(event),
                Ok(Command::Stop) | Err(RecvTimeoutError::Disconnected) => return,
                Err(RecvTimeoutError::Timeout) => {
                    self.due = None;
                    // A hint that still waits says the same.
                    let _full = self.hint.try_send(());
                }
            }
        }
    }

    /// A hint after this pause, or earlier if one is due.
    fn hint_after(&mut self, pause: Duration) {
        let at = Instant::now() + pause;
        self.due = Some(self.due.map_or(at, |due| due.min(at)));
    }

    fn notice(&mut self, event: notify::Result<Event>) {
        match event {
            Ok(event) if event.need_rescan() => self.anything_after(AFTER_OVERFLOW),
            Ok(event) => {
                let is_structural = is_structural(&event.kind);
                let is_more = event.paths.iter().any(|path| self.is_more(path, is_structural));
                if is_structural {
                    self.forget(&event.paths);
                }
                if is_more || event.paths.is_empty() {
                    self.anything_after(DEBOUNCE);
                    return;
                }
                for file in &event.paths {
                    if self.files.contains(file) {
                        self.pending.lock().add(file);
                        self.hint_after(DEBOUNCE);
                    }
                }
            }
            Err(cause) => {
                debug!("watching files: {cause}");
                self.anything_after(AFTER_OVERFLOW);
            }
        }
    }

    fn anything_after(&mut self, pause: Duration) {
        *self.pending.lock() = Changed::Anything;
        self.hint_after(pause);
    }

    /// Whether what happened at this path can be more than a change of the content of a file that is watched: not every
    /// log file in a watched folder matters, and editors write beside a file before they rename over it.
    fn is_more(&self, path: &Path, is_structural: bool) -> bool {
        if self.files.contains(path) {
            // Gone, or something else by now.
            return !path.is_file();
        }
        // What went away may have been a folder that the system did not want to watch.
        let may_be_folder = || path.is_dir() || (self.limit_told && !path.exists());
        self.folders.contains(path)
            || (is_structural && may_be_folder())
            || paths::has_descriptor_ending(path)
            || path.file_name().is_some_and(|name| name == ".gitignore")
    }

    /// Folders that went away lost their watch; what appears under their names is another folder.
    fn forget(&mut self, gone: &[PathBuf]) {
        let (watcher, folders) = (&mut self.watcher, &mut self.folders);
        for gone in gone.iter().filter(|path| folders.contains(*path)).cloned().collect::<Vec<_>>() {
            folders.retain(|folder| {
                let keep = !folder.starts_with(&gone);
                if !keep {
                    let _lost_already = watcher.unwatch(folder);
                }
                keep
            });
        }
    }

    fn watch(&mut self, sources: &[Source], files: Vec<PathBuf>) {
        let mut wanted: FxHashSet<PathBuf> =
            sources.iter().flat_map(|source| expand(source).folders).collect();
        for file in &files {
            let folder = if file.is_dir() { file } else { paths::folder_of(file) };
            if !wanted.contains(folder) {
                wanted.insert(existing_folder(folder));
            }
        }
        self.files = files.into_iter().collect();
        // Removed first: a renamed folder still has its watch under the old name, and the system knows only one.
        let watcher = &mut self.watcher;
        self.folders.retain(|folder| {
            let keep = wanted.contains(folder);
            if !keep {
                let _lost_already = watcher.unwatch(folder);
            }
            keep
        });
        wanted.retain(|folder| !self.folders.contains(folder));
        if self.add(wanted) {
            self.anything_after(DEBOUNCE);
        }
    }

    /// Whether any folder was added.
    fn add(&mut self, wanted: FxHashSet<PathBuf>) -> bool {
        let before = self.folders.len();
        let mut batch = self.watcher.paths_mut();
        for folder in wanted {
            match batch.add(&folder, RecursiveMode::NonRecursive) {
                Ok(()) => {
                    self.folders.insert(folder);
                }
                Err(cause) if matches!(cause.kind, ErrorKind::MaxFilesWatch) => {
                    if !std::mem::replace(&mut self.limit_told, true) {
                        warn!(
                            folders.watched = self.folders.len(),
                            "the system watches no more folders; changes elsewhere are seen at the next pass, see \
                             catalog.processingInterval. Raise the limit with: sysctl fs.inotify.max_user_watches=524288"
                        );
                    }
                    break;
                }
                // It went away meanwhile, or may not be read, which reading reports.
                Err(cause) => debug!("watching {}: {cause}", folder.display()),
            }
        }
        if let Err(cause) = batch.commit() {
            debug!("watching files: {cause}");
        }
        self.folders.len() > before
    }
}

/// Whether the event is about which files and folders exist, and not about the content of one file.
fn is_structural(kind: &EventKind) -> bool {
    !matches!(
        kind,
        EventKind::Access(_)
            | EventKind::Create(CreateKind::File)
            | EventKind::Remove(RemoveKind::File)
            | EventKind::Modify(ModifyKind::Data(_) | ModifyKind::Metadata(_))
    )
}
