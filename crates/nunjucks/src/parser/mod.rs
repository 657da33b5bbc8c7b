//! Tokens to statements.

mod expression;
mod statement;

use crate::ast::Body;
use crate::environment::Environment;
use crate::error::{Place, TemplateError};
use crate::lexer::{Token, TokenKind, tokens};
use crate::syntax::Syntax;

/// How deep parentheses, lists and blocks may be nested. Reading and rendering call themselves for each.
const DEEPEST: usize = 50;

/// Reads a template.
pub(crate) fn parse(text: &str, syntax: Syntax, environment: &Environment) -> Result<Body, TemplateError> {
    let mut parser =
        Parser { tokens: tokens(text, syntax)?, environment, at: 0, depth: 0, scopes: 0, loops: 0 };
    Ok(parser.body(&[], Place::default())?.0)
}

struct Parser<'a> {
    tokens: Vec<Token>,
    environment: &'a Environment,
    at: usize,
    depth: usize,
    /// Loops and macros around what is read.
    scopes: usize,
    /// How often `loop` was named so far.
    loops: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<&TokenKind> {
        self.tokens.get(self.at).map(|token| &token.kind)
    }

    /// Where the next token is, or the last one was.
    fn place(&self) -> Place {
        let token = self.tokens.get(self.at).or(self.tokens.last());
        token.map_or(Place { line: 1, column: 1 }, |token| token.place)
    }

    fn next(&mut self) -> Option<TokenKind> {
        let token = self.peek().cloned();
        self.at += 1;
        token
    }

    fn skip(&mut self, kind: &TokenKind) -> bool {
        let found = self.peek() == Some(kind);
        self.at += usize::from(found);
        found
    }

    fn sign(&mut self, sign: &'static str) -> bool {
        self.skip(&TokenKind::Sign(sign))
    }

    /// A word of the language, such as `in`.
    fn word(&mut self, word: &str) -> bool {
        let found = matches!(self.peek(), Some(TokenKind::Name(name)) if name == word);
        self.at += usize::from(found);
        found
    }

    fn name(&mut self, what: &str) -> Result<String, TemplateError> {
        match self.peek() {
            Some(TokenKind::Name(name)) => {
                let name = name.clone();
                self.at += 1;
                Ok(name)
            }
            _ => Err(self.unexpected(what)),
        }
    }

    fn expect(&mut self, kind: &TokenKind) -> Result<(), TemplateError> {
        if self.skip(kind) { Ok(()) } else { Err(self.unexpected(&shown(kind))) }
    }

    fn unexpected(&self, wanted: &str) -> TemplateError {
        let found = self.peek().map_or_else(|| "the end of the template".to_owned(), shown);
        TemplateError::new(self.place(), format!("Expected {wanted}, found {found}."))
    }

    /// Reads something that may contain itself.
    fn nested<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, TemplateError>,
    ) -> Result<T, TemplateError> {
        if self.depth >= DEEPEST {
            return Err(TemplateError::new(
                self.place(),
                format!("This is nested more than {DEEPEST} deep."),
            ));
        }
        self.depth += 1;
        let read = read(self);
        self.depth -= 1;
        read
    }
}

/// A token as people know it.
fn shown(kind: &TokenKind) -> String {
    match kind {
        TokenKind::Data(_) => "text".to_owned(),
        TokenKind::BlockStart => "{%".to_owned(),
        TokenKind::BlockEnd => "%}".to_owned(),
        TokenKind::VariableStart => "the beginning of a value".to_owned(),
        TokenKind::VariableEnd => "}}".to_owned(),
        TokenKind::Name(name) => format!("`{name}`"),
        TokenKind::Number(number) => format!("the number {number}"),
        TokenKind::Text(text) => format!("the text {text:?}"),
        TokenKind::Regex { source, .. } => format!("the regular expression /{source}/"),
        TokenKind::Sign(sign) => format!("`{sign}`"),
    }
}
