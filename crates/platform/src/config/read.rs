//! From nodes to typed values: a serde deserializer whose errors know where the value stands.

use std::fmt::Display;

use serde::Deserialize;
use serde::de::value::StringDeserializer;
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Error as _, Expected, IntoDeserializer,
    MapAccess, SeqAccess, Unexpected, VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;

use super::ConfigError;
use super::masking::{is_secret, is_secret_path};
use super::node::{Data, Node};

/// Reads `node`, which stands at the dotted `path`.
pub(super) fn read<T: DeserializeOwned>(node: Option<&Node>, path: &str) -> Result<T, ConfigError> {
    T::deserialize(Reader { node, key: path.to_owned() }).map_err(|failure| failure.locate(node, path))
}

/// One value that is being read; `None` for what nobody said.
struct Reader<'n> {
    node: Option<&'n Node>,
    key: String,
}

/// What serde found wrong, and then where.
#[derive(Debug)]
enum Failure {
    /// Not yet tied to a value: what is expected in its place.
    Expected(String),
    /// The same in the words of the type that refused the value; they may quote it.
    Custom(String),
    /// A key that has to be there and is not.
    Missing(&'static str),
    Located(Box<ConfigError>),
}

impl Failure {
    /// The innermost value that sees the failure is the wrong one.
    fn at(self, reader: &Reader<'_>) -> Self {
        Self::Located(Box::new(self.locate(reader.node, &reader.key)))
    }

    fn locate(self, node: Option<&Node>, key: &str) -> ConfigError {
        match self {
            Self::Located(error) => *error,
            Self::Expected(expected) => ConfigError::about(node, key, expected),
            Self::Custom(_) if node.map_or_else(|| is_secret_path(key), |node| is_secret(node, key)) => {
                ConfigError::about(node, key, "a value of another form".to_owned())
            }
            Self::Custom(message) => ConfigError::about(node, key, message),
            Self::Missing(field) => {
                let key = join(key, field);
                let source = node.map(|node| &node.source);
                ConfigError::at(source, &key, "this key is missing, and has no default".to_owned())
            }
        }
    }
}

impl Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Expected(text) | Self::Custom(text) => f.write_str(text),
            Self::Missing(field) => write!(f, "{field} is missing"),
            Self::Located(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for Failure {}

/// Serde's texts quote the value; these keep only what is expected, because the value may be a secret.
impl serde::de::Error for Failure {
    fn custom<T: Display>(message: T) -> Self {
        Self::Custom(message.to_string())
    }

    fn invalid_type(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::Expected(plain_words(&expected.to_string()).to_owned())
    }

    fn invalid_value(unexpected: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::invalid_type(unexpected, expected)
    }

    fn invalid_length(_: usize, expected: &dyn Expected) -> Self {
        Self::Expected(expected.to_string())
    }

    fn unknown_variant(_: &str, variants: &'static [&'static str]) -> Self {
        Self::Expected(format!("one of: {}", variants.join(", ")))
    }

    fn unknown_field(field: &str, known: &'static [&'static str]) -> Self {
        Self::Expected(format!("only the keys {}, and not {field}", known.join(", ")))
    }

    fn missing_field(field: &'static str) -> Self {
        Self::Missing(field)
    }
}

/// What is expected, for people who do not know Rust.
fn plain_words(expected: &str) -> &str {
    match expected {
        "a string" | "str" | "string" => "a text",
        "a boolean" => "true or false",
        "u8" => "a whole number from 0 to 255",
        "u16" => "a whole number from 0 to 65535",
        "u32" | "u64" | "usize" => "a whole number, not negative",
        "i8" | "i16" | "i32" | "i64" | "isize" => "a whole number",
        "f32" | "f64" => "a number",
        "a sequence" => "a list",
        "a map" => "an object of keys and values",
        text if text.starts_with("struct ") => "an object of keys and values",
        text => text,
    }
}

fn join(key: &str, name: &str) -> String {
    match key {
        "" => name.to_owned(),
        key => format!("{key}.{name}"),
    }
}

impl<'n> Reader<'n> {
    fn data(&self) -> Option<&'n Data> {
        self.node.map(|node| &node.data).filter(|data| !matches!(data, Data::Null))
    }

    fn visit<'de, V: Visitor<'de>>(&self, visitor: V) -> Result<V::Value, Failure> {
        match self.data() {
            None => visitor.visit_unit(),
            Some(Data::Null) => visitor.visit_unit(),
            Some(Data::Bool(value)) => visitor.visit_bool(*value),
            Some(Data::Number(value)) => {
                value.clone().deserialize_any(visitor).map_err(|error| Failure::custom_number(&error))
            }
            Some(Data::Text(text)) => visitor.visit_str(text),
            Some(Data::List(list)) => {
                visitor.visit_seq(Elements { list: list.iter().enumerate(), key: &self.key })
            }
            Some(Data::Object(pairs)) => {
                visitor.visit_map(Members { pairs: pairs.iter(), key: &self.key, next: None })
            }
        }
    }

    /// Reads text as a number where one is expected.
    fn visit_number<'de, V: Visitor<'de>>(&self, visitor: V) -> Result<V::Value, Failure> {
        if let Some(Data::Text(text)) = self.data()
            && let Ok(number) = text.trim().parse::<serde_json::Number>()
        {
            return number.deserialize_any(visitor).map_err(|error| Failure::custom_number(&error));
        }
        self.visit(visitor)
    }
}

