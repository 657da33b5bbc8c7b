//! Refuses requests that another web site makes a browser send. A page elsewhere can make its visitor's
//! browser post to a portal on the visitor's own machine; what it can't do is hide where the request
//! comes from.

use axum::http::header::{HOST, ORIGIN};
use axum::http::{HeaderMap, Method};

/// The origins whose pages may change state here, besides the one that a request is addressed to.
#[derive(Clone, Debug, Default)]
pub(crate) struct AllowedOrigins(Vec<String>);

impl AllowedOrigins {
    /// From base addresses such as `https://portal.example.com/path`; paths are dropped.
    pub(crate) fn from_addresses<'a>(addresses: impl IntoIterator<Item = &'a str>) -> Self {
        Self(addresses.into_iter().filter_map(origin_of).collect())
    }

    /// Whether this request was sent by a page of another site and would change something.
    ///
    /// `Origin` decides when it is there; without it `Sec-Fetch-Site` does, which browsers always send
    /// and pages can't forge. A request with neither does not come from a browser and passes.
    pub(crate) fn is_foreign(&self, method: &Method, headers: &HeaderMap) -> bool {
        if matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS | Method::TRACE) {
            return false;
        }
        if let Some(origin) = headers.get(ORIGIN) {
            return !origin.to_str().is_ok_and(|origin| self.allows(origin, headers));
        }
        headers.get("sec-fetch-site").is_some_and(|site| site != "same-origin" && site != "none")
    }

    fn allows(&self, origin: &str, headers: &HeaderMap) -> bool {
        let Some(origin) = origin_of(origin) else { return false };
        let host = headers.get(HOST).and_then(|host| host.to_str().ok());
        // The scheme is not compared: a proxy that ends TLS forwards plain HTTP.
        let same = host.is_some_and(|host| {
            origin.split_once("://").is_some_and(|(_, authority)| authority.eq_ignore_ascii_case(host))
        });
        same || self.0.contains(&origin)
    }
}

/// `scheme://authority` in lower case; `None` for what is not an address (the origin `null` of a sandboxed
/// frame is not).
fn origin_of(address: &str) -> Option<String> {
    let (scheme, rest) = address.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next().filter(|authority| !authority.is_empty())?;
    Some(format!("{scheme}://{authority}").to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn only_pages_of_the_portal_may_change_state() {
        let allowed = AllowedOrigins::from_addresses(["https://Portal.example.com/base", "nonsense"]);
        for (method, origin, site, foreign) in [
            (Method::POST, None, None, false),
            (Method::POST, Some("http://localhost:7007"), Some("same-origin"), false),
            (Method::POST, Some("https://portal.example.com"), Some("cross-site"), false),
            (Method::POST, Some("https://evil.example"), Some("cross-site"), true),
            (Method::PUT, Some("https://evil.example"), None, true),
            (Method::PATCH, Some("http://localhost:7008"), None, true),
            (Method::DELETE, Some("null"), None, true),
            (Method::POST, None, Some("cross-site"), true),
            (Method::POST, None, Some("same-site"), true),
            (Method::POST, None, Some("none"), false),
            (Method::GET, Some("https://evil.example"), Some("cross-site"), false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(HOST, HeaderValue::from_static("localhost:7007"));
            if let Some(origin) = origin {
                headers.insert(ORIGIN, HeaderValue::from_static(origin));
            }
            if let Some(site) = site {
                headers.insert("sec-fetch-site", HeaderValue::from_static(site));
            }
            assert_eq!(allowed.is_foreign(&method, &headers), foreign, "{method} {origin:?} {site:?}");
        }
    }
}
