//! Who is asking: turns the credentials of a request into a [`Caller`]. What a caller may do is decided
//! in the services, not here.

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use platform::access::Caller;
use platform::error::{Error, ErrorKind};

/// Tells callers apart by the credentials that their requests carry.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Callers {
    /// Whether a request without credentials is a guest's.
    pub(crate) guest_access: bool,
}

impl Callers {
    /// The caller of a request with these headers.
    ///
    /// # Errors
    /// When it carries credentials that nobody here issued: whoever sends a token means to be someone, so
    /// it is not silently taken for a guest.
    pub(crate) fn identify(self, headers: &HeaderMap) -> Result<Caller, Error> {
        if headers.contains_key(AUTHORIZATION) {
            return Err(Error::new(
                ErrorKind::Unauthenticated,
                "The token in the Authorization header is not known here. Send the request without it to \
                 be treated as a guest.",
            ));
        }
        Ok(if self.guest_access { Caller::Guest } else { Caller::Nobody })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn without_credentials_the_configuration_decides() {
        let none = HeaderMap::new();
        assert_eq!(Callers { guest_access: true }.identify(&none).ok(), Some(Caller::Guest));
        assert_eq!(Callers { guest_access: false }.identify(&none).ok(), Some(Caller::Nobody));
    }

    #[test]
    fn an_unknown_token_is_not_a_guest() {
        for value in ["Bearer abc", "Basic abc", ""] {
            let mut headers = HeaderMap::new();
            headers.insert(AUTHORIZATION, HeaderValue::from_static(value));
            let error = Callers { guest_access: true }.identify(&headers).expect_err(value);
            assert_eq!(error.kind(), ErrorKind::Unauthenticated, "{value}");
        }
    }
}
