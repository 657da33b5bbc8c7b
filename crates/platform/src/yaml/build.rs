//! From the parser's events to values, one document at a time.

use std::collections::HashMap;

use granit_parser::{ErrorKind, Event, Marker, Parser, ScalarStyle, ScanError, Span, StrInput};
use serde_json::{Map, Value};

use super::growth::{Growth, weight};
use super::scalar::{Scalar, resolve};
use super::{Document, MAX_BYTES, MAX_DEPTH, YamlError};

/// Line and column, both counted from 1.
pub(super) type Mark = (u32, u32);

/// Where a value and its key stand; an element of a sequence has no key and counts as its own.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) key: Mark,
    pub(super) value: Mark,
}

/// A document or what is wrong with it, and where its values stand if that was asked for (by JSON pointer).
pub(super) struct Read {
    pub(super) result: Result<Document, YamlError>,
    pub(super) places: HashMap<String, Place>,
}

/// The documents of a text.
pub(super) struct Stream<'t> {
    parser: Parser<'t, StrInput<'t>>,
    growth: &'t Growth,
    refused: Option<YamlError>,
    ended: bool,
    with_places: bool,
}

impl<'t> Stream<'t> {
    pub(super) fn new(text: &'t str, growth: &'t Growth, with_places: bool) -> Self {
        let mut options = granit_parser::Options::default();
        options.set_emit_comments(false);
        let too_large = text.len() > MAX_BYTES;
        let message = format!("the file has {} bytes; {MAX_BYTES} are allowed", text.len());
        let text = if too_large { "" } else { text.strip_prefix('\u{feff}').unwrap_or(text) };
        Self {
            parser: Parser::new_from_str_with_options(text, options),
            growth,
            refused: too_large.then_some(YamlError { message, line: 1, column: 1 }),
            ended: false,
            with_places,
        }
    }
}

impl Iterator for Stream<'_> {
    type Item = Read;

    fn next(&mut self) -> Option<Read> {
        if let Some(error) = self.refused.take() {
            return Some(Read { result: Err(error), places: HashMap::new() });
        }
        let mut builder = Builder::new(self.growth, self.with_places);
        while !self.ended {
            let Some(event) = self.parser.next_event() else { break };
            match event {
                Ok((Event::StreamEnd, _)) => break,
                Ok((Event::DocumentEnd, _)) => {
                    let next = Builder::new(self.growth, self.with_places);
                    let finished = std::mem::replace(&mut builder, next).finish();
                    if finished.is_some() {
                        return finished;
                    }
                }
                Ok((event, span)) => {
                    builder.take(event, span);
                    if builder.failure.is_some() && self.growth.is_used_up() {
                        self.ended = true;
                        return builder.finish();
                    }
                }
                Err(error) => {
                    self.ended = true;
                    builder.failure.get_or_insert_with(|| syntax_error(&error));
                    return builder.finish();
                }
            }
        }
        self.ended = true;
        None
    }
}

/// A document that is being read.
struct Builder<'t> {
    frames: Vec<Frame>,
    root: Option<Value>,
    first_line: Option<u32>,
    /// Anchored values by the parser's number, with their weight.
    anchors: HashMap<usize, (Value, usize)>,
    growth: &'t Growth,
    places: Option<HashMap<String, Place>>,
    failure: Option<YamlError>,
}

/// A collection that is still open.
struct Frame {
    items: Items,
    anchor: usize,
    /// `None` where positions are not asked for, or inside of a key.
    pointer: Option<String>,
    place: Place,
}

enum Items {
    List(Vec<Value>),
    Object { map: Map<String, Value>, key: Option<(String, Mark)> },
}

impl<'t> Builder<'t> {
    fn new(growth: &'t Growth, with_places: bool) -> Self {
        Self {
            frames: Vec::new(),
            root: None,
            first_line: None,
            anchors: HashMap::new(),
            growth,
            places: with_places.then(HashMap::new),
            failure: None,
        }
    }

