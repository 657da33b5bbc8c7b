//! Who is asking: turns the credentials of a request into a [`Caller`]. What a caller may do is decided
//! in the services, not here.

use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, HeaderValue};
use platform::access::Caller;
use platform::error::{Error, ErrorKind};

/// Tells callers apart by the credentials that their requests carry.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Callers {
    /// Whether a request without credentials is a guest's.
    pub(crate) guest_access: bool,
}

impl Callers {
    /// The caller of a request with these headers. A token is a `Bearer`; every other scheme is for somebody else, such as
    /// a proxy in front that asks people for a password and passes their answer on.
    ///
    /// # Errors
    /// When it carries a token that nobody here issued: whoever sends one means to be someone, so it is not
    /// silently taken for a guest.
    pub(crate) fn identify(self, headers: &HeaderMap) -> Result<Caller, Error> {
        if headers.get_all(AUTHORIZATION).iter().any(is_token) {
            return Err(Error::new(
                ErrorKind::Unauthenticated,
                "The token in the Authorization header is not known here. Send the request without it to \
                 be treated as a guest.",
            ));
        }
        Ok(if self.guest_access { Caller::Guest } else { Caller::Nobody })
    }
}

/// Whether the scheme is `Bearer`; upper and lower case are the same (RFC 9110, 11.1).
fn is_token(value: &HeaderValue) -> bool {
    let scheme = value.as_bytes().split(|byte| *byte == b' ').next().unwrap_or_default();
    scheme.eq_ignore_ascii_case(b"bearer")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_credentials_the_configuration_decides() {
        let none = HeaderMap::new();
        assert_eq!(Callers { guest_access: true }.identify(&none).ok(), Some(Caller::Guest));
        assert_eq!(Callers { guest_access: false }.identify(&none).ok(), Some(Caller::Nobody));
    }

    #[test]
    fn an_unknown_token_is_not_a_guest() {
        for value in ["Bearer abc", "bearer abc", "BEARER abc", "Bearer  abc", "Bearer"] {
            let mut headers = HeaderMap::new();
            headers.append(AUTHORIZATION, HeaderValue::from_static("Basic abc"));
            headers.append(AUTHORIZATION, HeaderValue::from_static(value));
            let error = Callers { guest_access: true }.identify(&headers).expect_err(value);
            assert_eq!(error.kind(), ErrorKind::Unauthenticated, "{value}");
        }
    }

    #[test]
    fn credentials_for_somebody_else_are_none() {
        for value in ["Basic abc", "Digest username=\"bearer\"", "Bearerless abc", "Negotiate", "", " "] {
            let mut headers = HeaderMap::new();
            headers.insert(AUTHORIZATION, HeaderValue::from_static(value));
            assert_eq!(
                Callers { guest_access: true }.identify(&headers).ok(),
                Some(Caller::Guest),
                "{value}"
            );
            assert_eq!(
                Callers { guest_access: false }.identify(&headers).ok(),
                Some(Caller::Nobody),
                "{value}"
            );
        }
    }
}
