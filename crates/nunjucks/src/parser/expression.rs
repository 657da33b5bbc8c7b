//! Expressions. What binds how strongly is as in Nunjucks: each arithmetic sign has a rank of its own.

use super::{Parser, shown};
use crate::ast::{Arguments, Binary, Expression, ExpressionKind, Unary};
use crate::error::{Place, TemplateError};
use crate::lexer::TokenKind;

/// What stands to the right of `not`.
const NOT: u8 = 3;
/// `is`
const TEST: u8 = 5;

/// The rank of a sign between two values: the higher, the stronger it binds.
fn sign_of(sign: &str) -> Option<(u8, Binary)> {
    Some(match sign {
        "==" => (6, Binary::Equal),
        "===" => (6, Binary::Same),
        "!=" => (6, Binary::NotEqual),
        "!==" => (6, Binary::NotSame),
        "<" => (6, Binary::Less),
        "<=" => (6, Binary::LessOrEqual),
        ">" => (6, Binary::Greater),
        ">=" => (6, Binary::GreaterOrEqual),
        "~" => (7, Binary::Concatenate),
        "+" => (8, Binary::Add),
        "-" => (9, Binary::Subtract),
        "*" => (10, Binary::Multiply),
        "/" => (11, Binary::Divide),
        "//" => (12, Binary::FloorDivide),
        "%" => (13, Binary::Remainder),
        "**" => (14, Binary::Power),
        _ => return None,
    })
}

/// How many expressions may be within each other: each sign, member and filter is around what stands before it.
const HIGHEST: usize = 100;

fn at(place: Place, kind: ExpressionKind) -> Result<Expression, TemplateError> {
    let expression = Expression::new(place, kind);
    if expression.height() > HIGHEST {
        return Err(TemplateError::new(
            place,
            format!("This expression has more than {HIGHEST} parts within each other."),
        ));
    }
    Ok(expression)
}

