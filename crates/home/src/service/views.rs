//! Saved views.

use model::{SavedView, SavedViews};
use platform::access::Permission;
use platform::error::Error;
use uuid::Uuid;

use super::address::canonical;
use super::{Home, no_room, now};
use crate::store::{self, Room, ViewRow};
use crate::visitor::{GUESTS, Visitor};

/// Views that are kept.
const ROOM: Room = Room { owner: 100, guests: 20_000 };
/// Views of others that are shown.
const SHARED: u64 = 200;
/// Characters of a title.
const TITLE: usize = 80;

/// What becomes different in a view; nothing stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ViewChange {
    /// Its new title.
    pub title: Option<String>,
    /// Whether everybody sees it from now on.
    pub shared: Option<bool>,
}

impl Home {
    /// The views that the visitor can choose from.
    ///
    /// # Errors
    /// The visitor may not see this, or the database failed.
    pub async fn views(&self, visitor: &Visitor) -> Result<SavedViews, Error> {
        let owner = self.reader(visitor)?;
        let database = &self.inner.database;
        let mut rows = match &owner {
            Some(owner) => store::views_of(database, owner).await?,
            None => Vec::new(),
        };
        let mut shared = store::shared_views(database, SHARED).await?;
        shared.retain(|row| Some(&row.owner) != owner.as_ref());
        shared.sort_by(|a, b| a.title.cmp(&b.title).then_with(|| a.id.cmp(&b.id)));
        rows.extend(shared);
        let may_share = self.inner.policy.check(visitor.caller(), Permission::HomeShare).is_ok();
        Ok(SavedViews { views: self.shown(visitor, owner.as_deref(), rows)?, may_share })
    }

    /// The visitor's own views.
    pub(super) async fn own_views(&self, visitor: &Visitor) -> Result<Vec<SavedView>, Error> {
        let Some(owner) = self.reader(visitor)? else { return Ok(Vec::new()) };
        let rows = store::views_of(&self.inner.database, &owner).await?;
        self.shown(visitor, Some(&owner), rows)
    }

    /// One view.
    ///
    /// # Errors
    /// The visitor may not see this, there is no such view or it is somebody else's alone, or the database failed.
    pub async fn view(&self, visitor: &Visitor, id: &str) -> Result<SavedView, Error> {
        let owner = self.reader(visitor)?;
        let row = self.visible(owner.as_deref(), id).await?;
        self.one(visitor, owner.as_deref(), row)
    }

    /// Saves a page under a title. Saved once more under the same title it stays one view, shared or not as asked last.
    ///
    /// # Errors
    /// The visitor may not save or share, has too many views, the title or the address is not one, or the database failed.
    pub async fn save_view(
        &self,
        visitor: &mut Visitor,
        title: &str,
        address: &str,
        shared: bool,
    ) -> Result<SavedView, Error> {
        self.inner.policy.check(visitor.caller(), Permission::HomeUpdate)?;
        self.may_share(visitor, shared)?;
        let (title, address) = (titled(title)?, canonical(address)?);
        let owner = self.writer(visitor)?;
        let own = store::views_of(&self.inner.database, &owner).await?;
        if let Some(same) = own.into_iter().find(|view| view.title == title && view.address == address) {
            let change = ViewChange { title: None, shared: Some(shared) };
            return self.change_view(visitor, &same.id, change).await;
        }
        let (id, at) = (Uuid::new_v4().to_string(), now());
        let row = ViewRow { id, owner: owner.clone(), title, address, shared, created: at, updated: at };
        let added = store::add_view(&self.inner.database, row.clone(), ROOM).await?;
        added.map_err(|full| no_room(full, ROOM, "saved views"))?;
        self.one(visitor, Some(&owner), row)
    }

    /// Renames one's own view, or shows it to everybody or to nobody else.
    ///
    /// # Errors
    /// The visitor may not change or share it, there is no such view, the title is not one, or the database failed.
    pub async fn change_view(
        &self,
        visitor: &Visitor,
        id: &str,
        change: ViewChange,
    ) -> Result<SavedView, Error> {
        let owner = self.own(visitor, id).await?;
        let mut row = self.visible(Some(&owner), id).await?;
        if let Some(title) = change.title {
            row.title = titled(&title)?;
        }
        if let Some(shared) = change.shared {
            self.may_share(visitor, shared)?;
            row.shared = shared;
        }
        row.updated = now();
        if !store::change_view(&self.inner.database, &row).await? {
            return Err(no_view());
        }
        self.one(visitor, Some(&owner), row)
    }

