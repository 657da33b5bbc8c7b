//! Which values are secrets, and how they are shown: not at all.

use super::node::{Data, Node};
use crate::secret::MASK;

/// Whether a key of this name holds a secret, such as `password`, `clientSecret` or `GITHUB_TOKEN`.
fn is_secret_key(name: &str) -> bool {
    const ANYWHERE: [&str; 3] = ["password", "secret", "passphrase"];
    const AT_THE_END: [&str; 6] = ["token", "privatekey", "apikey", "accesskey", "signingkey", "credential"];
    let name: String =
        name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    let singular = name.strip_suffix('s').unwrap_or(&name);
    ANYWHERE.iter().any(|word| name.contains(word)) || AT_THE_END.iter().any(|word| singular.ends_with(word))
}

/// Whether any key on a dotted path holds a secret: what lies below a secret is one as well.
pub(super) fn is_secret_path(path: &str) -> bool {
    path.split(['.', '[']).any(is_secret_key)
}

/// Whether a line of a file may hold a secret of any key.
pub(super) fn line_is_secret(line: &str) -> bool {
    let words = line.split(|c: char| !(c.is_alphanumeric() || c == '-' || c == '_'));
    words.into_iter().any(is_secret_key) || is_secret_text(line) || masked_address(line).is_some()
}

/// A value as errors and `config print` show it: JSON in one line, at most 80 characters of it.
pub(super) fn shown(node: &Node, is_secret: bool) -> String {
    match &node.data {
        Data::Null => "nothing".to_owned(),
        Data::List(list) => format!("a list of {}", list.len()),
        Data::Object(_) => "an object".to_owned(),
        _ => {
            let text = masked_scalar(node, is_secret);
            if text.chars().count() <= 80 { text } else { text.chars().take(79).chain(['…']).collect() }
        }
    }
}

/// A scalar as JSON, or the mask.
pub(super) fn masked_scalar(node: &Node, is_secret: bool) -> String {
    match &node.data {
        Data::Text(text) if is_secret || is_secret_text(text) => MASK.to_owned(),
        Data::Number(_) if is_secret => MASK.to_owned(),
        Data::Text(text) => {
            serde_json::Value::from(masked_address(text).as_deref().unwrap_or(text)).to_string()
        }
        _ => node.to_value().to_string(),
    }
}

fn is_secret_text(text: &str) -> bool {
    text.contains("PRIVATE KEY-----")
}

/// `text` with the password of an address (`scheme://user:password@host`, `password=…`) masked; `None` without one.
fn masked_address(text: &str) -> Option<String> {
    let mut masked = text.to_owned();
    if let Some((scheme, rest)) = text.split_once("://") {
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        // A password that is not percent-encoded may hold any of these, so the last `@` of all counts as well.
        let at = rest[..end].rfind('@').or_else(|| rest.rfind('@'));
        if let Some(at) = at
            && let Some(colon) = rest[..at].find(':')
        {
            masked = format!("{scheme}://{}:{MASK}{}", &rest[..colon], &rest[at..]);
        }
    }
    if let Some(start) = masked.to_ascii_lowercase().find("password=").map(|index| index + "password=".len())
    {
        let length = masked[start..].find(['&', '#', ' ', ';']).unwrap_or(masked.len() - start);
        masked.replace_range(start..start + length, MASK);
    }
    (masked != text).then_some(masked)
}
