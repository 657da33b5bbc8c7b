//! What is drawn: an ordered tree of fields.

use serde::Serialize;
use serde_json::{Map, Number, Value};

use super::{Choice, Picker};

/// One step for given answers.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Form {
    /// The step as one field; its control is an object unless the step is broken.
    pub root: Field,
    /// Pointers of properties that a feature flag hides.
    pub flagged: Vec<String>,
}

impl Form {
    /// All fields, outer ones before what they hold.
    #[must_use]
    pub fn fields(&self) -> Vec<&Field> {
        let (mut found, mut next) = (Vec::new(), vec![&self.root]);
        while let Some(field) = next.pop() {
            found.push(field);
            next.extend(field.parts().into_iter().rev());
        }
        found
    }

    /// Whether a field is about a repository, whose host knows what there is.
    #[must_use]
    pub fn has_repositories(&self) -> bool {
        self.fields().into_iter().any(|field| {
            matches!(
                field.control,
                Control::Picker { picker: Picker::RepoUrlPicker | Picker::RepoBranchPicker, .. }
            )
        })
    }

    /// The field that holds a value, by its pointer.
    #[must_use]
    pub fn field(&self, pointer: &str) -> Option<&Field> {
        self.fields().into_iter().find(|field| field.pointer == pointer)
    }
}

/// One field.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Field {
    /// JSON pointer (RFC 6901) to the value within the answers.
    pub pointer: String,
    /// Name of the input. Inputs that stand beside it have names of their own, see [`Control`].
    pub name: String,
    /// What it is called: `ui:title`, `title`, or the property.
    pub title: String,
    /// What it is for, in Markdown.
    pub description: Option<String>,
    /// How to fill it in.
    pub help: Option<String>,
    /// What stands in an empty input.
    pub placeholder: Option<String>,
    /// Whether it has to be answered.
    pub required: bool,
    /// Whether it can't be changed, nor be sent.
    pub disabled: bool,
    /// Whether it can't be changed.
    pub readonly: bool,
    /// Whether the form begins here.
    pub autofocus: bool,
    /// Bounds that an input can enforce by itself.
    pub limits: Limits,
    /// The value, of fields that hold no others.
    pub value: Option<Value>,
    /// How it is answered.
    pub control: Control,
    /// Selectors above the control: each changes what the control is.
    pub alternatives: Vec<Alternatives>,
    /// All `ui:` keys without that prefix, `ui:options` among them.
    pub options: Map<String, Value>,
    /// How it is told before it is sent.
    pub review: Review,
    /// What the reader should know: a widget that is not known, why it is JSON.
    pub note: Option<String>,
    /// Properties that the schema knows and that are not shown for these answers.
    #[serde(skip)]
    pub(super) hidden: Vec<String>,
    /// The only value there can be.
    #[serde(skip)]
    pub(super) constant: Option<Value>,
}

/// How a field is answered.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "type")]
pub enum Control {
    /// One line of text.
    Text {
        /// Which text.
        kind: TextKind,
    },
    /// Several lines of text.
    TextArea {
        /// Lines that are in sight.
        rows: u32,
    },
    /// Nothing to be seen.
    Hidden {
        /// Whether the input holds JSON, because the value is no text.
        json: bool,
    },
    /// A number.
    Number {
        /// Whether it has to be whole.
        integer: bool,
        /// Whether it is a slider, which always sends a value.
        range: bool,
    },
    /// Yes or no. The page puts a hidden input of the same name with an empty value before the checkbox, whose value is
    /// `true`: so an empty box can be told from a field that was not on the page.
    Checkbox {
        /// Whether only yes is accepted.
        must_be_checked: bool,
    },
    /// One of several.
    Choice {
        /// What can be chosen.
        choices: Vec<Choice>,
        /// Whether they are radio buttons.
        radio: bool,
    },
    /// Any of several. As for a checkbox, an empty hidden input of the same name stands before them.
    Choices {
        /// What can be chosen.
        choices: Vec<Choice>,
        /// Whether they are checkboxes.
        checkboxes: bool,
    },
    /// A file as `data:` URL (RFC 2397). Reading the upload is up to the caller; an empty input changes nothing.
    File {
        /// Whether the value is a list of files. New ones are added.
        many: bool,
        /// File types, as the attribute `accept` takes them.
        accept: Option<String>,
        /// Value of the button [`super::OPERATION`] that removes what is there.
        clear: Option<String>,
    },
    /// A field of Backstage that is fed from elsewhere.
    Picker {
        /// Which one.
        picker: Picker,
        /// Inputs that make up the value together: of a `RepoUrlPicker`. An input of the field's own name holds the value
        /// as a whole instead.
        parts: Vec<Part>,
    },
    /// A secret. Its value is never in the answers.
    Secret {
        /// The name that steps find it by.
        secret: String,
        /// Whether it was given already; then an empty input changes nothing.
        given: bool,
    },
    /// A group of fields.
    Object {
        /// The fields in their order.
        fields: Vec<Field>,
        /// Properties that have no field, as JSON.
        rest: Option<Box<Field>>,
    },
    /// A list.
    Array {
        /// The items.
        items: Vec<Item>,
        /// Name of a hidden input that holds the count of items.
        count: String,
        /// Value of the button [`super::OPERATION`] that adds an item.
        add: Option<String>,
    },
    /// Nothing to answer, only to read.
    Note,
    /// JSON as text. A text that is none is taken as a string.
    Json,
}

