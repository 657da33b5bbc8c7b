//! Texts by number. Knows nothing of what the texts mean.

use std::hash::BuildHasher as _;

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;
use rustc_hash::FxBuildHasher;

/// Dead bytes below this are never worth a compaction.
const COMPACT_FROM: usize = 64 * 1024;

/// Distinct texts, each kept once in one buffer and named by a small number.
///
/// A text is found by its lower-case form. It may carry its original spelling, which costs nothing where both are
/// equal. The number of a released text is given to a later one.
#[derive(Default)]
pub(super) struct Interner {
    buffer: String,
    spans: Vec<Span>,
    lookup: HashTable<u32>,
    free: Vec<u32>,
    dead: usize,
}

/// Where a text lies in the buffer: its lower-case form, then the original if it differs.
#[derive(Clone, Copy)]
struct Span {
    start: usize,
    lower: u32,
    /// Bytes of the original spelling; 0 when it equals the lower-case form.
    original: u32,
}

impl Span {
    /// What a released number points to.
    const FREE: Self = Self { start: usize::MAX, lower: 0, original: 0 };

    fn len(self) -> usize {
        self.lower as usize + self.original as usize
    }

    fn lower(self, buffer: &str) -> &str {
        buffer.get(self.start..self.start.saturating_add(self.lower as usize)).unwrap_or_default()
    }

    fn original(self, buffer: &str) -> &str {
        if self.original == 0 {
            return self.lower(buffer);
        }
        let start = self.start.saturating_add(self.lower as usize);
        buffer.get(start..start.saturating_add(self.original as usize)).unwrap_or_default()
    }
}

impl Interner {
    /// The number of a text, which is taken in if it is new. The spelling seen first is the one that is kept.
    pub(super) fn intern(&mut self, lower: &str, original: &str) -> u32 {
        let Self { buffer, spans, lookup, free, .. } = self;
        let text = |number: u32| spans[number as usize].lower(buffer);
        let entry = lookup.entry(hash(lower), |number| text(*number) == lower, |number| hash(text(*number)));
        let vacant = match entry {
            Entry::Occupied(found) => return *found.get(),
            Entry::Vacant(vacant) => vacant,
        };
        let start = buffer.len();
        buffer.push_str(lower);
        let original = if original == lower { "" } else { original };
        buffer.push_str(original);
        let span = Span { start, lower: length(lower), original: length(original) };
        let number = match free.pop() {
            Some(number) => {
                spans[number as usize] = span;
                number
            }
            None => {
                spans.push(span);
                u32::try_from(spans.len() - 1).unwrap_or(u32::MAX)
            }
        };
        vacant.insert(number);
        number
    }

    /// The number of a text that is there.
    pub(super) fn find(&self, lower: &str) -> Option<u32> {
        self.lookup.find(hash(lower), |number| self.lower(*number) == lower).copied()
    }

    /// The lower-case form of a text; empty for a number that is not in use.
    pub(super) fn lower(&self, number: u32) -> &str {
        self.spans.get(number as usize).map_or("", |span| span.lower(&self.buffer))
    }

    /// The original spelling of a text; empty for a number that is not in use.
    pub(super) fn original(&self, number: u32) -> &str {
        self.spans.get(number as usize).map_or("", |span| span.original(&self.buffer))
    }

    /// Forgets a text; its number may be given to another one from now on.
    pub(super) fn release(&mut self, number: u32) {
        let lower = self.lower(number);
        let Ok(found) = self.lookup.find_entry(hash(lower), |candidate| *candidate == number) else { return };
        found.remove();
        self.dead += self.spans[number as usize].len();
        self.spans[number as usize] = Span::FREE;
        self.free.push(number);
        if self.dead > COMPACT_FROM && self.dead * 2 > self.buffer.len() {
            self.compact();
        }
    }

    /// How many texts there are.
    pub(super) fn len(&self) -> usize {
        self.lookup.len()
    }

    /// The numbers in use, ascending.
    pub(super) fn numbers(&self) -> impl Iterator<Item = u32> {
        (0u32..).zip(&self.spans).filter(|(_, span)| span.start != usize::MAX).map(|(number, _)| number)
    }

    /// Bytes held on the heap, about.
    pub(super) fn heap_bytes(&self) -> usize {
        self.buffer.capacity()
            + self.spans.capacity() * size_of::<Span>()
            + self.lookup.allocation_size()
            + self.free.capacity() * size_of::<u32>()
    }

    /// Copies the texts in use into a buffer without gaps.
    fn compact(&mut self) {
        let mut buffer = String::with_capacity(self.buffer.len() - self.dead);
        for span in &mut self.spans {
            if span.start == usize::MAX {
                continue;
            }
            let start = buffer.len();
            buffer.push_str(self.buffer.get(span.start..span.start + span.len()).unwrap_or_default());
            span.start = start;
        }
        self.buffer = buffer;
        self.dead = 0;
    }
}

fn hash(text: &str) -> u64 {
    FxBuildHasher.hash_one(text)
}

/// A text of 4 GiB cannot come from a document, which is limited to far less.
fn length(text: &str) -> u32 {
    u32::try_from(text.len()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_keep_their_number_and_first_spelling() {
        let mut texts = Interner::default();
        let api = texts.intern("api", "API");
        let plain = texts.intern("plain", "plain");
        assert_eq!(texts.intern("api", "Api"), api);
        assert_eq!((texts.lower(api), texts.original(api)), ("api", "API"));
        assert_eq!((texts.lower(plain), texts.original(plain)), ("plain", "plain"));
        assert_eq!(texts.find("plain"), Some(plain));
        assert_eq!(texts.find("Plain"), None);
    }

    #[test]
    fn a_released_number_is_given_again() {
        let mut texts = Interner::default();
        let empty = texts.intern("", "");
        let gone = texts.intern("gone", "Gone");
        texts.release(gone);
        texts.release(gone);
        assert_eq!(texts.find("gone"), None);
        assert_eq!(texts.len(), 1);
        assert_eq!(texts.intern("next", "next"), gone);
        assert_eq!(texts.numbers().collect::<Vec<_>>(), [empty, gone]);
    }

    #[test]
    fn compaction_moves_texts_and_keeps_numbers() {
        let mut texts = Interner::default();
        let word = |index: usize| format!("Value-{index:0>60}");
        let numbers: Vec<u32> =
            (0..4_000).map(|index| texts.intern(&word(index).to_lowercase(), &word(index))).collect();
        let full = texts.buffer.len();
        for number in numbers.iter().skip(1).step_by(2).chain(numbers.iter().skip(2).step_by(4)) {
            texts.release(*number);
        }
        assert!(texts.buffer.len() < full, "nothing was compacted");
        for index in (0..4_000).step_by(4) {
            assert_eq!(texts.original(numbers[index]), word(index));
            assert_eq!(texts.find(&word(index).to_lowercase()), Some(numbers[index]));
        }
    }
}
