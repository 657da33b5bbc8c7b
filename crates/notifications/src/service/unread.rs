//! The number beside the bell. Each open page asks for it whenever the catalog changes, so it is counted when there is news
//! for the person, and kept until then.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use platform::feed::{Heard, Names};
use platform::notify::{NEWS_OF_ALL, news_of};
use quick_cache::sync::Cache;
use tokio_util::sync::CancellationToken;

/// How long a number is kept without news: they may be lost, and old notifications are forgotten without any.
const FRESH: Duration = Duration::from_secs(60);
/// People whose numbers are kept.
const PEOPLE: usize = 10_000;

/// What was counted lately, by the name under which the feed tells of news for the person.
pub(super) struct Unread {
    counts: Cache<Arc<str>, (Instant, u64)>,
    /// How often there was news.
    news: AtomicU64,
}

/// How often there had been news when a count began.
pub(super) struct Begun(u64);

impl Default for Unread {
    fn default() -> Self {
        Self { counts: Cache::new(PEOPLE), news: AtomicU64::new(0) }
    }
}

impl Unread {
    /// The number of a person, if it is known; otherwise what [`Self::keep`] wants with it.
    pub(super) fn of(&self, user: &str) -> Result<u64, Begun> {
        let begun = Begun(self.news.load(Ordering::SeqCst));
        let kept = self.counts.get(&*news_of(user)).filter(|(at, _)| at.elapsed() < FRESH);
        kept.map(|(_, count)| count).ok_or(begun)
    }

    /// Keeps what was counted, unless there was news meanwhile.
    pub(super) fn keep(&self, user: &str, Begun(begun): Begun, count: u64) {
        let name: Arc<str> = news_of(user).into();
        self.counts.insert(Arc::clone(&name), (Instant::now(), count));
        if self.news.load(Ordering::SeqCst) != begun {
            self.counts.remove(&name);
        }
    }

    /// Forgets what there is news of.
    pub(super) fn forget(&self, name: &str) {
        self.news.fetch_add(1, Ordering::SeqCst);
        if name == NEWS_OF_ALL {
            self.counts.clear();
        } else {
            self.counts.remove(name);
        }
    }

    /// Forgets what other processes have news of, until this one ends.
    pub(super) async fn follow(self: Arc<Self>, mut names: Names, stopping: CancellationToken) {
        while let Some(heard) = stopping.run_until_cancelled(names.next()).await {
            match heard {
                Heard::Name(name) => self.forget(&name),
                Heard::Anything => self.forget(NEWS_OF_ALL),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_kept_until_there_is_news() {
        let unread = Unread::default();
        let Err(begun) = unread.of("user:default/ada") else { panic!("nothing was counted yet") };
        unread.keep("user:default/ada", begun, 3);
        assert_eq!(unread.of("user:default/ada").ok(), Some(3));
        unread.forget(&news_of("user:default/bob"));
        assert_eq!(unread.of("user:default/ada").ok(), Some(3), "that was for somebody else");
        for news in [&*news_of("user:default/ada"), NEWS_OF_ALL] {
            unread.forget(news);
            let Err(begun) = unread.of("user:default/ada") else { panic!("{news}: the number is old") };
            unread.keep("user:default/ada", begun, 4);
        }
        unread.forget(NEWS_OF_ALL);
        let Err(begun) = unread.of("user:default/ada") else { panic!("the number is old") };
        unread.forget(&news_of("user:default/ada"));
        unread.keep("user:default/ada", begun, 5);
        assert_eq!(unread.of("user:default/ada").ok(), None, "the news came while it was counted");
    }
}
