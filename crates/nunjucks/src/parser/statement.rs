//! Blocks: `{% if %}`, `{% for %}` and their like.

use std::sync::Arc;

use super::Parser;
use crate::ast::{Assigned, Body, Expression, ExpressionKind, Macro, Statement, StatementKind};
use crate::error::{Place, TemplateError};
use crate::lexer::TokenKind;

/// Names without a default, and those with one.
type Parameters = (Vec<String>, Vec<(String, Expression)>);

impl Parser<'_> {
    /// Statements up to a block of one of these names (up to the end of the template, for none), and which it was. What
    /// follows its name is read next. `begin` is where that began which has to end here.
    pub(super) fn body(&mut self, ends: &[&str], begin: Place) -> Result<(Body, String), TemplateError> {
        let mut body = Body::new();
        loop {
            let place = self.place();
            let kind = match self.next() {
                None if ends.is_empty() => return Ok((body, String::new())),
                None => {
                    let message =
                        format!("This block has no end. Close it with {{% {} %}}.", ends[ends.len() - 1]);
                    return Err(TemplateError::new(begin, message));
                }
                Some(TokenKind::Data(text)) => StatementKind::Text(text),
                Some(TokenKind::VariableStart) => {
                    let expression = self.expression()?;
                    self.expect(&TokenKind::VariableEnd)?;
                    StatementKind::Output(expression)
                }
                Some(TokenKind::BlockStart) => {
                    let name = self.name("the name of a block")?;
                    if ends.contains(&name.as_str()) {
                        return Ok((body, name));
                    }
                    self.nested(|parser| parser.block(&name, place))?
                }
                Some(_) => {
                    self.at -= 1;
                    return Err(self.unexpected("text or a block"));
                }
            };
            body.push(Statement { place, kind });
        }
    }

    fn block(&mut self, name: &str, begin: Place) -> Result<StatementKind, TemplateError> {
        match name {
            "if" | "ifAsync" => self.conditional(begin),
            "for" => self.repeated(begin, "endfor"),
            "asyncEach" => self.repeated(begin, "endeach"),
            "asyncAll" => self.repeated(begin, "endall"),
            "switch" => self.switch(begin),
            "set" => self.assignment(begin),
            "macro" => {
                let name = self.name("the name of the macro")?;
                self.expect(&TokenKind::Sign("("))?;
                Ok(StatementKind::Macro(Arc::new(self.definition(name, begin, "endmacro")?)))
            }
            "call" => self.call(begin),
            "filter" => {
                let name = self.filter_name()?;
                let arguments = if self.sign("(") { self.arguments()? } else { Default::default() };
                Ok(StatementKind::Filter { name, arguments, body: self.body_until(begin, "endfilter")? })
            }
            "block" => {
                self.name("the name of the block")?;
                self.block_end()?;
                let (body, _) = self.body(&["endblock"], begin)?;
                // Its name may stand at its end once more.
                if matches!(self.peek(), Some(TokenKind::Name(_))) {
                    self.at += 1;
                }
                self.block_end()?;
                Ok(StatementKind::Block(body))
            }
            "include" | "import" | "from" | "extends" => {
                let message = format!("`{name}` would read another template, which is not possible here.");
                Err(TemplateError::new(begin, message))
            }
            _ => Err(TemplateError::new(begin, format!("There is no block `{name}` that could begin here."))),
        }
    }

    fn block_end(&mut self) -> Result<(), TemplateError> {
        self.expect(&TokenKind::BlockEnd)
    }

    /// The rest of the block's tag, and its body up to one end.
    fn body_until(&mut self, begin: Place, end: &str) -> Result<Body, TemplateError> {
        self.block_end()?;
        let (body, _) = self.body(&[end], begin)?;
        self.block_end()?;
        Ok(body)
    }

    fn conditional(&mut self, begin: Place) -> Result<StatementKind, TemplateError> {
        let (mut branches, mut otherwise) = (Vec::new(), Body::new());
        loop {
            let condition = self.expression()?;
            self.block_end()?;
            let (body, mut end) = self.body(&["elif", "elseif", "else", "endif"], begin)?;
            branches.push((condition, body));
            if end == "else" {
                self.block_end()?;
                (otherwise, end) = self.body(&["endif"], begin)?;
            }
            if end == "endif" {
                self.block_end()?;
                return Ok(StatementKind::If { branches, otherwise });
            }
        }
    }

    fn repeated(&mut self, begin: Place, end: &str) -> Result<StatementKind, TemplateError> {
        let mut names = vec![self.name("the name of each item")?];
        while self.sign(",") {
            names.push(self.name("another name")?);
        }
        if !self.word("in") {
            return Err(self.unexpected("`in`"));
        }
        let over = self.expression()?;
        self.block_end()?;
        let loops = self.loops;
        self.scopes += 1;
        let (body, found) = self.body(&["else", end], begin)?;
        let counts = self.loops > loops;
        self.block_end()?;
        let mut otherwise = Body::new();
        if found == "else" {
            otherwise = self.body(&[end], begin)?.0;
            self.block_end()?;
        }
        self.scopes -= 1;
        Ok(StatementKind::For { names, over, body, otherwise, counts })
    }

    fn switch(&mut self, begin: Place) -> Result<StatementKind, TemplateError> {
        const ENDS: [&str; 3] = ["case", "default", "endswitch"];
        let on = self.expression()?;
        self.block_end()?;
        // What stands before the first case is for nobody.
        let (_, mut end) = self.body(&ENDS, begin)?;
        let (mut cases, mut default) = (Vec::new(), Body::new());
        loop {
            match end.as_str() {
                "case" => {
                    let value = self.expression()?;
                    self.block_end()?;
                    let (body, next) = self.body(&ENDS, begin)?;
                    cases.push((value, body));
                    end = next;
                }
                "default" => {
                    self.block_end()?;
                    (default, end) = self.body(&ENDS, begin)?;
                }
                _ => {
                    self.block_end()?;
                    return Ok(StatementKind::Switch { on, cases, default });
                }
            }
        }
    }

    fn assignment(&mut self, begin: Place) -> Result<StatementKind, TemplateError> {
        let mut names = vec![self.name("the name that is set")?];
        while self.sign(",") {
            names.push(self.name("another name")?);
        }
        let to = if self.sign("=") {
            let value = self.expression()?;
            self.block_end()?;
            Assigned::Value(value)
        } else if self.peek() == Some(&TokenKind::BlockEnd) {
            Assigned::Written(self.body_until(begin, "endset")?)
        } else {
            return Err(self.unexpected("`=` or `%}`"));
        };
        Ok(StatementKind::Set { names, to })
    }

    /// Parameters and body of a macro, behind the opening parenthesis.
    fn definition(&mut self, name: String, begin: Place, end: &str) -> Result<Macro, TemplateError> {
        let (required, optional) = self.parameters()?;
        let nested = self.scopes > 0;
        self.scopes += 1;
        let body = self.body_until(begin, end)?;
        self.scopes -= 1;
        Ok(Macro { name, required, optional, body, nested })
    }

    fn parameters(&mut self) -> Result<Parameters, TemplateError> {
        let (mut required, mut optional) = (Vec::new(), Vec::new());
        while !self.sign(")") {
            let name = self.name("the name of a parameter")?;
            if self.sign("=") {
                optional.push((name, self.expression()?));
            } else {
                required.push(name);
            }
            if !self.sign(",") && self.peek() != Some(&TokenKind::Sign(")")) {
                return Err(self.unexpected("`,` or `)`"));
            }
        }
        Ok((required, optional))
    }

    /// `{% call(item) name(arguments) %}`: the body becomes the `caller` of a macro.
    fn call(&mut self, begin: Place) -> Result<StatementKind, TemplateError> {
        let (required, optional) = if self.sign("(") { self.parameters()? } else { Default::default() };
        let mut called = self.postfix()?;
        let ExpressionKind::Call { arguments, .. } = &mut called.kind else {
            return Err(TemplateError::new(
                called.place,
                "Expected a macro with its arguments in parentheses.",
            ));
        };
        self.scopes += 1;
        let body = self.body_until(begin, "endcall")?;
        self.scopes -= 1;
        let caller = Macro { name: "caller".to_owned(), required, optional, body, nested: true };
        let caller = Expression::new(begin, ExpressionKind::Caller(Arc::new(caller)));
        arguments.named.push(("caller".to_owned(), caller));
        Ok(StatementKind::Output(called))
    }
}
