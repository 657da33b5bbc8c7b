//! Where links of a run's output may lead.

/// Schemes that a browser opens without running anything.
const SCHEMES: [&str; 3] = ["http", "https", "mailto"];

/// Judges the address of a link. One without a scheme leads to a page of the portal.
///
/// # Errors
/// It has a scheme that runs a script or opens something else than a page; the sentence says which are allowed.
pub(crate) fn judge(address: &str) -> Result<(), String> {
    match scheme(address) {
        Some(scheme) if !SCHEMES.contains(&&*scheme) => {
            Err(format!("A link leads to an address with {}, and not with {scheme:?}.", SCHEMES.join(", ")))
        }
        _ => Ok(()),
    }
}

/// The scheme that a browser finds in an address. It passes over white space and control characters.
fn scheme(address: &str) -> Option<String> {
    let seen: String = address.chars().filter(|c| !c.is_control() && !c.is_whitespace()).collect();
    let (scheme, _) = seen.split_once(':')?;
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
    // What has a slash, a question mark or a hash in front of the colon is a path.
    (!scheme.is_empty() && scheme.chars().all(fits)).then(|| scheme.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_are_no_links() {
        for (address, allowed) in [
            ("https://example.com/a:b", true),
            ("HTTP://example.com", true),
            ("mailto:a@example.com", true),
            ("/catalog/default/component/shop", true),
            ("catalog?x=javascript:1", true),
            ("#a:b", true),
            ("//example.com", true),
            ("<example>", true),
            ("", true),
            ("javascript:alert(1)", false),
            (" JaVa\tScript\n:alert(1)", false),
            ("\u{1}javascript:alert(1)", false),
            ("java\u{a0}script:alert(1)", false),
            ("data:text/html,<script>", false),
            ("vbscript:x", false),
            ("file:///etc/passwd", false),
        ] {
            assert_eq!(judge(address).is_ok(), allowed, "{address:?}");
        }
    }
}
