//! Who is asking: turns the credentials of a request into a [`Caller`]. What a caller may do is decided
//! in the services, not here.

use access::{Access, Identity};
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, HeaderValue};
use platform::access::Caller;
use platform::error::{Error, ErrorKind};

/// Tells callers apart by the credentials that their requests carry.
#[derive(Clone)]
pub(crate) struct Callers {
    /// Whether a request without credentials is a guest's.
    pub(crate) guest_access: bool,
    /// Knows the sessions of people; without it nobody has one.
    pub(crate) access: Option<Access>,
}

/// Who a request is from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Identified {
    /// Who.
    pub(crate) caller: Caller,
    /// Whether they had a session and have it no more.
    pub(crate) session_ended: bool,
}

impl Callers {
    /// The caller of a request with these headers. A token is a `Bearer`; every other scheme is for somebody else, such as
    /// a proxy in front that asks people for a password and passes their answer on.
    ///
    /// # Errors
    /// When it carries a token that nobody here issued: whoever sends one means to be someone, so it is not
    /// silently taken for a guest. And when the sessions can't be looked at.
    pub(crate) async fn identify(&self, headers: &HeaderMap) -> Result<Identified, Error> {
        if headers.get_all(AUTHORIZATION).iter().any(is_token) {
            return Err(Error::new(
                ErrorKind::Unauthenticated,
                "The token in the Authorization header is not known here. Send the request without it to \
                 be treated as a guest.",
            ));
        }
        let identity = match &self.access {
            Some(access) => access.identify(headers).await?,
            None => Identity::Unknown,
        };
        let stranger = if self.guest_access { Caller::Guest } else { Caller::Nobody };
        Ok(match identity {
            Identity::Person(caller) => Identified { caller, session_ended: false },
            Identity::Ended => Identified { caller: stranger, session_ended: true },
            Identity::Unknown => Identified { caller: stranger, session_ended: false },
        })
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

    async fn caller(guest_access: bool, headers: &HeaderMap) -> Result<Caller, Error> {
        let callers = Callers { guest_access, access: None };
        callers.identify(headers).await.map(|identified| identified.caller)
    }

    #[tokio::test]
    async fn without_credentials_the_configuration_decides() {
        let none = HeaderMap::new();
        assert_eq!(caller(true, &none).await.ok(), Some(Caller::Guest));
        assert_eq!(caller(false, &none).await.ok(), Some(Caller::Nobody));
    }

    #[tokio::test]
    async fn an_unknown_token_is_not_a_guest() {
        for value in ["Bearer abc", "bearer abc", "BEARER abc", "Bearer  abc", "Bearer"] {
            let mut headers = HeaderMap::new();
            headers.append(AUTHORIZATION, HeaderValue::from_static("Basic abc"));
            headers.append(AUTHORIZATION, HeaderValue::from_static(value));
            let error = caller(true, &headers).await.expect_err(value);
            assert_eq!(error.kind(), ErrorKind::Unauthenticated, "{value}");
        }
    }

    #[tokio::test]
    async fn credentials_for_somebody_else_are_none() {
        for value in ["Basic abc", "Digest username=\"bearer\"", "Bearerless abc", "Negotiate", "", " "] {
            let mut headers = HeaderMap::new();
            headers.insert(AUTHORIZATION, HeaderValue::from_static(value));
            assert_eq!(caller(true, &headers).await.ok(), Some(Caller::Guest), "{value}");
            assert_eq!(caller(false, &headers).await.ok(), Some(Caller::Nobody), "{value}");
        }
    }
}
