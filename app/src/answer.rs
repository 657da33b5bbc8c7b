//! What server functions answer with: JSON whose type the page knows, and the one way in which pages load it.
//!
//! One type for all answers keeps the machinery of resources in the bundle once, and not once for each page: with a
//! type for each of five answers, the compressed bundle was a tenth larger.

use std::pin::Pin;
use std::sync::Arc;

use leptos::prelude::*;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::error::{UiError, UiErrorKind};
use crate::live::Live;

/// Whether this is the browser's side. It says so where it asks for something that may stand in its page already.
pub(crate) const IN_BROWSER: bool = cfg!(feature = "hydrate");

/// A value as JSON text. It crosses from the server to the browser as it is.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Answer(Box<RawValue>, #[serde(skip)] Option<Arc<Drawn>>);

/// What the server has drawn, as HTML. A page that is sent holds it as a part of the page, so the answer that is sent along
/// for hydration goes without: the browser leaves what it finds as it is. When the browser asks later, it comes in the answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drawn {
    /// Which moment it is about, and the way to others.
    pub time: String,
    /// What it can be filtered by.
    pub panel: String,
    /// What stands before the data itself.
    pub lead: String,
    /// A picture.
    pub picture: String,
    /// The same very small.
    pub map: String,
    /// The same in words.
    pub words: String,
    /// A page.
    pub page: String,
}

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
            .map(|value| Self(value, None))
            .map_err(|cause| platform::error::Error::internal(cause).into())
    }

    /// The value as text, and beside it what is drawn of it.
    #[cfg(feature = "ssr")]
    pub(crate) fn pack_beside<T: Serialize>(value: &T, drawn: Drawn) -> Outcome {
        Ok(Self(Self::pack(value)?.0, Some(Arc::new(drawn))))
    }

    /// What is drawn beside the value.
    pub(crate) fn drawn(&self) -> Option<Drawn> {
        self.1.as_deref().cloned()
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
    load_following(address, Some(Live::current()), request)
}

/// Requests data once: what changes in the catalog does not change it.
pub(crate) fn load_once<F>(request: impl Fn() -> F + Send + Sync + 'static) -> Data
where
    F: Future<Output = Outcome> + Send + 'static,
{
    load_following(Signal::stored(String::new()), None, request)
}

/// Requests data: at first, whenever `address` changes, and whenever what is told to `live` changes.
pub(crate) fn load_following<F>(
    address: Signal<String>,
    live: Option<Live>,
    request: impl Fn() -> F + Send + Sync + 'static,
) -> Data
where
    F: Future<Output = Outcome> + Send + 'static,
{
    load_boxed(address, live, Box::new(move || Box::pin(request())))
}

/// The part of [`load_following`] that is the same for all pages.
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