impl Failure {
    /// Numbers are read by `serde_json`, whose texts have the form "invalid …: …, expected …".
    fn custom_number(error: &serde_json::Error) -> Self {
        let text = error.to_string();
        let expected = text.rsplit_once("expected ").map_or(text.as_str(), |(_, expected)| expected);
        Self::Expected(plain_words(expected).to_owned())
    }
}

macro_rules! numbers {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
            self.visit_number(visitor).map_err(|failure| failure.at(&self))
        }
    )*};
}

impl<'de> Deserializer<'de> for Reader<'_> {
    type Error = Failure;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        self.visit(visitor).map_err(|failure| failure.at(&self))
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        let value = match self.data() {
            Some(Data::Text(text)) => match text.to_ascii_lowercase().as_str() {
                "true" | "t" | "yes" | "y" | "on" | "1" => visitor.visit_bool(true),
                "false" | "f" | "no" | "n" | "off" | "0" => visitor.visit_bool(false),
                _ => self.visit(visitor),
            },
            _ => self.visit(visitor),
        };
        value.map_err(|failure: Failure| failure.at(&self))
    }

    numbers! {
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_u8 deserialize_u16 deserialize_u32
        deserialize_u64 deserialize_f32 deserialize_f64
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        match self.data() {
            None => visitor.visit_none(),
            Some(_) => visitor.visit_some(self),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Failure> {
        // Derived code would take a list for the fields in their order.
        if matches!(self.data(), Some(Data::List(_))) {
            return Err(Failure::Expected("an object of keys and values".to_owned()).at(&self));
        }
        self.deserialize_map(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        let read = match self.data() {
            None => visitor.visit_map(Members { pairs: [].iter(), key: &self.key, next: None }),
            Some(_) => self.visit(visitor),
        };
        read.map_err(|failure| failure.at(&self))
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        let read = match self.data() {
            None => visitor.visit_seq(Elements { list: [].iter().enumerate(), key: &self.key }),
            Some(_) => self.visit(visitor),
        };
        read.map_err(|failure| failure.at(&self))
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Failure> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Failure> {
        let read = match self.data() {
            Some(Data::Text(text)) => visitor.visit_enum(text.as_str().into_deserializer()),
            Some(Data::Object(pairs)) if pairs.len() == 1 => {
                visitor.visit_enum(OneKey { pair: &pairs[0], key: &self.key })
            }
            _ => Err(Failure::unknown_variant("", variants)),
        };
        read.map_err(|failure| failure.at(&self))
    }

    forward_to_deserialize_any! {
        char str string bytes byte_buf unit unit_struct tuple tuple_struct identifier ignored_any
    }
}

struct Elements<'n> {
    list: std::iter::Enumerate<std::slice::Iter<'n, Node>>,
    key: &'n str,
}

impl<'de> SeqAccess<'de> for Elements<'_> {
    type Error = Failure;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Failure> {
        let Some((index, node)) = self.list.next() else { return Ok(None) };
        let key = format!("{}[{index}]", self.key);
        let read = seed.deserialize(Reader { node: Some(node), key: key.clone() });
        read.map(Some).map_err(|failure| failure.at(&Reader { node: Some(node), key }))
    }
}

struct Members<'n> {
    pairs: std::slice::Iter<'n, (String, Node)>,
    key: &'n str,
    next: Option<&'n (String, Node)>,
}

impl<'de> MapAccess<'de> for Members<'_> {
    type Error = Failure;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Failure> {
        // A hidden key is as good as none, so that its default holds.
        self.next = self.pairs.by_ref().find(|(_, node)| !node.is_null());
        let Some((name, _)) = self.next else { return Ok(None) };
        seed.deserialize(StringDeserializer::new(name.clone())).map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Failure> {
        let Some((name, node)) = self.next.take() else {
            return Err(Failure::custom("a value behind this key"));
        };
        let key = join(self.key, name);
        let read = seed.deserialize(Reader { node: Some(node), key: key.clone() });
        read.map_err(|failure| failure.at(&Reader { node: Some(node), key }))
    }
}

/// `{ variant: content }`.
struct OneKey<'n> {
    pair: &'n (String, Node),
    key: &'n str,
}

impl<'n, 'de> EnumAccess<'de> for OneKey<'n> {
    type Error = Failure;
    type Variant = Content<'n>;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Content<'n>), Failure> {
        let (name, node) = self.pair;
        let variant = seed.deserialize(StringDeserializer::<Failure>::new(name.clone()))?;
        Ok((variant, Content(Reader { node: Some(node), key: join(self.key, name) })))
    }
}

struct Content<'n>(Reader<'n>);

impl<'de> VariantAccess<'de> for Content<'_> {
    type Error = Failure;

    fn unit_variant(self) -> Result<(), Failure> {
        Deserialize::deserialize(self.0)
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Failure> {
        seed.deserialize(self.0)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Failure> {
        self.0.deserialize_seq(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Failure> {
        self.0.deserialize_map(visitor)
    }
}
