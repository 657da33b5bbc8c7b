//! What counts as found, and how much: a table of weights and the query that is built from it.
//!
//! Every word that was typed has to be somewhere; the last one may be the beginning of a word, because somebody is still
//! typing. Where a word is decides what it counts, and only the best place does. How often it occurs counts nothing:
//! names are short, and whoever writes a word often means it no more.

use tantivy::query::{
    AllQuery, BooleanQuery, ConstScoreQuery, DisjunctionMaxQuery, EmptyQuery, FuzzyTermQuery, Occur, Query,
    TermQuery,
};
use tantivy::schema::IndexRecordOption;
use tantivy::{Score, Term};

use crate::index::{Column, Columns};
use crate::words::{joined, words};

/// The whole text is the name.
const NAME: Score = 1_000.0;
/// The whole text is a title.
const TITLE: Score = 900.0;
/// The name begins with the text.
const NAME_BEGINS: Score = 500.0;
/// A title begins with the text.
const TITLE_BEGINS: Score = 450.0;

/// A word is one of name or title.
const WORD: Score = 100.0;
/// A word of name or title begins with it.
const WORD_BEGINS: Score = 80.0;
/// It is misspelt by one letter, or two.
const MISSPELT: [Score; 2] = [40.0, 30.0];
/// It says what the entity is, or whose.
const FACT: Score = 20.0;
const FACT_BEGINS: Score = 16.0;
/// It stands in the description.
const TEXT: Score = 4.0;
const TEXT_BEGINS: Score = 3.0;

/// Whatever scores less has words that are misspelt, or that no name holds.
pub(crate) const CERTAIN: Score = WORD_BEGINS;

/// Words that count; whoever types more has said enough.
const MOST_WORDS: usize = 12;

/// What somebody typed, cut into words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Typed {
    /// The words; the last one may be a beginning.
    pub(crate) words: Vec<String>,
    /// All of them as one.
    pub(crate) joined: String,
    /// Whether anything was typed at all.
    anything: bool,
}

/// Whether misspelt words are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Spelling {
    /// Words with a wrong letter are found, after the right ones.
    Forgiving,
    /// As typed.
    Strict,
}

impl Typed {
    /// Takes the text apart. Nothing in it has a special meaning.
    pub(crate) fn new(text: &str) -> Self {
        let words = words(text);
        let joined = joined(&words);
        let words = words.into_iter().take(MOST_WORDS).map(|word| word.text).collect();
        Self { words, joined, anything: !text.trim().is_empty() }
    }

    /// Whether a word of a text was typed, or its beginning as the last word.
    pub(crate) fn is_in(&self, word: &str) -> bool {
        let begins = self.words.last().is_some_and(|last| word.starts_with(last.as_str()));
        begins || self.words.iter().any(|typed| typed == word) || word == self.joined
    }

    /// The query. Nothing typed finds everything; only signs typed, nothing.
    pub(crate) fn query(&self, columns: &Columns, spelling: Spelling) -> Box<dyn Query> {
        if self.words.is_empty() {
            return if self.anything { Box::new(EmptyQuery) } else { worth(1.0, Box::new(AllQuery)) };
        }
        #[expect(clippy::cast_precision_loss, reason = "a handful of words")]
        let share = 1.0 / self.words.len() as Score;
        let last = self.words.len() - 1;
        let each = self.words.iter().enumerate().map(|(place, word)| {
            (Occur::Must, best(anywhere(columns, word, place == last, share, spelling)))
        });
        let mut as_words = vec![all(each.collect())];
        if last > 0 {
            // "i phone" and "iPhone" are cut where the name "iphone" is not.
            as_words.push(best(in_words(columns, &self.joined, true, 1.0)));
        }
        let whole = vec![
            is(columns.name, &self.joined, NAME),
            is(columns.title, &self.joined, TITLE),
            begins(columns.name, &self.joined, NAME_BEGINS),
            begins(columns.title, &self.joined, TITLE_BEGINS),
        ];
        all(vec![(Occur::Should, best(whole)), (Occur::Should, best(as_words))])
    }
}

/// The places where a word may be.
fn anywhere(
    columns: &Columns,
    word: &str,
    unfinished: bool,
    share: Score,
    spelling: Spelling,
) -> Vec<Box<dyn Query>> {
    let mut places = in_words(columns, word, unfinished, share);
    if spelling == Spelling::Forgiving {
        let letters = word.chars().count();
        let mistakes: &[u8] = match letters {
            0..4 => &[],
            4..8 => &[1],
            _ => &[1, 2],
        };
        for (&mistakes, score) in mistakes.iter().zip(MISSPELT) {
            let term = Term::from_field_text(columns.words.whole, word);
            // Two mistakes in a mere beginning would find nearly anything.
            let near = if unfinished && mistakes == 1 {
                FuzzyTermQuery::new_prefix(term, mistakes, true)
            } else {
                FuzzyTermQuery::new(term, mistakes, true)
            };
            places.push(worth(score * share, Box::new(near)));
        }
    }
    for (column, whole, beginning) in [(columns.facts, FACT, FACT_BEGINS), (columns.text, TEXT, TEXT_BEGINS)]
    {
        places.push(is(column, word, whole * share));
        if unfinished {
            places.push(begins(column, word, beginning * share));
        }
    }
    places
}

/// A word of name or title.
fn in_words(columns: &Columns, word: &str, unfinished: bool, share: Score) -> Vec<Box<dyn Query>> {
    let mut places = vec![is(columns.words, word, WORD * share)];
    if unfinished {
        places.push(begins(columns.words, word, WORD_BEGINS * share));
    }
    places
}

fn is(column: Column, word: &str, score: Score) -> Box<dyn Query> {
    let term = Term::from_field_text(column.whole, word);
    worth(score, Box::new(TermQuery::new(term, IndexRecordOption::Basic)))
}

fn begins(column: Column, word: &str, score: Score) -> Box<dyn Query> {
    let query: Box<dyn Query> = match column.beginnings(word) {
        Some(field) => Box::new(TermQuery::new(Term::from_field_text(field, word), IndexRecordOption::Basic)),
        None => Box::new(FuzzyTermQuery::new_prefix(Term::from_field_text(column.whole, word), 0, false)),
    };
    worth(score, query)
}

fn worth(score: Score, query: Box<dyn Query>) -> Box<dyn Query> {
    Box::new(ConstScoreQuery::new(query, score))
}

fn best(queries: Vec<Box<dyn Query>>) -> Box<dyn Query> {
    Box::new(DisjunctionMaxQuery::new(queries))
}

fn all(queries: Vec<(Occur, Box<dyn Query>)>) -> Box<dyn Query> {
    Box::new(BooleanQuery::new(queries))
}
