//! Texts by number. Knows nothing of what the texts mean.

use std::hash::BuildHasher as _;

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;
use rustc_hash::FxBuildHasher;

/// Dead bytes below this are never worth a compaction.
const COMPACT_FROM: usize = 64 * 1024;

/// What a released number points to.
const FREE: u32 = u32::MAX;
/// A length from here on does not fit into one byte.
const LONG: usize = 127;

/// Distinct texts, each kept once in one buffer and named by a small number.
///
/// A text is found by its lower-case form. It may carry its original spelling, which costs nothing where both are
/// equal. The number of a released text is given to a later one.
#[derive(Default)]
pub(super) struct Interner {
    /// Records without gaps: length of the lower-case form, length of the original (0 when both are equal), the
    /// lower-case form, the original. Lengths stand beside the text, so that one look at memory finds both; they are
    /// written in bytes below 128, which are text as well.
    buffer: String,
    /// Where the record of a number starts.
    starts: Vec<u32>,
    lookup: HashTable<u32>,
    free: Vec<u32>,
    /// Bytes of released records.
    dead: usize,
}

/// A record of the buffer.
struct Record<'a> {
    lower: &'a str,
    /// Empty when it equals the lower-case form.
    original: &'a str,
    /// Where the next record starts.
    end: usize,
}

impl<'a> Record<'a> {
    fn at(buffer: &'a str, start: u32) -> Option<Self> {
        let (lower, place) = read_length(buffer, start as usize)?;
        let (original, place) = read_length(buffer, place)?;
        let middle = place + lower;
        let end = middle + original;
        Some(Self { lower: buffer.get(place..middle)?, original: buffer.get(middle..end)?, end })
    }
}

fn lower_at(buffer: &str, start: u32) -> &str {
    Record::at(buffer, start).map_or("", |record| record.lower)
}

fn push_length(buffer: &mut String, length: usize) {
    let digit = |value: usize| char::from(u8::try_from(value % 128).unwrap_or_default());
    if length < LONG {
        buffer.push(digit(length));
    } else {
        buffer.push(digit(LONG));
        buffer.extend((0..5).map(|place| digit(length >> (7 * place))));
    }
}

/// The length written at a place, and the place behind it.
fn read_length(buffer: &str, place: usize) -> Option<(usize, usize)> {
    let bytes = buffer.as_bytes();
    let first = usize::from(*bytes.get(place)?);
    if first < LONG {
        return Some((first, place + 1));
    }
    let digits = bytes.get(place + 1..place + 6)?;
    let length = digits.iter().rev().fold(0, |length, digit| length << 7 | usize::from(*digit));
    Some((length, place + 6))
}

impl Interner {
    /// The number of a text, which is taken in if it is new. The spelling seen first is the one that is kept.
    ///
    /// # Panics
    /// All texts together are longer than 4 GiB.
    pub(super) fn intern(&mut self, lower: &str, original: &str) -> u32 {
        let Self { buffer, starts, lookup, free, .. } = self;
        let text = |number: u32| lower_at(buffer, starts[number as usize]);
        let entry = lookup.entry(hash(lower), |number| text(*number) == lower, |number| hash(text(*number)));
        let vacant = match entry {
            Entry::Occupied(found) => return *found.get(),
            Entry::Vacant(vacant) => vacant,
        };
        let start = u32::try_from(buffer.len()).unwrap_or(FREE);
        assert!(start < FREE, "more than 4 GiB of distinct texts");
        let original = if original == lower { "" } else { original };
        push_length(buffer, lower.len());
        push_length(buffer, original.len());
        buffer.push_str(lower);
        buffer.push_str(original);
        let number = match free.pop() {
            Some(number) => {
                starts[number as usize] = start;
                number
            }
            None => {
                starts.push(start);
                // There are fewer texts than bytes, which were counted above.
                u32::try_from(starts.len() - 1).unwrap_or(FREE)
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
        self.record(number).map_or("", |record| record.lower)
    }

    /// The original spelling of a text; empty for a number that is not in use.
    pub(super) fn original(&self, number: u32) -> &str {
        match self.record(number) {
            Some(Record { lower, original: "", .. }) => lower,
            Some(Record { original, .. }) => original,
            None => "",
        }
    }

    /// Forgets a text; its number may be given to another one from now on.
    pub(super) fn release(&mut self, number: u32) {
        let Some(record) = self.record(number) else { return };
        let (hash, size) = (hash(record.lower), record.end - self.starts[number as usize] as usize);
        let Ok(found) = self.lookup.find_entry(hash, |candidate| *candidate == number) else { return };
        found.remove();
        self.dead += size;
        self.starts[number as usize] = FREE;
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
        (0u32..).zip(&self.starts).filter(|(_, start)| **start != FREE).map(|(number, _)| number)
    }

    /// Gives back memory that was taken for more texts than came.
    pub(super) fn shrink_to_fit(&mut self) {
        let Self { buffer, starts, lookup, free, .. } = self;
        buffer.shrink_to_fit();
        starts.shrink_to_fit();
        free.shrink_to_fit();
        let text = |number: &u32| lower_at(buffer, starts[*number as usize]);
        lookup.shrink_to_fit(|number| hash(text(number)));
    }

    /// Bytes held on the heap, about.
    pub(super) fn heap_bytes(&self) -> usize {
        self.buffer.capacity()
            + self.lookup.allocation_size()
            + (self.starts.capacity() + self.free.capacity()) * size_of::<u32>()
    }

    fn record(&self, number: u32) -> Option<Record<'_>> {
        Record::at(&self.buffer, *self.starts.get(number as usize)?)
    }

    /// Copies the records in use into a buffer without those that are not.
    fn compact(&mut self) {
        let mut buffer = String::with_capacity(self.buffer.len() - self.dead);
        for start in &mut self.starts {
            let Some(record) = Record::at(&self.buffer, *start) else { continue };
            let old = *start as usize..record.end;
            // Not larger than before, when it was below 4 GiB.
            *start = u32::try_from(buffer.len()).unwrap_or(FREE);
            buffer.push_str(self.buffer.get(old).unwrap_or_default());
        }
        self.buffer = buffer;
        self.dead = 0;
    }
}

fn hash(text: &str) -> u64 {
    FxBuildHasher.hash_one(text)
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
    fn texts_of_every_length_come_back() {
        let mut texts = Interner::default();
        for length in [0, 1, 126, 127, 128, 255, 16_383, 16_384, 100_000] {
            let (lower, original) = ("ä".repeat(length), "Ä".repeat(length));
            let number = texts.intern(&lower, &original);
            assert_eq!((texts.lower(number), texts.original(number)), (lower.as_str(), original.as_str()));
            assert_eq!(texts.find(&lower), Some(number), "{length}");
        }
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