    /// The document, or `None` when there was nothing in it.
    fn finish(self) -> Option<Read> {
        let places = self.places.unwrap_or_default();
        let result = match (self.failure, self.root) {
            (Some(failure), _) => Err(failure),
            (None, Some(value)) => Ok(Document { value, line: self.first_line.unwrap_or(1) }),
            (None, None) => return None,
        };
        Some(Read { result, places })
    }

    fn take(&mut self, event: Event<'_>, span: Span) {
        if self.failure.is_some() {
            return;
        }
        let at = mark(&span.start);
        let taken = match event {
            Event::Scalar(text, style, anchor, tag) => {
                // For what is not written the parser says `~`, at the place of the next token.
                let is_nothing = span.is_empty() && style == ScalarStyle::Plain;
                let text = if is_nothing { "".into() } else { text };
                if is_nothing && self.frames.is_empty() && anchor == 0 && tag.is_none() {
                    return;
                }
                let at = if is_nothing { self.pending_key().unwrap_or(at) } else { at };
                self.scalar(resolve(&text, style, tag.as_deref()), anchor, at)
            }
            Event::SequenceStart(_, anchor, _) => self.open(Items::List(Vec::new()), anchor, at),
            Event::MappingStart(_, anchor, _) => {
                self.open(Items::Object { map: Map::new(), key: None }, anchor, at)
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(),
            Event::Alias(anchor) => self.alias(anchor, at),
            _ => Ok(()),
        };
        self.failure = taken.err();
    }

    fn scalar(&mut self, scalar: Scalar, anchor: usize, at: Mark) -> Result<(), YamlError> {
        if self.expects_key() {
            let key = scalar.into_key();
            self.keep(anchor, &Value::String(key.clone()), at)?;
            return self.take_key(key, at);
        }
        let value = scalar.into_value();
        self.keep(anchor, &value, at)?;
        self.record(self.pointer_of_next(), at);
        self.put(value);
        Ok(())
    }

    fn open(&mut self, items: Items, anchor: usize, at: Mark) -> Result<(), YamlError> {
        if self.frames.len() >= MAX_DEPTH {
            return Err(refusal(format!("more than {MAX_DEPTH} levels of nesting are not allowed"), at));
        }
        let pointer = self.pointer_of_next();
        let place = self.record(pointer.clone(), at);
        self.frames.push(Frame { items, anchor, pointer, place });
        Ok(())
    }

    fn close(&mut self) -> Result<(), YamlError> {
        let Some(Frame { items, anchor, place, .. }) = self.frames.pop() else { return Ok(()) };
        let value = match items {
            Items::List(list) => Value::Array(list),
            Items::Object { map, .. } => Value::Object(map),
        };
        self.keep(anchor, &value, place.value)?;
        self.put_or_take_key(value, place.value)
    }

    fn alias(&mut self, anchor: usize, at: Mark) -> Result<(), YamlError> {
        let Some((_, weight)) = self.anchors.get(&anchor) else {
            return Err(refusal("this alias stands inside of the value that it refers to".to_owned(), at));
        };
        self.grow(*weight, at)?;
        let value = self.anchors.get(&anchor).map(|(value, _)| value.clone()).unwrap_or_default();
        if !self.expects_key() {
            self.record(self.pointer_of_next(), at);
        }
        self.put_or_take_key(value, at)
    }

    fn put_or_take_key(&mut self, value: Value, at: Mark) -> Result<(), YamlError> {
        if self.expects_key() {
            return self.take_key(key_text(&value), at);
        }
        self.put(value);
        Ok(())
    }

    fn take_key(&mut self, name: String, at: Mark) -> Result<(), YamlError> {
        if let Some(Frame { items: Items::Object { map, key }, .. }) = self.frames.last_mut() {
            if map.contains_key(&name) {
                return Err(refusal(
                    format!("the key `{name}` stands twice in one mapping; remove one of them"),
                    at,
                ));
            }
            *key = Some((name, at));
        }
        Ok(())
    }

    fn put(&mut self, value: Value) {
        match self.frames.last_mut().map(|frame| &mut frame.items) {
            Some(Items::List(list)) => list.push(value),
            Some(Items::Object { map, key }) => {
                if let Some((name, _)) = key.take() {
                    map.insert(name, value);
                }
            }
            None => self.root = Some(value),
        }
    }

    /// Remembers an anchored value.
    fn keep(&mut self, anchor: usize, value: &Value, at: Mark) -> Result<(), YamlError> {
        if anchor != 0 {
            let weight = weight(value);
            self.grow(weight, at)?;
            self.anchors.insert(anchor, (value.clone(), weight));
        }
        Ok(())
    }

    fn grow(&self, weight: usize, at: Mark) -> Result<(), YamlError> {
        if self.growth.take(weight) {
            return Ok(());
        }
        let limit = self.growth.limit();
        Err(refusal(format!("anchors and aliases add more than the {limit} bytes that they may add"), at))
    }

    fn expects_key(&self) -> bool {
        matches!(self.frames.last(), Some(Frame { items: Items::Object { key: None, .. }, .. }))
    }

    fn pending_key(&self) -> Option<Mark> {
        match self.frames.last() {
            Some(Frame { items: Items::Object { key: Some((_, at)), .. }, .. }) => Some(*at),
            _ => None,
        }
    }

    fn pointer_of_next(&self) -> Option<String> {
        self.places.as_ref()?;
        let Some(frame) = self.frames.last() else { return Some(String::new()) };
        let parent = frame.pointer.as_ref()?;
        match &frame.items {
            Items::List(list) => Some(format!("{parent}/{}", list.len())),
            Items::Object { key: Some((key, _)), .. } => {
                Some(format!("{parent}/{}", key.replace('~', "~0").replace('/', "~1")))
            }
            Items::Object { key: None, .. } => None,
        }
    }

    fn record(&mut self, pointer: Option<String>, at: Mark) -> Place {
        self.first_line.get_or_insert(at.0);
        let place = Place { key: self.pending_key().unwrap_or(at), value: at };
        if let (Some(places), Some(pointer)) = (&mut self.places, pointer) {
            places.insert(pointer, place);
        }
        place
    }
}

/// A collection as a key, written in one line as the JavaScript library does.
fn key_text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(list) if list.is_empty() => "[]".to_owned(),
        Value::Array(list) => format!("[ {} ]", list.iter().map(key_text).collect::<Vec<_>>().join(", ")),
        Value::Object(map) if map.is_empty() => "{}".to_owned(),
        Value::Object(map) => {
            let pairs: Vec<_> = map.iter().map(pair_text).collect();
            format!("{{ {} }}", pairs.join(", "))
        }
        other => other.to_string(),
    }
}

