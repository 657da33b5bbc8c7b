//! Formats of names, keys and values, as Backstage 1.55 checks them.

/// A test on a text, and the rule in words.
#[derive(Clone, Copy)]
pub(super) struct Format {
    pub(super) test: fn(&str) -> bool,
    pub(super) rule: &'static str,
}

#[expect(non_upper_case_globals, reason = "used like the functions that they name")]
mod formats {
    use super::{
        Format, is_api_version, is_dns_label, is_key, is_kind, is_label_value, is_object_name, is_tag, is_url,
    };

    pub(in super::super) const api_version: Format =
        Format { test: is_api_version, rule: "a version such as backstage.io/v1alpha1" };
    pub(in super::super) const kind: Format =
        Format { test: is_kind, rule: "1 to 63 letters and digits, beginning with a letter" };
    pub(in super::super) const object_name: Format = Format {
        test: is_object_name,
        rule: "1 to 63 letters, digits, -, _ and ., beginning and ending with a letter or digit",
    };
    pub(in super::super) const namespace: Format =
        Format { test: is_dns_label, rule: "1 to 63 lower-case letters and digits, in parts separated by -" };
    pub(in super::super) const key: Format = Format {
        test: is_key,
        rule: "a name of 1 to 63 letters, digits, -, _ and ., perhaps after a domain and /, such as example.com/tier",
    };
    pub(in super::super) const label_value: Format = Format {
        test: is_label_value,
        rule: "nothing, or 1 to 63 letters, digits, -, _ and ., beginning and ending with a letter or digit",
    };
    pub(in super::super) const tag: Format = Format {
        test: is_tag,
        rule: "1 to 63 lower-case letters, digits, :, + and #, in parts separated by -",
    };
    pub(in super::super) const url: Format =
        Format { test: is_url, rule: "an absolute URL such as https://example.com" };
}
pub(super) use formats::*;

fn is_api_version(text: &str) -> bool {
    let is_suffix = |suffix: &str| is_length(suffix, 63) && suffix.bytes().all(|b| b.is_ascii_alphanumeric());
    match text.split_once('/') {
        None => is_suffix(text),
        Some((prefix, suffix)) => is_dns_subdomain(prefix) && is_suffix(suffix),
    }
}

fn is_kind(text: &str) -> bool {
    is_length(text, 63)
        && text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.bytes().all(|b| b.is_ascii_alphanumeric())
}

fn is_object_name(text: &str) -> bool {
    let edge = |c: char| c.is_ascii_alphanumeric();
    is_length(text, 63)
        && text.starts_with(edge)
        && text.ends_with(edge)
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
}

fn is_dns_label(text: &str) -> bool {
    is_length(text, 63)
        && !text.starts_with('-')
        && !text.ends_with('-')
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

fn is_dns_subdomain(text: &str) -> bool {
    is_length(text, 253) && text.split('.').all(is_dns_label)
}

fn is_key(text: &str) -> bool {
    match text.split_once('/') {
        None => is_object_name(text),
        Some((prefix, name)) => is_dns_subdomain(prefix) && is_object_name(name),
    }
}

fn is_label_value(text: &str) -> bool {
    text.is_empty() || is_object_name(text)
}

fn is_tag(text: &str) -> bool {
    let is_part = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b':' | b'+' | b'#'))
    };
    is_length(text, 63) && text.split('-').all(is_part)
}

/// An absolute URL as browsers read one: a scheme, and for the schemes of the web a host. Scripts are not links.
fn is_url(text: &str) -> bool {
    let text = text.trim();
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    let is_scheme = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'));
    let is_of_web =
        ["http", "https", "ws", "wss", "ftp"].iter().any(|known| scheme.eq_ignore_ascii_case(known));
    is_scheme && !crate::location::is_script(text) && (!is_of_web || has_host(rest))
}

/// Whether what follows the scheme begins with a host. Blanks may stand behind it, browsers encode them.
fn has_host(rest: &str) -> bool {
    let authority =
        rest.trim_start_matches(['/', '\\']).split(['/', '\\', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    let is_forbidden = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '^' | '|');
    !host.is_empty() && !host.starts_with(':') && !host.contains(is_forbidden)
}

fn is_length(text: &str, max: usize) -> bool {
    (1..=max).contains(&text.len())
}
