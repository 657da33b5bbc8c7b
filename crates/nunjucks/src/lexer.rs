//! Template text to tokens. White space that the signs `-`, `trimBlocks` and `lstripBlocks` take away is gone already, and
//! comments are.

use crate::error::{Place, TemplateError};
use crate::syntax::Syntax;

/// A token and where it begins.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Token {
    pub(crate) place: Place,
    pub(crate) kind: TokenKind,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum TokenKind {
    /// Text between tags.
    Data(String),
    /// `{%`
    BlockStart,
    /// `%}`
    BlockEnd,
    /// `${{`
    VariableStart,
    /// `}}`
    VariableEnd,
    Name(String),
    Number(f64),
    Text(String),
    Regex {
        source: String,
        flags: String,
    },
    /// A sign, such as `==`.
    Sign(&'static str),
}

const BLOCK_START: &str = "{%";
const BLOCK_END: &str = "%}";
const VARIABLE_END: &str = "}}";
const COMMENT_START: &str = "{#";
const COMMENT_END: &str = "#}";
/// Longer ones first.
const SIGNS: [&str; 29] = [
    "===", "!==", "**", "//", "==", "!=", "<=", ">=", "(", ")", "[", "]", "{", "}", ",", ":", ".", "|", "~",
    "+", "-", "*", "/", "%", "<", ">", "=", "!", "&",
];
/// What ends a name.
const DELIMITERS: &str = "()[]{}%*-+~/#,:|.<>=!";

/// All tokens of a template.
pub(crate) fn tokens(text: &str, syntax: Syntax) -> Result<Vec<Token>, TemplateError> {
    let mut lexer = Lexer { text, at: 0, place: Place { line: 1, column: 1 }, syntax, tokens: Vec::new() };
    lexer.template()?;
    Ok(lexer.tokens)
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
    place: Place,
    syntax: Syntax,
    tokens: Vec<Token>,
}

impl<'a> Lexer<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn push(&mut self, place: Place, kind: TokenKind) {
        self.tokens.push(Token { place, kind });
    }

    /// Goes on by so many bytes, and returns them.
    fn take(&mut self, bytes: usize) -> &'a str {
        let taken = &self.rest()[..bytes];
        self.at += bytes;
        for character in taken.chars() {
            if character == '\n' {
                self.place = Place { line: self.place.line + 1, column: 1 };
            } else {
                self.place.column += 1;
            }
        }
        taken
    }

    fn skip(&mut self, text: &str) -> bool {
        let found = self.rest().starts_with(text);
        if found {
            self.take(text.len());
        }
        found
    }

    fn skip_white(&mut self) {
        let rest = self.rest();
        self.take(rest.len() - rest.trim_start_matches(is_white).len());
    }

    fn template(&mut self) -> Result<(), TemplateError> {
        // Whether the white space before the next text goes.
        let mut drop_leading = false;
        while !self.rest().is_empty() {
            let (place, rest) = (self.place, self.rest());
            let starts = [BLOCK_START, self.syntax.variable_start, COMMENT_START];
            // One pass: text with many tags of one sort is not searched to its end for the others each time.
            let found = rest.match_indices(['{', '$']).find_map(|(at, _)| {
                let start = starts.into_iter().find(|start| rest[at..].starts_with(start))?;
                Some((at, start))
            });
            let (end, start) = found.unwrap_or((rest.len(), ""));
            let mut data = self.take(end);
            if drop_leading {
                data = data.trim_start_matches(is_white);
            }
            if !start.is_empty() {
                data = self.before_tag(data, start);
            }
            if !data.is_empty() {
                self.push(place, TokenKind::Data(data.to_owned()));
            }
            drop_leading = match start {
                "" => return Ok(()),
                COMMENT_START => self.comment()?,
                start => self.tag(start)?,
            };
        }
        Ok(())
    }

    /// The text before a tag, without the white space that the tag takes away.
    fn before_tag(&self, data: &'a str, start: &str) -> &'a str {
        if self.rest()[start.len()..].starts_with('-') {
            return data.trim_end_matches(is_white);
        }
        if self.syntax.lstrip_blocks && start == BLOCK_START {
            let line = data.rfind('\n').map_or(0, |end| end + 1);
            // Only if the tag is the first of its line: before the text there may be another tag.
            let begins_line = line > 0 || self.place.column as usize == data.chars().count() + 1;
            if begins_line && data[line..].chars().all(is_white) {
                return &data[..line];
            }
        }
        data
    }

    fn comment(&mut self) -> Result<bool, TemplateError> {
        let place = self.place;
        let Some(end) = self.rest().find(COMMENT_END) else {
            return Err(TemplateError::new(place, "This comment has no end. Close it with #}."));
        };
        let comment = self.take(end + COMMENT_END.len());
        Ok(comment.len() > COMMENT_START.len() + COMMENT_END.len() && comment[..end].ends_with('-'))
    }

    /// The tokens of one tag. Says whether the white space behind it goes.
    fn tag(&mut self, start: &str) -> Result<bool, TemplateError> {
        let (first, begin) = (self.tokens.len(), self.place);
        let is_block = start == BLOCK_START;
        self.take(start.len());
        self.skip("-");
        self.push(begin, if is_block { TokenKind::BlockStart } else { TokenKind::VariableStart });
        let (mut braces, end) = (0_usize, if is_block { BLOCK_END } else { VARIABLE_END });
        loop {
            self.skip_white();
            let place = self.place;
            if self.rest().is_empty() {
                return Err(TemplateError::new(
                    begin,
                    format!("This {start} has no end. Close it with {end}."),
                ));
            }
            let dash = self.rest().starts_with('-') && self.rest()[1..].starts_with(end);
            if (dash || self.rest().starts_with(end)) && (is_block || braces == 0) {
                if dash {
                    self.skip("-");
                }
                self.skip(end);
                self.push(place, if is_block { TokenKind::BlockEnd } else { TokenKind::VariableEnd });
                if is_block {
                    if self.syntax.trim_blocks {
                        let _one_of_them = self.skip("\n") || self.skip("\r\n");
                    }
                    if let [TokenKind::Name(name), TokenKind::BlockEnd] = &self.kinds(first + 1)[..]
                        && (name == "raw" || name == "verbatim")
                    {
                        let name = name.clone();
                        self.tokens.truncate(first);
                        return self.raw(&name, begin, dash);
                    }
                }
                return Ok(dash);
            }
            let kind = self.token()?;
            match kind {
                TokenKind::Sign("{") => braces += 1,
                TokenKind::Sign("}") => braces = braces.saturating_sub(1),
                _ => {}
            }
            self.push(place, kind);
        }
    }

    fn kinds(&self, from: usize) -> Vec<TokenKind> {
        self.tokens[from..].iter().take(3).map(|token| token.kind.clone()).collect()
    }

    /// Text up to the end of `{% raw %}`, which may hold further ones.
    fn raw(&mut self, name: &str, begin: Place, dash: bool) -> Result<bool, TemplateError> {
        let (place, start, mut depth) = (self.place, self.at, 1);
        loop {
            let Some(next) = self.rest().find(BLOCK_START) else {
                let message = format!("This {name} has no end. Close it with {{% end{name} %}}.");
                return Err(TemplateError::new(begin, message));
            };
            self.take(next);
            let before = self.at;
            self.take(BLOCK_START.len());
            let trims = self.skip("-");
            self.skip_white();
            let opens = self.rest().starts_with(name);
            let closes = self.rest().strip_prefix("end").is_some_and(|rest| rest.starts_with(name));
            depth += i32::from(opens) - i32::from(closes);
            if depth > 0 {
                continue;
            }
            self.take("end".len() + name.len());
            self.skip_white();
            let after = self.skip("-");
            if !self.skip(BLOCK_END) {
                return Err(TemplateError::new(self.place, format!("Expected %}} after end{name}.")));
            }
            if self.syntax.trim_blocks {
                let _one_of_them = self.skip("\n") || self.skip("\r\n");
            }
            let mut data = &self.text[start..before];
            if dash {
                data = data.trim_start_matches(is_white);
            }
            if trims {
                data = data.trim_end_matches(is_white);
            }
            self.push(place, TokenKind::Data(data.to_owned()));
            return Ok(after);
        }
    }

    fn token(&mut self) -> Result<TokenKind, TemplateError> {
        let (place, rest) = (self.place, self.rest());
        match rest.chars().next().unwrap_or_default() {
            quote @ ('"' | '\'') => return self.text(quote),
            'r' if rest.starts_with("r/") => return self.regex(),
            digit if digit.is_ascii_digit() => return Ok(TokenKind::Number(self.number())),
            _ => {}
        }
        if let Some(sign) = SIGNS.into_iter().find(|sign| rest.starts_with(sign)) {
            self.take(sign.len());
            return Ok(TokenKind::Sign(sign));
        }
        let name = rest.split(|character| is_white(character) || DELIMITERS.contains(character)).next();
        match name.unwrap_or_default() {
            "" => Err(TemplateError::new(place, format!("Unexpected character {:?}.", rest.chars().next()))),
            name => Ok(TokenKind::Name(self.take(name.len()).to_owned())),
        }
    }

    fn number(&mut self) -> f64 {
        let digits = |text: &str| text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let whole = digits(self.rest());
        let behind = &self.rest()[whole..];
        // `1.max` is a member of a number, `1.5` a number.
        let fraction = behind.strip_prefix('.').map(digits).filter(|digits| *digits > 0);
        let text = self.take(whole + fraction.map_or(0, |digits| digits + 1));
        text.parse().unwrap_or(f64::NAN)
    }

    fn text(&mut self, quote: char) -> Result<TokenKind, TemplateError> {
        let place = self.place;
        let (mut text, mut escaped) = (String::new(), false);
        for (at, character) in self.rest().char_indices().skip(1) {
            if escaped {
                text.push(match character {
                    'n' => '\n',
                    't' => '\t',
                    'r' => '\r',
                    other => other,
                });
                escaped = false;
            } else if character == '\\' {
                escaped = true;
            } else if character == quote {
                self.take(at + 1);
                return Ok(TokenKind::Text(text));
            } else {
                text.push(character);
            }
        }
        Err(TemplateError::new(place, format!("This text has no end. Close it with {quote}.")))
    }

    fn regex(&mut self) -> Result<TokenKind, TemplateError> {
        let place = self.place;
        let (mut escaped, begin) = (false, "r/".len());
        for (at, character) in self.rest().char_indices().skip(begin) {
            if character == '/' && !escaped {
                let source = self.rest()[begin..at].to_owned();
                self.take(at + 1);
                let rest = self.rest();
                let flags = rest.len() - rest.trim_start_matches(['g', 'i', 'm', 'y', 's', 'u']).len();
                return Ok(TokenKind::Regex { source, flags: self.take(flags).to_owned() });
            }
            escaped = character == '\\' && !escaped;
        }
        Err(TemplateError::new(place, "This regular expression has no end. Close it with /."))
    }
}

/// What `\s` means in JavaScript.
pub(crate) fn is_white(character: char) -> bool {
    character.is_whitespace() || character == '\u{feff}'
}
