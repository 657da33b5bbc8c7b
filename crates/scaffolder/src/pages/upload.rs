//! Files that a form brings along.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// A file as a `data:` URL (RFC 2397) with its name, which is how forms answer with files.
#[must_use]
pub fn data_url(name: &str, media_type: Option<&str>, content: &[u8]) -> String {
    let is_plain = |kind: &&str| {
        kind.contains('/') && kind.chars().all(|c| c.is_ascii_alphanumeric() || "/+-.".contains(c))
    };
    let media_type = media_type.filter(is_plain).unwrap_or("application/octet-stream");
    format!(
        "data:{media_type};name={};base64,{}",
        utf8_percent_encode(name, NON_ALPHANUMERIC),
        STANDARD.encode(content)
    )
}

#[cfg(test)]
mod tests {
    use super::data_url;

    #[test]
    fn a_name_or_a_type_adds_nothing_to_the_address() {
        for (name, media_type, expected) in [
            ("a.txt", Some("text/plain"), "data:text/plain;name=a%2Etxt;base64,aGk="),
            ("a;b,c é", None, "data:application/octet-stream;name=a%3Bb%2Cc%20%C3%A9;base64,aGk="),
            ("a", Some("text/html;base64,x"), "data:application/octet-stream;name=a;base64,aGk="),
        ] {
            assert_eq!(data_url(name, media_type, b"hi"), expected);
        }
    }
}
