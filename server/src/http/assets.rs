//! The files of the site: the WebAssembly bundle under `/pkg`, styles under `/style`, everything in
//! `public/` at the root. A release binary carries them inside, compressed beforehand; a debug binary
//! reads them from its checkout. Knows nothing of pages and of the API.

use std::borrow::Cow;

use axum::body::Body;
use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY,
};
use axum::http::{HeaderMap, HeaderValue, Method, Response, StatusCode, Uri};
use sha1::{Digest as _, Sha1};

use super::encoding::{Encoding, choose};

/// For a year, without asking.
const KEPT: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

/// One file of the site in the forms that it can be sent in.
pub(crate) struct Asset {
    plain: Cow<'static, [u8]>,
    brotli: Option<&'static [u8]>,
    gzip: Option<&'static [u8]>,
}

/// Answers `path` when it is a file of the site; `None` leaves the request to the pages.
///
/// Names are stable across releases, so browsers are told to ask again each time, and are answered 304
/// without a body as long as the content is the same. What is asked for with the number of its content (`?v=`) they keep: it
/// is needed when the server can't be reached.
pub(crate) async fn answer(method: &Method, uri: &Uri, headers: &HeaderMap) -> Option<Response<Body>> {
    if method != Method::GET && method != Method::HEAD {
        return None;
    }
    let name = safe_name(uri.path())?;
    let asset = source::find(name).await?;
    let mut response = respond(name, &asset, headers);
    if uri.query().is_some_and(|query| query.starts_with("v=")) {
        response.headers_mut().insert(CACHE_CONTROL, KEPT);
    }
    Some(response)
}

