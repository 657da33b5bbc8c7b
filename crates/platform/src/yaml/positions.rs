//! Where values stand in a file. Slow, so it is built only when there is something to complain about.

use std::collections::HashMap;

use super::build::{Mark, Place, Stream};
use super::growth::Growth;

/// Positions of the values of one document, by JSON pointer (RFC 6901).
#[derive(Debug, Default)]
pub struct Positions {
    places: HashMap<String, Place>,
}

impl Positions {
    /// Positions in the `document`-th (from 0) of the documents that [`parse_documents`](super::parse_documents) found,
    /// broken ones included.
    pub fn new(text: &str, document: usize) -> Self {
        let growth = Growth::default();
        let places = Stream::new(text, &growth, true).nth(document).map(|read| read.places);
        Self { places: places.unwrap_or_default() }
    }

    /// Line and column, both from 1, of the value at `pointer`, or of its nearest parent that exists. What an alias
    /// brings in stands where the alias does.
    pub fn of(&self, pointer: &str) -> Mark {
        self.nearest(pointer).map_or((1, 1), |(place, _)| place.value)
    }

    /// Line and column of the key that leads to the value at `pointer`; of the element itself in a sequence, and of the
    /// nearest parent's value if there is no such key.
    pub fn key_of(&self, pointer: &str) -> Mark {
        self.nearest(pointer).map_or((1, 1), |(place, exact)| if exact { place.key } else { place.value })
    }

    fn nearest(&self, pointer: &str) -> Option<(Place, bool)> {
        let mut rest = pointer;
        loop {
            if let Some(place) = self.places.get(rest) {
                return Some((*place, rest.len() == pointer.len()));
            }
            rest = &rest[..rest.rfind('/')?];
        }
    }
}

impl std::fmt::Debug for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}", self.value)
    }
}
