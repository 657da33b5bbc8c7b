//! Texts in pieces, those that were searched for apart, so that whoever draws them needs no markup.

use model::Fragment;

use crate::query::Typed;
use crate::words::{Word, words};

/// Bytes of a description that are shown around the first word that was found, about.
const SHOWN: usize = 220;
/// Bytes of them that stand before it.
const BEFORE: usize = 60;

/// The whole text in pieces.
pub(crate) fn whole(text: &str, typed: &Typed) -> Vec<Fragment> {
    pieces(text, 0, text.len(), &found(text, typed))
}

/// The part of a long text around what was found in it; its beginning where that is nothing.
pub(crate) fn excerpt(text: &str, typed: &Typed) -> Vec<Fragment> {
    let found = found(text, typed);
    let first = found.first().map_or(0, |(start, _)| *start);
    let start = if first <= BEFORE { 0 } else { word_start(text, first - BEFORE) };
    let end = if text.len() - start <= SHOWN { text.len() } else { word_end(text, start + SHOWN) };
    let mut pieces = pieces(text, start, end, &found);
    if start > 0 {
        pieces.insert(0, ("… ".to_owned(), false));
    }
    if end < text.len() {
        pieces.push((" …".to_owned(), false));
    }
    pieces
}

/// Where the words are that were typed.
fn found(text: &str, typed: &Typed) -> Vec<(usize, usize)> {
    let words = words(text);
    let mut found = Vec::new();
    let mut place = 0;
    while let Some(word) = words.get(place) {
        let next = words.get(place + 1);
        // "paymentsapi" is found in "payments-api".
        let as_one = next.filter(|next| {
            let both = format!("{}{}", word.text, next.text);
            typed.words.iter().any(|typed| typed.len() > word.text.len() && both.starts_with(typed.as_str()))
        });
        if let Some(Word { end, .. }) = as_one {
            found.push((word.start, *end));
            place += 1;
        } else if typed.is_in(&word.text) {
            found.push((word.start, word.end));
        }
        place += 1;
    }
    found
}

fn pieces(text: &str, start: usize, end: usize, found: &[(usize, usize)]) -> Vec<Fragment> {
    let mut pieces = Vec::new();
    let mut from = start;
    let mut push = |piece: &str, is_match| {
        if !piece.is_empty() {
            pieces.push((piece.to_owned(), is_match));
        }
    };
    for &(first, last) in found.iter().filter(|(first, last)| *first >= start && *last <= end) {
        push(&text[from..first], false);
        push(&text[first..last], true);
        from = last;
    }
    push(&text[from..end], false);
    pieces
}

/// The beginning of the word near this place.
fn word_start(text: &str, near: usize) -> usize {
    let near = text.floor_char_boundary(near);
    text[..near].rfind(char::is_whitespace).map_or(near, |space| {
        // A space may have several bytes.
        space + text[space..].chars().next().map_or(0, char::len_utf8)
    })
}

/// The end of the word near this place.
fn word_end(text: &str, near: usize) -> usize {
    let near = text.floor_char_boundary(near);
    // A word without an end is cut.
    text[near..]
        .find(char::is_whitespace)
        .filter(|length| *length < BEFORE)
        .map_or(near, |length| near + length)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{excerpt, whole};
    use crate::query::Typed;

    fn marked(fragments: &[model::Fragment]) -> String {
        fragments
            .iter()
            .map(|(text, found)| if *found { format!("[{text}]") } else { text.clone() })
            .collect()
    }

    #[test]
    fn words_are_marked() {
        for (text, typed, expected) in [
            ("Berth Booking", "book", "Berth [Booking]"),
            ("Berth Booking", "berth book", "[Berth] [Booking]"),
            // Only the last word may be a beginning.
            ("Berth Booking", "ber booking", "Berth [Booking]"),
            ("payments-api", "paymentsapi", "[payments-api]"),
            ("PaymentsApi", "payments api", "[Payments][Api]"),
            ("Café <b>", "cafe", "[Café] <b>"),
            ("nothing", "x", "nothing"),
            ("", "x", ""),
        ] {
            assert_eq!(marked(&whole(text, &Typed::new(typed))), expected, "{typed:?} in {text:?}");
        }
    }

    #[test]
    fn a_long_text_is_shown_where_something_was_found() {
        let text = format!("{}the needle lies here{}", "hay ".repeat(100), " hay".repeat(100));
        let shown = marked(&excerpt(&text, &Typed::new("needle")));
        assert!(shown.starts_with("… hay") && shown.ends_with("hay …"), "{shown}");
        assert!(shown.contains("the [needle] lies") && shown.len() < 300, "{shown}");
    }

    proptest! {
        #[test]
        fn pieces_make_the_text(text in any::<String>(), typed in any::<String>()) {
            let typed = Typed::new(&typed);
            let together: String = whole(&text, &typed).into_iter().map(|(text, _)| text).collect();
            prop_assert_eq!(&together, &text);
            let long = text.repeat(20);
            let shown: String = excerpt(&long, &typed).into_iter().map(|(text, _)| text).collect();
            prop_assert!(long.contains(shown.trim_start_matches("… ").trim_end_matches(" …")));
        }
    }
}