impl Parser<'_> {
    /// An expression, with `if … else …` behind it.
    pub(super) fn expression(&mut self) -> Result<Expression, TemplateError> {
        self.nested(|parser| {
            let then = parser.operation(0)?;
            let place = parser.place();
            if !parser.word("if") {
                return Ok(then);
            }
            let condition = Box::new(parser.operation(0)?);
            let otherwise = if parser.word("else") { Some(Box::new(parser.operation(0)?)) } else { None };
            at(place, ExpressionKind::If { condition, then: Box::new(then), otherwise })
        })
    }

    /// Values with signs of this rank and above between them.
    fn operation(&mut self, rank: u8) -> Result<Expression, TemplateError> {
        let place = self.place();
        let mut left = if self.word("not") {
            let of = Box::new(self.nested(|parser| parser.operation(NOT))?);
            at(place, ExpressionKind::Unary { operator: Unary::Not, of })?
        } else {
            self.filtered()?
        };
        loop {
            let place = self.place();
            let Some((own, operator, tokens)) = self.operator() else { return Ok(left) };
            if own < rank {
                return Ok(left);
            }
            self.at += tokens;
            left = match operator {
                Some(operator) => {
                    let right = Box::new(self.nested(|parser| parser.operation(own + 1))?);
                    at(place, ExpressionKind::Binary { operator, left: Box::new(left), right })?
                }
                None => self.test(place, left)?,
            };
        }
    }

    /// The sign that comes next: its rank, what it does (nothing for `is`), and how many tokens it has.
    fn operator(&self) -> Option<(u8, Option<Binary>, usize)> {
        let second = self.tokens.get(self.at + 1).map(|token| &token.kind);
        match self.peek()? {
            TokenKind::Sign(sign) => sign_of(sign).map(|(rank, operator)| (rank, Some(operator), 1)),
            TokenKind::Name(name) => match name.as_str() {
                "or" => Some((1, Some(Binary::Or), 1)),
                "and" => Some((2, Some(Binary::And), 1)),
                "in" => Some((4, Some(Binary::In), 1)),
                "not" if second == Some(&TokenKind::Name("in".to_owned())) => {
                    Some((4, Some(Binary::NotIn), 2))
                }
                "is" => Some((TEST, None, 1)),
                _ => None,
            },
            _ => None,
        }
    }

    /// What stands behind `is`.
    fn test(&mut self, place: Place, of: Expression) -> Result<Expression, TemplateError> {
        let negated = self.word("not");
        let name_place = self.place();
        let mut name = self.name("the name of a test")?;
        if name == "none" {
            "null".clone_into(&mut name);
        }
        if !crate::checks::NAMES.contains(&name.as_str()) {
            return Err(TemplateError::new(name_place, format!("There is no test `{name}`.")));
        }
        let arguments = if self.sign("(") { self.arguments()? } else { Arguments::default() };
        let test = at(place, ExpressionKind::Test { name, of: Box::new(of), arguments })?;
        if negated {
            at(place, ExpressionKind::Unary { operator: Unary::Not, of: Box::new(test) })
        } else {
            Ok(test)
        }
    }

    /// A value with filters behind it.
    fn filtered(&mut self) -> Result<Expression, TemplateError> {
        let mut value = self.unary()?;
        loop {
            let place = self.place();
            if !self.sign("|") {
                return Ok(value);
            }
            let name = self.filter_name()?;
            let arguments = if self.sign("(") { self.arguments()? } else { Arguments::default() };
            value = at(place, ExpressionKind::Filter { name, of: Box::new(value), arguments })?;
        }
    }

    pub(super) fn filter_name(&mut self) -> Result<String, TemplateError> {
        let place = self.place();
        let mut name = self.name("the name of a filter")?;
        while self.sign(".") {
            name = format!("{name}.{}", self.name("the rest of the filter's name")?);
        }
        if self.environment.knows_filter(&name) {
            return Ok(name);
        }
        Err(TemplateError::new(place, format!("There is no filter `{name}`.")))
    }

    fn unary(&mut self) -> Result<Expression, TemplateError> {
        let place = self.place();
        let operator = match self.peek() {
            Some(TokenKind::Sign("-")) => Unary::Minus,
            Some(TokenKind::Sign("+")) => Unary::Plus,
            _ => return self.postfix(),
        };
        self.at += 1;
        let of = Box::new(self.nested(Self::unary)?);
        at(place, ExpressionKind::Unary { operator, of })
    }

    /// A value with members and calls behind it.
    pub(super) fn postfix(&mut self) -> Result<Expression, TemplateError> {
        let mut value = self.primary()?;
        loop {
            let place = self.place();
            let kind = if self.sign("(") {
                ExpressionKind::Call { callee: Box::new(value), arguments: self.arguments()? }
            } else if self.sign("[") {
                let key = Box::new(self.expression()?);
                self.expect(&TokenKind::Sign("]"))?;
                ExpressionKind::Member { of: Box::new(value), key }
            } else if self.sign(".") {
                let key_place = self.place();
                let key = match self.next() {
                    Some(TokenKind::Name(name)) => ExpressionKind::Text(name),
                    Some(TokenKind::Number(number)) => ExpressionKind::Number(number),
                    _ => {
                        self.at -= 1;
                        return Err(self.unexpected("the name of a member"));
                    }
                };
                ExpressionKind::Member { of: Box::new(value), key: Box::new(at(key_place, key)?) }
            } else {
                return Ok(value);
            };
            value = at(place, kind)?;
        }
    }

    fn primary(&mut self) -> Result<Expression, TemplateError> {
        let place = self.place();
        let kind = match self.peek().cloned() {
            Some(TokenKind::Number(number)) => ExpressionKind::Number(number),
            Some(TokenKind::Text(text)) => ExpressionKind::Text(text),
            Some(TokenKind::Regex { source, flags }) => ExpressionKind::Regex { source, flags },
            Some(TokenKind::Name(name)) => match name.as_str() {
                "true" => ExpressionKind::Bool(true),
                "false" => ExpressionKind::Bool(false),
                "null" | "none" => ExpressionKind::Null,
                _ => {
                    self.loops += usize::from(name == "loop");
                    ExpressionKind::Name(name)
                }
            },
            Some(TokenKind::Sign("(")) => {
                self.at += 1;
                return self.group();
            }
            Some(TokenKind::Sign("[")) => {
                self.at += 1;
                return at(place, ExpressionKind::Array(self.items("]")?));
            }
            Some(TokenKind::Sign("{")) => {
                self.at += 1;
                return at(place, ExpressionKind::Object(self.fields()?));
            }
            _ => return Err(self.unexpected("a value")),
        };
        self.at += 1;
        at(place, kind)
    }

    /// What is in parentheses: of several values the last, as JavaScript has it.
    fn group(&mut self) -> Result<Expression, TemplateError> {
        let place = self.place();
        let last = self.items(")")?.pop();
        last.ok_or_else(|| TemplateError::new(place, "There is nothing in these parentheses."))
    }

    fn items(&mut self, end: &'static str) -> Result<Vec<Expression>, TemplateError> {
        let mut items = Vec::new();
        while !self.sign(end) {
            items.push(self.expression()?);
            if !self.sign(",") && self.peek() != Some(&TokenKind::Sign(end)) {
                return Err(self.unexpected(&format!("`,` or `{end}`")));
            }
        }
        Ok(items)
    }

    fn fields(&mut self) -> Result<Vec<(Expression, Expression)>, TemplateError> {
        let mut fields = Vec::new();
        while !self.sign("}") {
            let mut key = self.nested(Self::postfix)?;
            if let ExpressionKind::Name(name) = &key.kind {
                key.kind = ExpressionKind::Text(name.clone());
            }
            self.expect(&TokenKind::Sign(":"))?;
            fields.push((key, self.expression()?));
            if !self.sign(",") && self.peek() != Some(&TokenKind::Sign("}")) {
                return Err(self.unexpected("`,` or `}`"));
            }
        }
        Ok(fields)
    }

    /// The arguments of a call, up to the closing parenthesis.
    pub(super) fn arguments(&mut self) -> Result<Arguments, TemplateError> {
        let mut arguments = Arguments::default();
        while !self.sign(")") {
            let value = self.expression()?;
            if self.sign("=") {
                let ExpressionKind::Name(name) = value.kind else {
                    let message = "Only a name can stand before `=`. To compare, write `==`.";
                    return Err(TemplateError::new(value.place, message));
                };
                arguments.named.push((name, self.expression()?));
            } else {
                arguments.positional.push(value);
            }
            if !self.sign(",") && self.peek() != Some(&TokenKind::Sign(")")) {
                let found = self.peek().map_or_else(|| "the end".to_owned(), shown);
                return Err(TemplateError::new(self.place(), format!("Expected `,` or `)`, found {found}.")));
            }
        }
        Ok(arguments)
    }
}
