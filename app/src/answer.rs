//! What server functions answer with: JSON whose type the page knows, and the one way in which pages load it.
//!
//! One type for all answers keeps the machinery of resources in the bundle once, and not once for each page: with a
//! type for each of five answers, the compressed bundle was a tenth larger.

use std::pin::Pin;

use leptos::prelude::*;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::error::{UiError, UiErrorKind};
use crate::live::Live;

/// A value as JSON text. It crosses from the server to the browser as it is.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Answer(Box<RawValue>);

/// What became of a request.
pub(crate) type Outcome = Result<Answer, UiError>;

/// The outcome of the newest request, as pages hold it.
pub(crate) type Data = Resource<Outcome>;

/// A request under way.
type Request = Pin<Box<dyn Future<Output = Outcome> + Send>>;

impl Answer {
    /// The value as text.
    #[cfg(feature = "ssr")]
    pub(crate) fn pack<T: Serialize>(value: &T) -> Outcome {
        serde_json::value::to_raw_value(value)
            .map(Self)
            .map_err(|cause| platform::error::Error::internal(cause).into())
    }

    /// The value again. Fails where the server is of another version than the page.
    pub(crate) fn unpack<T: DeserializeOwned>(&self) -> Result<T, UiError> {
        serde_json::from_str(self.0.get()).map_err(|_| {
            UiError::new(
                UiErrorKind::Unavailable,
                "The server was updated while this page was open. Reload the page.",
            )
        })
    }
}

/// Requests data: at first, whenever `address` changes, and whenever the catalog does.
pub(crate) fn load<F>(address: Signal<String>, request: impl Fn() -> F + Send + Sync + 'static) -> Data
where
    F: Future<Output = Outcome> + Send + 'static,
{
    load_boxed(address, Some(Live::current()), Box::new(move || Box::pin(request())))
}

/// Requests data once: what changes in the catalog does not change it.
pub(crate) fn load_once<F>(request: impl Fn() -> F + Send + Sync + 'static) -> Data
where
    F: Future<Output = Outcome> + Send + 'static,
{
    load_boxed(Signal::stored(String::new()), None, Box::new(move || Box::pin(request())))
}

/// The part of [`load`] that is the same for all pages.
fn load_boxed(
    address: Signal<String>,
    live: Option<Live>,
    request: Box<dyn Fn() -> Request + Send + Sync>,
) -> Data {
    // The past does not change: only a page about now loads again with the catalog.
    let source = move || {
        let address = address.get();
        let past = address.contains("?at=") || address.contains("&at=") || address.contains("&to=");
        let change = if past { 0 } else { live.map_or(0, Live::track) };
        (address, change)
    };
    Resource::new(source, move |_| untrack(&request))
}
