//! From search key and value to the entities that have it. Relations are not here: see `relations`.

use rustc_hash::FxHashMap;

use super::EntityId;
use super::interner::Interner;
use super::posting::Posting;

/// The value that an array item's own key has (`metadata.tags.java` is `true`).
const FLAG: &str = "true";

/// All search keys of all entities.
#[derive(Default)]
pub(super) struct Index {
    keys: FxHashMap<Box<str>, Key>,
}

/// One search key: who has it, and with which values.
#[derive(Default)]
pub(super) struct Key {
    present: Posting,
    /// Nothing while every holder's one value is `true`. Each item of each array makes such a key, so they are many
    /// and must be small.
    values: Option<Box<Values>>,
}

#[derive(Default)]
struct Values {
    texts: Interner,
    /// By number of the text.
    postings: Vec<Posting>,
}

impl Index {
    /// A key in lower case, if any entity has it.
    pub(super) fn key(&self, key: &str) -> Option<&Key> {
        self.keys.get(key)
    }

    /// Adds a leaf; a leaf without a value (null or too long) only makes the key present. Returns the number of the
    /// value within its key.
    pub(super) fn insert(&mut self, id: EntityId, key: &str, value: Option<(&str, &str)>) -> Option<u32> {
        match self.keys.get_mut(key) {
            Some(found) => found.insert(id, value),
            None => self.keys.entry(key.into()).or_default().insert(id, value),
        }
    }

    /// Takes back a leaf. An entity leaves with all its leaves, never with some.
    pub(super) fn remove(&mut self, id: EntityId, key: &str, lower: Option<&str>) {
        let Some(found) = self.keys.get_mut(key) else { return };
        found.remove(id, lower);
        if found.present.is_empty() {
            self.keys.remove(key);
        }
    }

    /// Gives back memory that was taken for more than came.
    pub(super) fn shrink_to_fit(&mut self) {
        self.keys.shrink_to_fit();
        self.keys.values_mut().for_each(Key::shrink_to_fit);
    }

    /// Bytes held on the heap, about.
    pub(super) fn heap_bytes(&self) -> usize {
        let table = self.keys.capacity() * size_of::<(Box<str>, Key)>();
        table + self.keys.iter().map(|(text, key)| text.len() + key.heap_bytes()).sum::<usize>()
    }
}

impl Key {
    /// The entities that have the key, with or without a value.
    pub(super) fn present(&self) -> &Posting {
        &self.present
    }

    /// The entities that have this value, given in lower case.
    pub(super) fn holding(&self, lower: &str) -> Option<&Posting> {
        self.number(lower).map(|number| self.posting(number))
    }

    /// The number of this value, given in lower case.
    pub(super) fn number(&self, lower: &str) -> Option<u32> {
        match &self.values {
            Some(values) => values.texts.find(lower),
            None => (lower == FLAG).then_some(0),
        }
    }

    /// The entities that have the value of this number.
    pub(super) fn posting(&self, number: u32) -> &Posting {
        match &self.values {
            Some(values) => &values.postings[number as usize],
            None => &self.present,
        }
    }

    /// The value of this number in lower case.
    pub(super) fn lower(&self, number: u32) -> &str {
        self.values.as_ref().map_or(FLAG, |values| values.texts.lower(number))
    }

    /// The value of this number as it was first written.
    pub(super) fn original(&self, number: u32) -> &str {
        self.values.as_ref().map_or(FLAG, |values| values.texts.original(number))
    }

    /// How many distinct values there are.
    pub(super) fn len(&self) -> usize {
        self.values.as_ref().map_or(1, |values| values.texts.len())
    }

    /// The numbers of all values.
    pub(super) fn numbers(&self) -> impl Iterator<Item = u32> {
        let flag = self.values.is_none().then_some(0);
        flag.into_iter().chain(self.values.iter().flat_map(|values| values.texts.numbers()))
    }

    fn insert(&mut self, id: EntityId, value: Option<(&str, &str)>) -> Option<u32> {
        if value == Some((FLAG, FLAG)) && self.values.is_none() {
            self.present.insert(id);
            return Some(0);
        }
        let values = self.values.get_or_insert_with(|| Box::new(Values::of_flags(&self.present)));
        self.present.insert(id);
        let (lower, original) = value?;
        let number = values.texts.intern(lower, original);
        let place = number as usize;
        if values.postings.len() <= place {
            values.postings.resize_with(place + 1, Posting::default);
        }
        values.postings[place].insert(id);
        Some(number)
    }

    fn remove(&mut self, id: EntityId, lower: Option<&str>) {
        self.present.remove(id);
        let (Some(values), Some(lower)) = (&mut self.values, lower) else { return };
        let Some(number) = values.texts.find(lower) else { return };
        let posting = &mut values.postings[number as usize];
        posting.remove(id);
        if posting.is_empty() {
            values.texts.release(number);
        }
    }

    fn shrink_to_fit(&mut self) {
        self.present.shrink_to_fit();
        if let Some(values) = &mut self.values {
            values.texts.shrink_to_fit();
            values.postings.shrink_to_fit();
            values.postings.iter_mut().for_each(Posting::shrink_to_fit);
        }
    }

    fn heap_bytes(&self) -> usize {
        self.present.heap_bytes()
            + self.values.as_ref().map_or(0, |values| {
                size_of::<Values>()
                    + values.texts.heap_bytes()
                    + values.postings.capacity() * size_of::<Posting>()
                    + values.postings.iter().map(Posting::heap_bytes).sum::<usize>()
            })
    }
}

impl Values {
    /// What a key of flags holds, written out: one value with number 0.
    fn of_flags(present: &Posting) -> Self {
        let mut values = Self::default();
        if !present.is_empty() {
            values.texts.intern(FLAG, FLAG);
            values.postings.push(present.clone());
        }
        values
    }
}