/// What a line of text holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum TextKind {
    /// Anything.
    Plain,
    /// Not to be seen while it is typed; it is part of the parameters all the same.
    Password,
    /// An e-mail address.
    Email,
    /// An address.
    Url,
    /// A colour. An `input` of type `color` always sends one.
    Color,
    /// A day.
    Date,
    /// A moment; in the input, and back, in UTC.
    DateTime,
    /// A time of day.
    Time,
}

/// One input of several that make up a value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Part {
    /// Which one, such as `owner`.
    pub key: &'static str,
    /// Name of the input.
    pub name: String,
    /// What stands in it.
    pub value: String,
}

/// One item of a list. The texts are values of the button [`super::OPERATION`].
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Item {
    /// The field.
    pub field: Field,
    /// Moves it up.
    pub up: Option<String>,
    /// Moves it down.
    pub down: Option<String>,
    /// Removes it.
    pub remove: Option<String>,
}

/// Schemas of which one applies: `oneOf` or `anyOf`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Alternatives {
    /// Name of the selector. Its values are positions in `titles`.
    pub name: String,
    /// What they are called.
    pub titles: Vec<String>,
    /// Which one is chosen.
    pub selected: usize,
}

/// Bounds of a value.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Limits {
    /// Fewest characters, or items of a list.
    pub min_length: Option<u64>,
    /// Most characters, or items of a list.
    pub max_length: Option<u64>,
    /// Smallest number.
    pub minimum: Option<Number>,
    /// Largest number.
    pub maximum: Option<Number>,
    /// Distance of numbers.
    pub step: Option<Number>,
}

/// `ui:backstage.review`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Review {
    /// Whether it is told at all.
    pub show: bool,
    /// What is told instead of the value.
    pub mask: Option<String>,
    /// What it is called there: `name`, or the title if the schema has one.
    pub name: Option<String>,
    /// Whether members of an object have rows of their own.
    pub explode: bool,
}

impl Field {
    /// The fields within this one.
    #[must_use]
    pub fn parts(&self) -> Vec<&Self> {
        match &self.control {
            Control::Object { fields, rest } => fields.iter().chain(rest.as_deref()).collect(),
            Control::Array { items, .. } => items.iter().map(|item| &item.field).collect(),
            _ => Vec::new(),
        }
    }

    /// Whether a value can be changed with this control.
    pub(super) fn takes(&self, value: &Value) -> bool {
        if self.constant.as_ref().is_some_and(|constant| constant != value) {
            return false;
        }
        match &self.control {
            Control::Text { .. } | Control::TextArea { .. } | Control::File { many: false, .. } => {
                value.is_string()
            }
            Control::Number { .. } => value.is_number(),
            Control::Checkbox { .. } => value.is_boolean(),
            Control::Choice { choices, .. } => choices.iter().any(|choice| choice.value == *value),
            Control::Picker { picker, .. } => {
                if picker.is_list() {
                    value.is_array()
                } else {
                    value.is_string()
                }
            }
            Control::Object { .. } => value.is_object(),
            Control::Array { .. } | Control::Choices { .. } | Control::File { many: true, .. } => {
                value.is_array()
            }
            Control::Note => value.is_null(),
            Control::Secret { .. } | Control::Hidden { .. } | Control::Json => true,
        }
    }

    /// Whether its value must not be read from the page, neither now nor before it is sent.
    #[must_use]
    pub fn is_masked(&self) -> bool {
        matches!(self.control, Control::Secret { .. } | Control::Text { kind: TextKind::Password })
    }
}