fn pair_text((key, value): (&String, &Value)) -> String {
    if value.is_null() { key.clone() } else { format!("{key}: {}", key_text(value)) }
}

fn mark(marker: &Marker) -> Mark {
    let narrow = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    (narrow(marker.line()), narrow(marker.col()).saturating_add(1))
}

fn refusal(message: String, (line, column): Mark) -> YamlError {
    YamlError { message, line, column }
}

/// The parser's error; the frequent ones say what to do.
fn syntax_error(error: &ScanError) -> YamlError {
    let help = match error.kind() {
        ErrorKind::TabNotAllowed | ErrorKind::TabInBlockIndentation | ErrorKind::TabInIndentation => {
            "a tab can't indent YAML; use spaces"
        }
        ErrorKind::MappingValueNotAllowed => {
            "a `:` can't make a key here; put text that contains `: ` in quotes, or check the indentation"
        }
        ErrorKind::UnknownAnchor => "this alias refers to an anchor (`&name`) that is not above it",
        ErrorKind::UnclosedQuotedScalar => "a quotation mark is not closed",
        ErrorKind::ExpectedBlockMappingKey => "a `key: value` was expected here; check the indentation",
        ErrorKind::SimpleKeyExpected => "a `:` is missing after this key; or check the indentation",
        _ => return refusal(error.info(), mark(error.marker())),
    };
    refusal(help.to_owned(), mark(error.marker()))
}