fn respond(name: &str, asset: &Asset, headers: &HeaderMap) -> Response<Body> {
    let tag = etag(&asset.plain);
    let mut response = Response::new(Body::empty());
    let out = response.headers_mut();
    out.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    out.insert(VARY, HeaderValue::from_static("accept-encoding"));
    if let Ok(value) = HeaderValue::from_str(&tag) {
        out.insert(ETAG, value);
    }
    if is_known(headers, &tag) {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        return response;
    }
    out.insert(CONTENT_TYPE, HeaderValue::from_static(content_type(name)));
    let accepted = headers.get(ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let body = match (choose(accepted, asset.brotli.is_some(), asset.gzip.is_some()), asset) {
        (Encoding::Brotli, Asset { brotli: Some(bytes), .. }) => {
            out.insert(CONTENT_ENCODING, HeaderValue::from_static("br"));
            Body::from(*bytes)
        }
        (Encoding::Gzip, Asset { gzip: Some(bytes), .. }) => {
            out.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            Body::from(*bytes)
        }
        _ => match &asset.plain {
            Cow::Borrowed(bytes) => Body::from(*bytes),
            Cow::Owned(bytes) => Body::from(bytes.clone()),
        },
    };
    *response.body_mut() = body;
    response
}

/// The file name below the site for a request path, or `None` for a path that can't name one. Only plain
/// names pass: no dot files, no `..`, nothing percent-encoded, so no path can leave the folder.
fn safe_name(path: &str) -> Option<&str> {
    let name = path.strip_prefix('/')?;
    let plain = |segment: &str| {
        !segment.is_empty()
            && !segment.starts_with('.')
            && segment.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'))
    };
    name.split('/').all(plain).then_some(name)
}

/// A weak tag: the same for every encoding of one content.
fn etag(bytes: &[u8]) -> String {
    let mut tag = String::from("W/\"");
    for byte in Sha1::digest(bytes).iter().take(10) {
        tag.push(char::from_digit(u32::from(byte >> 4), 16).unwrap_or('0'));
        tag.push(char::from_digit(u32::from(byte & 15), 16).unwrap_or('0'));
    }
    tag.push('"');
    tag
}

fn is_known(headers: &HeaderMap, tag: &str) -> bool {
    let opaque = tag.trim_start_matches("W/");
    headers
        .get_all(IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .any(|known| known == "*" || known.trim_start_matches("W/") == opaque)
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "css" => "text/css; charset=utf-8",
        "html" => "text/html; charset=utf-8",
        "ico" => "image/x-icon",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "json" | "map" => "application/json",
        "png" => "image/png",
        "svg" => "image/svg+xml",
        "txt" => "text/plain; charset=utf-8",
        "wasm" => "application/wasm",
        "webmanifest" => "application/manifest+json",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    }
}

#[cfg(embed_site)]
mod source {
    //! The table that the build script wrote.

    use std::borrow::Cow;

    use super::Asset;

    struct Embedded {
        address: &'static str,
        plain: &'static [u8],
        brotli: Option<&'static [u8]>,
        gzip: Option<&'static [u8]>,
    }

    /// Sorted by address.
    static EMBEDDED: &[Embedded] = include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

    #[expect(clippy::unused_async, reason = "the debug build reads from disk behind the same signature")]
    pub(super) async fn find(name: &str) -> Option<Asset> {
        let index = EMBEDDED.binary_search_by(|file| file.address.cmp(name)).ok()?;
        let file = &EMBEDDED[index];
        Some(Asset { plain: Cow::Borrowed(file.plain), brotli: file.brotli, gzip: file.gzip })
    }
}

#[cfg(not(embed_site))]
mod source {
    //! The checkout that this debug binary was built from.

    use std::borrow::Cow;
    use std::path::Path;

    use super::Asset;

    pub(super) async fn find(name: &str) -> Option<Asset> {
        let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let file = match name.split_once('/') {
            Some(("pkg", rest)) => workspace.join("target/site/pkg").join(rest),
            Some(("editor", rest)) => workspace.join("target/site/editor").join(rest),
            Some(("style", rest)) => workspace.join("style").join(rest),
            _ => workspace.join("public").join(name),
        };
        let mut bytes = tokio::fs::read(&file).await.ok()?;
        if name.ends_with(".css") {
            bytes = with_imports(&file, &bytes).await;
        }
        Some(Asset { plain: Cow::Owned(bytes), brotli: None, gzip: None })
    }

    /// A stylesheet with those that it imports inside, as `scripts/compress.mjs` makes it for a release.
    async fn with_imports(file: &Path, bytes: &[u8]) -> Vec<u8> {
        let mut whole = Vec::with_capacity(bytes.len());
        for line in bytes.split_inclusive(|byte| *byte == b'\n') {
            let text = std::str::from_utf8(line).unwrap_or_default().trim_end();
            let name = text.strip_prefix("@import \"").and_then(|name| name.strip_suffix("\";"));
            let imported = match name {
                Some(name) => tokio::fs::read(file.with_file_name(name)).await.ok(),
                None => None,
            };
            whole.extend_from_slice(imported.as_deref().unwrap_or(line));
        }
        whole
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Asset {
        Asset { plain: Cow::Borrowed(b"plain"), brotli: Some(b"br"), gzip: Some(b"gz") }
    }

    fn headers(pairs: &[(axum::http::HeaderName, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.clone(), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn only_plain_names_reach_the_disk() {
        for (path, expected) in [
            ("/pkg/frontend_bg.wasm", Some("pkg/frontend_bg.wasm")),
            ("/live.js", Some("live.js")),
            ("/", None),
            ("/pkg/", None),
            ("//etc/passwd", None),
            ("/pkg/../../Cargo.toml", None),
            ("/pkg/%2e%2e/Cargo.toml", None),
            ("/.env", None),
            ("/style\\tokens.css", None),
        ] {
            assert_eq!(safe_name(path), expected, "{path}");
        }
    }

    #[test]
    fn a_known_tag_is_answered_without_a_body() {
        let tag = etag(b"plain");
        let known = [
            tag.clone(),
            tag.trim_start_matches("W/").to_owned(),
            format!("\"other\", {tag}"),
            "*".to_owned(),
        ];
        for value in known {
            let mut asked = HeaderMap::new();
            asked.insert(IF_NONE_MATCH, HeaderValue::from_str(&value).unwrap());
            let response = respond("a.css", &sample(), &asked);
            assert_eq!(response.status(), StatusCode::NOT_MODIFIED, "{value}");
            assert!(response.headers().contains_key(ETAG), "{value}");
        }
        let changed = respond("a.css", &sample(), &headers(&[(IF_NONE_MATCH, "W/\"other\"")]));
        assert_eq!(changed.status(), StatusCode::OK);
    }

    #[tokio::test]
    async fn what_is_asked_for_by_its_content_is_kept() {
        for (address, expected) in
            [("/icons.svg?v=1f", KEPT), ("/icons.svg", HeaderValue::from_static("no-cache"))]
        {
            let answer = answer(&Method::GET, &address.parse().unwrap(), &HeaderMap::new()).await.unwrap();
            assert_eq!(answer.headers()[CACHE_CONTROL], expected, "{address}");
        }
    }

    #[test]
    fn the_best_stored_form_is_sent() {
        for (accepted, expected) in
            [("gzip, br", Some("br")), ("gzip", Some("gzip")), ("identity", None), ("", None)]
        {
            let mut asked = HeaderMap::new();
            asked.insert(ACCEPT_ENCODING, HeaderValue::from_static(accepted));
            let response = respond("pkg/frontend_bg.wasm", &sample(), &asked);
            let sent = response.headers().get(CONTENT_ENCODING).map(|value| value.to_str().unwrap());
            assert_eq!(sent, expected, "{accepted:?}");
            assert_eq!(response.headers()[CONTENT_TYPE], "application/wasm");
            assert_eq!(response.headers()[CACHE_CONTROL], "no-cache");
        }
    }
}
