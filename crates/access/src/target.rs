//! Where a person goes after sign-in: a place in this portal and nowhere else.

/// Longest address that is followed, in bytes.
const LONGEST: usize = 2_000;

/// The address if it is a path of this portal, with its query.
///
/// What is not ASCII arrives percent-encoded, as browsers write addresses. Browsers take `//host`, `/\host` and `/<tab>/host` for other sites, and drop tabs and line ends before they look; so
/// nothing of that kind passes. Addresses of the API are no pages, and the sign-in page would lead back to itself.
pub(crate) fn local(address: &str) -> Option<&str> {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let is_local = address.len() <= LONGEST
        && address.starts_with('/')
        && !address.starts_with("//")
        && address.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    let is_page = path != "/sign-in" && path != "/api" && !path.starts_with("/api/");
    (is_local && is_page).then_some(address)
}

/// The address if it is one of this portal, and else the home page.
pub(crate) fn local_or_home(address: Option<&str>) -> &str {
    address.and_then(local).unwrap_or("/")
}

#[cfg(test)]
mod tests {
    use openidconnect::url::Url;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_pages_of_the_portal_are_followed() {
        for (address, followed) in [
            ("/", true),
            ("/catalog?kind=API&text=a%20b#top", true),
            ("/catalog//x", true),
            ("", false),
            ("catalog", false),
            ("//evil.example", false),
            ("///evil.example", false),
            ("/\\evil.example", false),
            ("/\t/evil.example", false),
            ("/\n/evil.example", false),
            ("/ /evil.example", false),
            ("https://evil.example/", false),
            ("https:/evil.example/", false),
            ("javascript:alert(1)", false),
            ("/caf\u{e9}", false),
            ("/api/auth/oidc/start", false),
            ("/api", false),
            ("/api-docs", true),
            ("/sign-in?redirectUrl=/", false),
        ] {
            assert_eq!(local(address).is_some(), followed, "{address:?}");
        }
        assert_eq!(local(&format!("/{}", "a".repeat(LONGEST))), None);
        assert_eq!(local_or_home(Some("//evil.example")), "/");
        assert_eq!(local_or_home(None), "/");
    }

    proptest! {
        /// Whatever passes stays in the portal, as the URL standard of browsers reads it.
        #[test]
        fn what_passes_stays(address in r"[/\\a-z.:@?#\t\n %-]{0,12}|/.{0,12}|\PC{0,12}") {
            if let Some(address) = local(&address) {
                let base = Url::parse("https://portal.example.com/sign-in").expect("an address");
                let followed = base.join(address).expect("an address that can be followed");
                prop_assert_eq!(followed.origin(), base.origin());
            }
        }
    }
}
