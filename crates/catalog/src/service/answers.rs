//! Answers that are asked for again and again: by every open page, and by every client that looks around.
//!
//! An answer belongs to one state of the catalog and its question names the `seq`, so none has to be taken back: after a
//! change it is not found any more, and makes room for newer ones. What a caller may see is settled before.

use std::hash::Hash;
use std::sync::Arc;

use bytes::Bytes;
use model::Filter;
use quick_cache::Weighter;
use quick_cache::sync::Cache;

use super::{Paging, Selection};
use crate::view::Page;

/// Bytes of all kept answers to one kind of question.
const ROOM: u64 = 8 * 1024 * 1024;
/// What a question and its place in the table take, about.
const OVERHEAD: u64 = 512;

/// The answers kept at the moment.
pub(super) struct Answers {
    facets: Cache<FacetsOf, Bytes, BySize>,
    pages: Cache<PageOf, Arc<Page>, BySize>,
}

/// Which values some fields have, as JSON.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct FacetsOf {
    /// The state of the catalog.
    pub(super) seq: i64,
    /// The entities that are counted; nothing means all.
    pub(super) filter: Option<Filter>,
    /// The fields, as the caller spelled them.
    pub(super) facets: Vec<String>,
}

/// Which entities are on a page. The answer holds ids, so it is about the view of now alone.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct PageOf {
    /// The state of the catalog.
    pub(super) seq: i64,
    /// The entities on all pages.
    pub(super) selection: Selection,
    /// The page.
    pub(super) paging: Paging,
}

#[derive(Clone)]
struct BySize;

impl Weighter<FacetsOf, Bytes> for BySize {
    fn weight(&self, _question: &FacetsOf, answer: &Bytes) -> u64 {
        OVERHEAD + answer.len() as u64
    }
}

impl Weighter<PageOf, Arc<Page>> for BySize {
    fn weight(&self, _question: &PageOf, answer: &Arc<Page>) -> u64 {
        OVERHEAD + size_of_val(&*answer.ids) as u64
    }
}

impl Answers {
    pub(super) fn new() -> Self {
        let expected = usize::try_from(ROOM / (2 * OVERHEAD)).unwrap_or(usize::MAX);
        Self {
            facets: Cache::with_weighter(expected, ROOM, BySize),
            pages: Cache::with_weighter(expected, ROOM, BySize),
        }
    }

    /// The facets as they were counted before, or as `count` counts them now.
    pub(super) fn facets(&self, question: FacetsOf, count: impl FnOnce(&FacetsOf) -> Bytes) -> Bytes {
        kept_or(&self.facets, question, count)
    }

    /// The page as it was found before, or as `find` finds it now.
    pub(super) fn page(&self, question: PageOf, find: impl FnOnce(&PageOf) -> Page) -> Arc<Page> {
        kept_or(&self.pages, question, |question| Arc::new(find(question)))
    }
}

/// An answer that takes more than an eighth of the room is not kept: it would push out too many others.
fn kept_or<Q, A>(cache: &Cache<Q, A, BySize>, question: Q, answer: impl FnOnce(&Q) -> A) -> A
where
    Q: Eq + Hash,
    A: Clone,
    BySize: Weighter<Q, A>,
{
    if let Some(kept) = cache.get(&question) {
        return kept;
    }
    let answer = answer(&question);
    if BySize.weight(&question, &answer) < ROOM / 8 {
        cache.insert(question, answer.clone());
    }
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(seq: i64, facet: &str) -> FacetsOf {
        FacetsOf { seq, filter: None, facets: vec![facet.to_owned()] }
    }

    #[test]
    fn an_answer_is_given_once_for_each_state() {
        let answers = Answers::new();
        let mut given = 0;
        for (seq, facet) in [(1, "kind"), (1, "kind"), (2, "kind"), (2, "spec.type"), (2, "kind")] {
            let expected = Bytes::from(format!("{facet} at {seq}"));
            let answer = answers.facets(question(seq, facet), |_| {
                given += 1;
                expected.clone()
            });
            assert_eq!(answer, expected);
        }
        assert_eq!(given, 3);
    }

    #[test]
    fn answers_take_no_more_than_their_room() {
        let answers = Answers::new();
        for number in 0..10_000 {
            answers.facets(question(number, "kind"), |_| Bytes::from(vec![b' '; 4_096]));
        }
        assert!(answers.facets.weight() <= ROOM, "{} bytes", answers.facets.weight());
        answers.facets(question(-1, "kind"), |_| Bytes::from(vec![b' '; 2 * 1024 * 1024]));
        assert_eq!(
            answers.facets.get(&question(-1, "kind")),
            None,
            "one answer must not push out all others"
        );
    }
}
