//! The one error of services: what went wrong in terms of the caller, mapped to a name and an HTTP status in one place.
//!
//! Rule: `anyhow` inside, `thiserror` where someone matches on the cause, this type at the edge of a service. It carries
//! two texts: the message, which the caller reads, and the cause, which only the log reads.

use sea_orm::DbErr;

/// Result of a service.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What kind of failure it is, in terms of the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// The request says something that cannot be understood.
    Input,
    /// There are no credentials, or they do not count.
    Unauthenticated,
    /// The caller is known and may see the thing, but not do this with it.
    NotAllowed,
    /// There is no such thing, or the caller may not know that there is.
    NotFound,
    /// The thing is not in the state that the request assumes.
    Conflict,
    /// The request is larger than the limit.
    PayloadTooLarge,
    /// Something that the answer needs is away for the moment; trying again later may help.
    Unavailable,
    /// A fault of the program.
    Internal,
}

impl ErrorKind {
    /// The `error.name` of a response body, as Backstage clients know it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Input => "InputError",
            Self::Unauthenticated => "AuthenticationError",
            Self::NotAllowed => "NotAllowedError",
            Self::NotFound => "NotFoundError",
            Self::Conflict => "ConflictError",
            Self::PayloadTooLarge => "PayloadTooLargeError",
            Self::Unavailable => "ServiceUnavailableError",
            Self::Internal => "InternalServerError",
        }
    }

    /// The HTTP status.
    pub const fn status(self) -> u16 {
        match self {
            Self::Input => 400,
            Self::Unauthenticated => 401,
            Self::NotAllowed => 403,
            Self::NotFound => 404,
            Self::Conflict => 409,
            Self::PayloadTooLarge => 413,
            Self::Unavailable => 503,
            Self::Internal => 500,
        }
    }

    /// Whether the failure is ours and not the caller's.
    pub const fn is_fault(self) -> bool {
        matches!(self, Self::Unavailable | Self::Internal)
    }
}

/// A failure of a service. `Display` prints the message alone.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    kind: ErrorKind,
    message: String,
    cause: Option<anyhow::Error>,
}

impl Error {
    /// A failure of `kind` with the text that the caller reads.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), cause: None }
    }

    /// The request says something that cannot be understood; the message says what is allowed.
    pub fn input(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Input, message)
    }

    /// There are no credentials.
    pub fn unauthenticated() -> Self {
        Self::new(ErrorKind::Unauthenticated, "Missing credentials: sign in, or send a token.")
    }

    /// The caller may not do this.
    pub fn not_allowed(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::NotAllowed, message)
    }

    /// There is no such thing.
    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::NotFound, message)
    }

    /// The thing is not in the state that the request assumes.
    pub fn conflict(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Conflict, message)
    }

    /// The request is larger than the limit.
    pub fn payload_too_large(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::PayloadTooLarge, message)
    }

    /// Something that the answer needs is away for the moment.
    pub fn unavailable(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Unavailable, message)
    }

    /// A fault of the program; `cause` goes to the log, never to the caller.
    pub fn internal(cause: impl Into<anyhow::Error>) -> Self {
        Self::new(
            ErrorKind::Internal,
            "Something failed inside Portico; the log has the cause under the request id.",
        )
        .with_cause(cause)
    }

    /// The same failure with a cause for the log.
    #[must_use]
    pub fn with_cause(mut self, cause: impl Into<anyhow::Error>) -> Self {
        self.cause = Some(cause.into());
        self
    }

    /// What kind of failure it is.
    pub const fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// The text for the caller; it never contains the cause.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What the log needs.
    pub const fn cause(&self) -> Option<&anyhow::Error> {
        self.cause.as_ref()
    }

    /// Logs the failure with its cause if it is ours. Call it once, at the door that answers the request.
    pub fn log(&self, request_id: &str) {
        if self.kind.is_fault() {
            let cause =
                self.cause.as_ref().map_or_else(|| self.message.clone(), |cause| format!("{cause:#}"));
            tracing::error!(
                request.id = request_id,
                error.name = self.kind.name(),
                "request {request_id} failed: {cause}"
            );
        }
    }
}

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        match error {
            DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => {
                Self::unavailable("The database does not answer; try again in a moment.").with_cause(error)
            }
            error => Self::internal(error),
        }
    }
}

impl From<anyhow::Error> for Error {
    fn from(cause: anyhow::Error) -> Self {
        Self::internal(cause)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cause_stays_out_of_the_message() {
        let error = Error::internal(anyhow::anyhow!("password=hunter2 refused"));
        assert!(!error.message().contains("hunter2") && !error.to_string().contains("hunter2"), "{error}");
        assert_eq!(error.cause().map(ToString::to_string).as_deref(), Some("password=hunter2 refused"));
    }

    #[test]
    fn a_database_that_does_not_answer_is_not_our_fault_forever() {
        let away: Error = DbErr::Conn(sea_orm::RuntimeErr::Internal("refused".into())).into();
        assert_eq!((away.kind(), away.kind().status()), (ErrorKind::Unavailable, 503));
        let broken: Error = DbErr::Custom("no such table".into()).into();
        assert_eq!((broken.kind(), broken.kind().status()), (ErrorKind::Internal, 500));
    }
}
