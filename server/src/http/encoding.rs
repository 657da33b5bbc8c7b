//! Content encoding: which stored form of a file a client wants, and how answers made on the fly are
//! compressed.

use axum::http::{Extensions, HeaderMap, StatusCode, Version};
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate};

/// The forms in which a file is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// As it is.
    Identity,
    /// gzip.
    Gzip,
    /// Brotli.
    Brotli,
}

/// The form to send for an `Accept-Encoding` header (RFC 9110, 12.5.3): the one with the highest weight,
/// the smaller one when weights are equal.
pub(crate) fn choose(accepted: &str, has_brotli: bool, has_gzip: bool) -> Encoding {
    let weight = |wanted: &str| -> f32 {
        let mut any = 0.0;
        for item in accepted.split(',') {
            let mut parts = item.split(';').map(str::trim);
            let name = parts.next().unwrap_or_default();
            let q = parts
                .find_map(|part| part.strip_prefix("q="))
                .map_or(1.0, |text| text.parse().unwrap_or(0.0));
            if name.eq_ignore_ascii_case(wanted) {
                return q;
            }
            if name == "*" {
                any = q;
            }
        }
        any
    };
    let brotli = if has_brotli { weight("br") } else { 0.0 };
    let gzip = if has_gzip { weight("gzip") } else { 0.0 };
    match (brotli, gzip) {
        (b, g) if b > 0.0 && b >= g => Encoding::Brotli,
        (_, g) if g > 0.0 => Encoding::Gzip,
        _ => Encoding::Identity,
    }
}

/// Compression of answers made on the fly, at a level that costs less time than it saves on a network.
/// Event streams and images stay as they are, and so does the bundle, which a debug build sends plain.
pub(crate) fn compression() -> CompressionLayer<impl Predicate> {
    let worth_it = DefaultPredicate::new().and(NotForContentType::const_new("application/wasm")).and(
        |status: StatusCode, _: Version, _: &HeaderMap, _: &Extensions| status != StatusCode::NOT_MODIFIED,
    );
    CompressionLayer::new().quality(CompressionLevel::Precise(4)).compress_when(worth_it)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_decide_and_brotli_wins_a_tie() {
        for (accepted, brotli, gzip, expected) in [
            ("gzip, deflate, br", true, true, Encoding::Brotli),
            ("gzip, deflate, br", false, true, Encoding::Gzip),
            ("gzip;q=1.0, br;q=0.5", true, true, Encoding::Gzip),
            ("br;q=0, gzip", true, true, Encoding::Gzip),
            ("br;q=0", true, true, Encoding::Identity),
            ("*", true, true, Encoding::Brotli),
            ("*;q=0.1, br;q=0", true, true, Encoding::Gzip),
            ("BR", true, false, Encoding::Brotli),
            ("br;q=nonsense", true, true, Encoding::Identity),
            ("", true, true, Encoding::Identity),
        ] {
            assert_eq!(choose(accepted, brotli, gzip), expected, "{accepted:?}");
        }
    }
}
