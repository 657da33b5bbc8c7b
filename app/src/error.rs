//! The one error that pages and server functions speak: what failed, why, and what to do next, in the reader's words.
//!
//! It is built from a service's error in one place, which also logs the cause, once, and sets the HTTP status.
//! It never carries a cause itself.

use leptos::server_fn::codec::JsonEncoding;
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
use serde::{Deserialize, Serialize};

/// Why something could not be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum UiErrorKind {
    /// The request made no sense.
    Input,
    /// Nobody is signed in, and this needs somebody.
    SignIn,
    /// The caller may not do this.
    NotAllowed,
    /// There is no such thing, or the caller may not know of it.
    NotFound,
    /// The server is there but can't answer now.
    Unavailable,
    /// The server could not be reached.
    Network,
    /// A fault of ours.
    Internal,
}

/// A failure as the reader sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UiError {
    /// Decides the title, the status and what the page offers.
    pub kind: UiErrorKind,
    /// What failed, in a few words.
    pub title: String,
    /// Why, in a sentence.
    pub message: String,
    /// What to do next, in a sentence.
    pub next: String,
    /// Found in the server's log as well.
    pub request_id: Option<String>,
    /// What to go on with, as words and address, where that is more than belongs to the kind.
    #[serde(default)]
    pub actions: Box<[(String, String)]>,
}

impl UiError {
    /// An error with the title and advice that belong to its kind.
    #[must_use]
    pub fn new(kind: UiErrorKind, message: impl Into<String>) -> Self {
        let (title, next) = words(kind);
        Self {
            kind,
            title: title.to_owned(),
            message: message.into(),
            next: next.to_owned(),
            request_id: None,
            actions: Box::default(),
        }
    }

    /// The same where there is no such thing, in the words of its page: what is not there, and what to go on with.
    #[cfg(feature = "ssr")]
    pub(crate) fn missing(self, title: &str, actions: impl IntoIterator<Item = (String, String)>) -> Self {
        if self.kind != UiErrorKind::NotFound {
            return self;
        }
        let actions = actions.into_iter().chain([("Open the catalog".to_owned(), "/catalog".to_owned())]);
        Self {
            title: title.to_owned(),
            next: String::new(),
            actions: actions.collect(),
            request_id: None,
            ..self
        }
    }

    /// Whether the same request may well succeed a little later.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        matches!(self.kind, UiErrorKind::Unavailable | UiErrorKind::Network | UiErrorKind::Internal)
    }
}

/// Title and next step of each kind.
fn words(kind: UiErrorKind) -> (&'static str, &'static str) {
    match kind {
        UiErrorKind::Input => {
            ("This address does not work", "Check the address, or start again from the catalog.")
        }
        UiErrorKind::SignIn => ("Sign in to see this", "Sign in, then open this page again."),
        UiErrorKind::NotAllowed => ("You may not see this", "Ask the people who run this portal for access."),
        UiErrorKind::NotFound => ("Not found", "Look for it in the catalog."),
        UiErrorKind::Unavailable => ("Not available right now", "Wait a moment, then try again."),
        UiErrorKind::Network => ("The server did not answer", "Check your connection, then try again."),
        UiErrorKind::Internal => (
            "Something went wrong",
            "Try again. If it stays, report the request id below: it is in the server's log.",
        ),
    }
}

impl FromServerFnError for UiError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Request(_) | ServerFnErrorErr::Response(_) => {
                Self::new(UiErrorKind::Network, "The request did not get through.")
            }
            // A proxy's error page or an answer of another version of the server.
            ServerFnErrorErr::Deserialization(_) => Self::new(
                UiErrorKind::Unavailable,
                "The answer could not be read. The server may be restarting or have been updated: reload the page.",
            ),
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) => {
                Self::new(UiErrorKind::Input, "The server could not read the request.")
            }
            _ => Self::new(UiErrorKind::Internal, "The server failed while it made this page."),
        }
    }
}

#[cfg(feature = "ssr")]
mod on_server {
    use axum::http::StatusCode;
    use axum::http::request::Parts;
    use leptos::prelude::use_context;
    use leptos_axum::ResponseOptions;
    use platform::access::SessionEnded;
    use platform::error::{Error, ErrorKind};
    use platform::http::RequestId;

    use super::{UiError, UiErrorKind};

    impl From<Error> for UiError {
        /// Logs the cause, sets the status of the response, and keeps what the reader may know.
        fn from(error: Error) -> Self {
            let kind = match error.kind() {
                ErrorKind::Input | ErrorKind::Conflict | ErrorKind::PayloadTooLarge => UiErrorKind::Input,
                ErrorKind::Unauthenticated => UiErrorKind::SignIn,
                ErrorKind::NotAllowed => UiErrorKind::NotAllowed,
                ErrorKind::NotFound => UiErrorKind::NotFound,
                ErrorKind::Unavailable => UiErrorKind::Unavailable,
                ErrorKind::Internal => UiErrorKind::Internal,
            };
            let request_id = request_id();
            error.log(request_id.as_deref().unwrap_or_default());
            respond_with(error.kind().status());
            let session_ended = || Some(use_context::<Parts>()?.extensions.get::<SessionEnded>().is_some());
            if kind == UiErrorKind::SignIn && session_ended() == Some(true) {
                return Self {
                    title: "Your session ended".to_owned(),
                    next: "Sign in again, and you are back on this page.".to_owned(),
                    request_id,
                    ..Self::new(
                        kind,
                        "You signed out, here or elsewhere, or it lasted as long as sessions may.",
                    )
                };
            }
            Self { request_id, ..Self::new(kind, error.message()) }
        }
    }

    /// The id that the server gave to the request that is being answered.
    pub(crate) fn request_id() -> Option<String> {
        use_context::<Parts>()?.extensions.get::<RequestId>().map(ToString::to_string)
    }

    /// Sets the status of the response that is being made.
    pub(crate) fn respond_with(status: u16) {
        if let (Some(response), Ok(status)) = (use_context::<ResponseOptions>(), StatusCode::from_u16(status))
        {
            response.set_status(status);
        }
    }
}

#[cfg(feature = "ssr")]
pub(crate) use on_server::{request_id, respond_with};

/// Sets the status of the response that is being made; the browser side makes none.
#[cfg(not(feature = "ssr"))]
pub(crate) fn respond_with(_status: u16) {}
