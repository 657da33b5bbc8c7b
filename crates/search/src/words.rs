//! Cuts texts into words: at everything that is no letter or digit, where letters and digits meet, and at the humps of
//! `camelCase`. Words are lower case and free of accents, so that every spelling of a name gives the same ones.

use tantivy::tokenizer::{AsciiFoldingFilter, LowerCaser, TextAnalyzer, Token, TokenStream, Tokenizer};

/// Longest word, in bytes; the rest of a longer one is left off.
const LONGEST: usize = 64;

/// A word of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Word {
    /// In lower case, without accents.
    pub(crate) text: String,
    /// Where it begins in the text, in bytes.
    pub(crate) start: usize,
    /// Where it ends.
    pub(crate) end: usize,
}

/// The words of a text.
pub(crate) fn words(text: &str) -> Vec<Word> {
    let mut analyzer =
        TextAnalyzer::builder(Humps::default()).filter(AsciiFoldingFilter).filter(LowerCaser).build();
    let mut stream = analyzer.token_stream(text);
    let mut words = Vec::new();
    stream.process(&mut |token| {
        words.push(Word { text: token.text.clone(), start: token.offset_from, end: token.offset_to });
    });
    words
}

/// The words written as one, which is how people write names that have no fixed spelling.
pub(crate) fn joined(words: &[Word]) -> String {
    words.iter().map(|word| word.text.as_str()).collect()
}

#[derive(Clone, Default)]
struct Humps {
    token: Token,
}

struct HumpStream<'a> {
    text: &'a str,
    position: usize,
    token: &'a mut Token,
}

impl Tokenizer for Humps {
    type TokenStream<'a> = HumpStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> HumpStream<'a> {
        self.token.reset();
        HumpStream { text, position: 0, token: &mut self.token }
    }
}

impl TokenStream for HumpStream<'_> {
    fn advance(&mut self) -> bool {
        let rest = &self.text[self.position..];
        let Some(skipped) = rest.find(char::is_alphanumeric) else { return false };
        let start = self.position + skipped;
        let end = start + length(&self.text[start..]);
        let word = &self.text[start..end];
        self.position = end;
        self.token.text.clear();
        let kept = word.char_indices().filter(|(at, letter)| *at < LONGEST && !is_mark(*letter));
        self.token.text.extend(kept.map(|(_, letter)| letter));
        (self.token.offset_from, self.token.offset_to) = (start, end);
        self.token.position = self.token.position.wrapping_add(1);
        true
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}

/// Accents that stand behind their letter, as file names of some systems have them.
fn is_mark(letter: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&letter)
}

/// Length in bytes of the word at the beginning of the text.
fn length(text: &str) -> usize {
    let mut letters = text.char_indices().filter(|(_, letter)| !is_mark(*letter)).peekable();
    let Some((_, mut before)) = letters.next() else { return 0 };
    while let Some((at, letter)) = letters.next() {
        let next = letters.peek().map(|(_, next)| *next);
        // "paymentsApi", and "HTTPServer" before its last capital.
        let hump = letter.is_uppercase()
            && (before.is_lowercase() || before.is_uppercase() && next.is_some_and(char::is_lowercase));
        if !letter.is_alphanumeric() || hump || letter.is_numeric() != before.is_numeric() {
            // Accents of the letter before belong to it.
            let marks = text[..at].trim_end_matches(is_mark).len();
            return if marks < at { at } else { marks };
        }
        before = letter;
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::words;

    #[test]
    fn names_come_apart_where_people_would_cut_them() {
        for (text, expected) in [
            ("payments-api", "payments api"),
            ("PaymentsApi", "payments api"),
            ("payments_api.v2", "payments api v 2"),
            ("HTTPServer", "http server"),
            ("parseJSON", "parse json"),
            ("s3", "s 3"),
            ("Straße", "strasse"),
            ("Zürich CAFÉ", "zurich cafe"),
            // The same with accents behind their letters.
            ("Zu\u{308}rich CAFE\u{301}-x", "zurich cafe x"),
            ("Ωmega Привет", "ωmega привет"),
            ("支払い", "支払い"),
            ("a\0b", "a b"),
            ("--__..", ""),
            ("", ""),
        ] {
            let seen: Vec<_> = words(text).into_iter().map(|word| word.text).collect();
            assert_eq!(seen.join(" "), expected, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn every_word_lies_in_its_text(text in any::<String>()) {
            let mut from = 0;
            for word in words(&text) {
                prop_assert!(word.start >= from && word.end > word.start, "{word:?}");
                prop_assert!(text.get(word.start..word.end).is_some(), "{word:?}");
                from = word.end;
            }
        }
    }
}
