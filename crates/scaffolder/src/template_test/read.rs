//! Reading a file of tests: one in each YAML document.

use std::collections::BTreeMap;
use std::fmt;

use platform::yaml::{Positions, parse_documents};
use serde_json::{Map, Value};

use super::{Case, Expected, ExpectedCall, ExpectedFile};
use crate::action::nearest;

/// What is wrong with a file of tests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// Counted from 1.
    pub line: u32,
    /// In characters, counted from 1.
    pub column: u32,
    /// What is wrong, as a sentence.
    pub message: String,
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.line, self.column, self.message)
    }
}

/// Documents of a file whose mistakes are told.
const MOST_WRONG: usize = 20;

/// The tests of a file.
///
/// # Errors
/// What is wrong with it, as far as its first twenty documents with mistakes.
pub fn read(text: &str) -> Result<Vec<Case>, Vec<Wrong>> {
    let (mut cases, mut wrong) = (Vec::new(), Vec::new());
    let mut left = MOST_WRONG;
    for (index, document) in parse_documents(text).into_iter().enumerate() {
        if left == 0 {
            break;
        }
        let value = match document {
            Ok(document) => document.value,
            Err(error) => {
                wrong.push(Wrong { line: error.line, column: error.column, message: error.message });
                left -= 1;
                continue;
            }
        };
        let mut reader = Reader::default();
        let case = reader.case(&value, index + 1);
        if reader.wrong.is_empty() {
            cases.push(case);
            continue;
        }
        left -= 1;
        let positions = Positions::new(text, index);
        wrong.extend(reader.wrong.into_iter().map(|(pointer, message)| {
            let (line, column) = positions.key_of(&pointer);
            Wrong { line, column, message }
        }));
    }
    if wrong.is_empty() { Ok(cases) } else { Err(wrong) }
}

/// Gathers what is wrong, by JSON pointer.
#[derive(Default)]
struct Reader {
    wrong: Vec<(String, String)>,
}

impl Reader {
    fn case(&mut self, value: &Value, number: usize) -> Case {
        let keys = ["name", "values", "secrets", "mocks", "failures", "expect"];
        let test = self.keys(value, "", &keys);
        let name = test.get("name").map(|name| self.text(name, "/name"));
        let values = self.object(test.get("values"), "/values");
        let mut secrets = BTreeMap::new();
        for (name, secret) in self.object(test.get("secrets"), "/secrets") {
            let secret = self.text(&secret, &below("/secrets", &name));
            secrets.insert(name, secret.into());
        }
        let mut mocks = BTreeMap::new();
        for (name, output) in self.object(test.get("mocks"), "/mocks") {
            let output = self.object(Some(&output), &below("/mocks", &name));
            mocks.insert(name, output);
        }
        let mut failures = BTreeMap::new();
        for (name, why) in self.object(test.get("failures"), "/failures") {
            let why = self.text(&why, &below("/failures", &name));
            failures.insert(name, why);
        }
        let expected = self.expected(test.get("expect"));
        let name = name.unwrap_or_else(|| format!("test {number}"));
        Case { name, values, secrets, mocks, failures, expected }
    }

    fn expected(&mut self, value: Option<&Value>) -> Expected {
        let Some(value) = value else {
            self.say("", "A test says under expect what has to come of it.");
            return Expected::default();
        };
        let keys = ["files", "calls", "notCalled", "output", "refused", "failed"];
        let expect = self.keys(value, "/expect", &keys);
        let mut files = BTreeMap::new();
        for (path, file) in self.object(expect.get("files"), "/expect/files") {
            let file = self.file(&file, &below("/expect/files", &path));
            files.insert(path, file);
        }
        let mut calls = Vec::new();
        for (index, call) in self.list(expect.get("calls"), "/expect/calls").iter().enumerate() {
            calls.extend(self.call(call, &format!("/expect/calls/{index}")));
        }
        if expect.contains_key("failed") {
            for key in ["files", "output", "refused"].into_iter().filter(|key| expect.contains_key(*key)) {
                self.say(&below("/expect", key), format!("A run that fails has no {key} to look at."));
            }
        }
        Expected {
            files,
            calls,
            not_called: self.texts(expect.get("notCalled"), "/expect/notCalled"),
            output: self.object(expect.get("output"), "/expect/output"),
            refused: self.texts(expect.get("refused"), "/expect/refused"),
            failed: self.texts(expect.get("failed"), "/expect/failed"),
        }
    }

