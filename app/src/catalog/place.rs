//! Which entity a page is about, as its address says.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use model::EntityLink;

/// The parts of the address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) kind: String,
    pub(crate) namespace: String,
    pub(crate) name: String,
}

impl Place {
    /// The entity of the page's address.
    pub(crate) fn of_address() -> Memo<Self> {
        let parameters = use_params_map();
        Memo::new(move |_| {
            parameters.with(|parameters| {
                let part = |name| parameters.get(name).unwrap_or_default();
                Self { kind: part("kind"), namespace: part("namespace"), name: part("name") }
            })
        })
    }

    /// The address of the entity's page.
    pub(crate) fn href(&self) -> String {
        self.link().href()
    }

    /// The entity as a link; whether it exists is not known.
    pub(crate) fn link(&self) -> EntityLink {
        let Self { kind, namespace, name } = self.clone();
        EntityLink { kind, namespace, name, ..EntityLink::default() }
    }
}
