//! One page has one address: a slash at its end leads to the address without. The API answers with one as it does without,
//! for clients that are used to Backstage's.

use axum::http::header::LOCATION;
use axum::http::uri::PathAndQuery;
use axum::http::{HeaderValue, Method, StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};

/// The answer for a reading request whose path ends with a slash; `None` where there is nothing to take away.
pub(crate) fn redirect(method: &Method, uri: &Uri) -> Option<Response> {
    if !matches!(*method, Method::GET | Method::HEAD) {
        return None;
    }
    let target = HeaderValue::from_str(&shorter(uri)?).ok()?;
    Some((StatusCode::PERMANENT_REDIRECT, [(LOCATION, target)]).into_response())
}

/// The address without a slash at the end of its path; `None` where there is nothing to take away.
pub(crate) fn trimmed(uri: &Uri) -> Option<Uri> {
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(PathAndQuery::try_from(shorter(uri)?).ok()?);
    Uri::from_parts(parts).ok()
}

/// Path and query without a slash at the end of the path.
fn shorter(uri: &Uri) -> Option<String> {
    let path = without_slash(uri.path())?;
    Some(uri.query().map_or_else(|| path.to_owned(), |query| format!("{path}?{query}")))
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
