//! One page has one address: a slash at its end leads to the address without.

use axum::http::header::LOCATION;
use axum::http::{HeaderValue, Method, StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};

/// The answer for a reading request whose path ends with a slash; `None` where there is nothing to take away.
pub(crate) fn redirect(method: &Method, uri: &Uri) -> Option<Response> {
    if !matches!(*method, Method::GET | Method::HEAD) {
        return None;
    }
    let mut target = without_slash(uri.path())?.to_owned();
    if let Some(query) = uri.query() {
        target.push('?');
        target.push_str(query);
    }
    let target = HeaderValue::from_str(&target).ok()?;
    Some((StatusCode::PERMANENT_REDIRECT, [(LOCATION, target)]).into_response())
}

/// The path without slashes at its end. `None` where the rest could mean another host: browsers take `//evil.example`
/// for one, and `/\evil.example` as well.
fn without_slash(path: &str) -> Option<&str> {
    let rest = path.trim_end_matches('/');
    let is_own = rest.len() > 1 && !rest.contains("//") && !rest.contains('\\');
    (is_own && rest.len() < path.len()).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_ways_within_the_portal() {
        for (path, expected) in [
            ("/catalog/", Some("/catalog")),
            ("/catalog/default/component/bom///", Some("/catalog/default/component/bom")),
            ("/%5Cevil.example/", Some("/%5Cevil.example")),
            ("/catalog", None),
            ("/", None),
            ("//", None),
            ("//evil.example/", None),
            ("///evil.example/", None),
            ("/a//evil.example/", None),
            ("/\\evil.example/", None),
            ("", None),
        ] {
            assert_eq!(without_slash(path), expected, "{path}");
        }
    }
}
