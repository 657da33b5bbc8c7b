//! What a text says by itself: secrets that can be told by their form, and the part of it that is one.

use super::names::is_secret_name;
use crate::secret::MASK;

/// Whether a text is a secret as a whole: a private key, a token for a header, an address that whoever knows it may post to.
pub(super) fn is_secret_text(text: &str) -> bool {
    let is_token =
        |part: &str| part.trim_start().get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case("bearer "));
    text.contains("PRIVATE KEY-----")
        || text.contains("://hooks.")
        || text.split([':', '=', ',', '"', '\'', '\n']).any(is_token)
}

/// `text` with the secret parts masked: who calls in an address, and the values of secret names.
pub(super) fn with_masks(text: &str) -> String {
    let masked = without_userinfo(text);
    without_secret_pairs(masked.as_deref().unwrap_or(text))
}

/// `scheme://user:password@host` without its password. On the web the user may be the token, so it is masked too.
fn without_userinfo(text: &str) -> Option<String> {
    let (scheme, rest) = text.split_once("://")?;
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let is_web = scheme.ends_with("http") || scheme.ends_with("https");
    if let Some(at) = rest[..end].rfind('@').filter(|_| is_web) {
        return Some(format!("{scheme}://{MASK}{}", &rest[at..]));
    }
    // A password that is not percent-encoded may hold any of these, so the last `@` of all counts as well.
    let at = rest[..end].rfind('@').or_else(|| rest.rfind('@'))?;
    let colon = rest[..at].find(':')?;
    Some(format!("{scheme}://{}:{MASK}{}", &rest[..colon], &rest[at..]))
}

/// Masks what stands behind a secret name and `=`: `AccountKey=…;`, `password='…'`, `?access_token=…&`.
fn without_secret_pairs(text: &str) -> String {
    let mut masked = String::new();
    let mut rest = text;
    while let Some(equals) = rest.find('=') {
        let name = rest[..equals].rsplit(|c: char| !(c.is_ascii_alphanumeric() || "-_".contains(c))).next();
        masked.push_str(&rest[..=equals]);
        rest = &rest[equals + 1..];
        let length = value_length(rest);
        // `sig` is how a signed address of Azure proves itself; as a key of a file it would be a name.
        if length > 0 && name.is_some_and(|name| name == "sig" || is_secret_name(name)) {
            masked.push_str(MASK);
            rest = &rest[length..];
        }
    }
    masked + rest
}

fn value_length(text: &str) -> usize {
    let quoted = text.chars().next().filter(|first| ['\'', '"'].contains(first));
    match quoted {
        Some(quote) => text[1..].find(quote).map_or(text.len(), |end| end + 2),
        None => text.find(|c: char| c.is_whitespace() || "&#;".contains(c)).unwrap_or(text.len()),
    }
}