    fn file(&mut self, value: &Value, pointer: &str) -> ExpectedFile {
        if let Value::String(content) = value {
            return ExpectedFile { equals: Some(content.clone()), ..ExpectedFile::default() };
        }
        let file = self.keys(value, pointer, &["equals", "contains", "absent"]);
        let equals = file.get("equals").map(|text| self.text(text, &below(pointer, "equals")));
        let contains = self.texts(file.get("contains"), &below(pointer, "contains"));
        let absent = match file.get("absent") {
            None => false,
            Some(Value::Bool(absent)) => *absent,
            Some(_) => {
                self.say(&below(pointer, "absent"), "This is true or false.");
                false
            }
        };
        if absent && (equals.is_some() || !contains.is_empty()) {
            self.say(pointer, "A file that is absent has no content.");
        }
        ExpectedFile { equals, contains, absent }
    }

    fn call(&mut self, value: &Value, pointer: &str) -> Option<ExpectedCall> {
        let call = self.keys(value, pointer, &["step", "action", "input"]);
        let input = self.object(call.get("input"), &below(pointer, "input"));
        match (call.get("step"), call.get("action")) {
            (Some(Value::String(of)), None) | (None, Some(Value::String(of))) => {
                Some(ExpectedCall { of: of.clone(), input })
            }
            _ => {
                self.say(pointer, "A call names either a step or an action.");
                None
            }
        }
    }

    /// An object with no keys but these.
    fn keys(&mut self, value: &Value, pointer: &str, keys: &[&str]) -> Map<String, Value> {
        let object = self.object(Some(value), pointer);
        for key in object.keys().filter(|key| !keys.contains(&key.as_str())) {
            let meant = nearest(key, keys.iter().copied());
            let meant = meant.map_or_else(
                || format!("There are: {}.", keys.join(", ")),
                |meant| format!("Is {meant} meant?"),
            );
            self.say(&below(pointer, key), format!("There is no key {key} here. {meant}"));
        }
        object
    }

    fn object(&mut self, value: Option<&Value>, pointer: &str) -> Map<String, Value> {
        match value {
            None => Map::new(),
            Some(Value::Object(object)) => object.clone(),
            Some(_) => {
                self.say(pointer, "This has to be a mapping of names to values.");
                Map::new()
            }
        }
    }

    fn list(&mut self, value: Option<&Value>, pointer: &str) -> Vec<Value> {
        match value {
            None => Vec::new(),
            Some(Value::Array(list)) => list.clone(),
            Some(_) => {
                self.say(pointer, "This has to be a list.");
                Vec::new()
            }
        }
    }

    /// One text, or a list of them.
    fn texts(&mut self, value: Option<&Value>, pointer: &str) -> Vec<String> {
        if let Some(Value::String(text)) = value {
            return vec![text.clone()];
        }
        let list = self.list(value, pointer);
        list.iter()
            .enumerate()
            .map(|(index, text)| self.text(text, &below(pointer, &index.to_string())))
            .collect()
    }

    fn text(&mut self, value: &Value, pointer: &str) -> String {
        if let Value::String(text) = value {
            return text.clone();
        }
        self.say(pointer, "This has to be a text; write it in quotes.");
        String::new()
    }

    fn say(&mut self, pointer: &str, message: impl Into<String>) {
        self.wrong.push((pointer.to_owned(), message.into()));
    }
}

/// A key below a JSON pointer.
fn below(pointer: &str, key: &str) -> String {
    format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"))
}
