//! The right to read, as a value: the check of a permission makes it, and everything that pages need hangs on it.
//!
//! So no page can begin to work for a caller who may not read: without a [`Reader`] there is nothing to ask.

use platform::access::{Caller, Permission};
use platform::database::Database;
use platform::error::Error;

use crate::service::Catalog;
use crate::view::View;

/// The catalog, in the hands of a caller who may read entities.
#[derive(Clone, Copy)]
pub(in crate::service) struct Reader<'c> {
    /// Private to this file: nobody else can make a reader, and so leave out the check.
    catalog: &'c Catalog,
}

impl Catalog {
    /// Asks for the permission to read entities. The first thing in every service function of a page.
    ///
    /// # Errors
    /// The caller may not read entities.
    pub(in crate::service) fn reader(&self, caller: &Caller) -> Result<Reader<'_>, Error> {
        self.inner.policy.check(caller, Permission::CatalogEntityRead)?;
        Ok(Reader { catalog: self })
    }
}

impl<'c> Reader<'c> {
    /// Reads the view of now. Writers wait meanwhile, so whatever does not need the view belongs behind this.
    pub(in crate::service) fn view<R>(self, read: impl FnOnce(&View) -> R) -> R {
        read(&self.catalog.inner.view.read())
    }

    /// The log.
    pub(in crate::service) fn database(self) -> &'c Database {
        &self.catalog.inner.database
    }

    /// The catalog itself, for what is kept beside the view.
    pub(in crate::service) fn catalog(self) -> &'c Catalog {
        self.catalog
    }
}