    /// Deletes one's own view.
    ///
    /// # Errors
    /// The visitor may not change it, there is no such view, or the database failed.
    pub async fn delete_view(&self, visitor: &Visitor, id: &str) -> Result<(), Error> {
        let owner = self.own(visitor, id).await?;
        Ok(store::remove_view(&self.inner.database, &owner, id).await?)
    }

    /// The visitor's key, if the view is the visitor's. Does not give a number to a browser: without one it has no view.
    async fn own(&self, visitor: &Visitor, id: &str) -> Result<String, Error> {
        self.inner.policy.check(visitor.caller(), Permission::HomeUpdate)?;
        let owner = visitor.owner();
        let row = self.visible(owner.as_deref(), id).await?;
        match owner {
            Some(owner) if owner == row.owner => Ok(owner),
            _ => {
                Err(Error::not_allowed("Only who saved a view may change or delete it. Save it as your own."))
            }
        }
    }

    /// The view, if the owner may know of it.
    async fn visible(&self, owner: Option<&str>, id: &str) -> Result<ViewRow, Error> {
        let row = store::view(&self.inner.database, id).await?;
        row.filter(|row| row.shared || owner == Some(&row.owner)).ok_or_else(no_view)
    }

    fn may_share(&self, visitor: &Visitor, shared: bool) -> Result<(), Error> {
        if shared { self.inner.policy.check(visitor.caller(), Permission::HomeShare) } else { Ok(()) }
    }

    fn one(&self, visitor: &Visitor, owner: Option<&str>, row: ViewRow) -> Result<SavedView, Error> {
        self.shown(visitor, owner, vec![row])?.pop().ok_or_else(no_view)
    }

    /// The views as the visitor sees them: of others the name, never the key.
    fn shown(
        &self,
        visitor: &Visitor,
        owner: Option<&str>,
        rows: Vec<ViewRow>,
    ) -> Result<Vec<SavedView>, Error> {
        let owners: Vec<String> = rows.iter().map(|row| row.owner.clone()).collect();
        let names = self.inner.catalog.links(visitor.caller(), &owners)?;
        let shown = |(row, name): (ViewRow, model::EntityLink)| {
            let ViewRow { id, owner: by, title, address, shared, .. } = row;
            let is_own = owner == Some(&by);
            let by = if by.starts_with(GUESTS) { "a guest".to_owned() } else { name.title };
            SavedView { id, title, address, shared, by: (!is_own).then_some(by) }
        };
        Ok(rows.into_iter().zip(names).map(shown).collect())
    }
}

fn no_view() -> Error {
    Error::not_found("There is no such view. It may have been deleted, or is no longer shared.")
}

/// The title as it is kept: one line of plain text.
fn titled(title: &str) -> Result<String, Error> {
    let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
    let length = title.chars().count();
    if length == 0 || length > TITLE {
        return Err(Error::input(format!("A view needs a title of 1 to {TITLE} characters.")));
    }
    if title.chars().any(is_invisible) {
        return Err(Error::input(
            "A title is plain text: it can't hold characters that control how text is shown.",
        ));
    }
    Ok(title)
}

/// Characters that are not seen and change what is: controls, and those that turn the direction of text.
fn is_invisible(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}'
        )
}

#[cfg(test)]
mod title_tests {
    use super::titled;

    #[test]
    fn titles_are_one_line_of_plain_text() {
        let long = "ä".repeat(80);
        for (given, expected) in [
            ("APIs", Some("APIs")),
            ("  two\n words\t", Some("two words")),
            ("<b>", Some("<b>")),
            ("👩\u{200d}🚀", Some("👩\u{200d}🚀")),
            (&*long, Some(&*long)),
            ("", None),
            (" \n ", None),
            ("a\0b", None),
            ("\u{202e}gnp.exe", None),
            (&*format!("{long}a"), None),
        ] {
            assert_eq!(titled(given).ok().as_deref(), expected, "{given:?}");
        }
    }
}
