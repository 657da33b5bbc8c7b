//! The doors from a page to what people keep. Each takes the visitor, parses, calls one service function, and maps the
//! result.
//!
//! Those that plain forms post to lead back to the form's page; when something could not be done, they lead to the page of
//! saved views, which says so.

use leptos::prelude::*;
use leptos::server_fn::codec::Json;

use crate::answer::Answer;
use crate::error::UiError;

/// Gives an entity a star, or takes it away.
#[server(prefix = "/api/portico/ui", endpoint = "set-star", input = Json)]
pub(crate) async fn set_star(entity: String, starred: bool) -> Result<Answer, UiError> {
    context::set_star(&entity, starred).await?;
    Answer::pack(&starred)
}

/// As [`set_star`], for a form: the name of the pressed button says what to do.
#[server(prefix = "/api/portico/ui", endpoint = "star")]
pub(crate) async fn star_form(star: Option<String>, unstar: Option<String>) -> Result<(), UiError> {
    let starred = star.is_some();
    context::back(context::set_star(&star.or(unstar).unwrap_or_default(), starred).await)
}

/// The views to choose from: a `model::SavedViews`.
#[server(prefix = "/api/portico/ui", endpoint = "views", input = Json)]
pub(crate) async fn load_views() -> Result<Answer, UiError> {
    Answer::pack(&saved_views().await?)
}

/// One saved view: a `model::SavedView`.
#[server(prefix = "/api/portico/ui", endpoint = "view", input = Json)]
pub(crate) async fn load_view(id: String) -> Result<Answer, UiError> {
    let (home, visitor) = context::service()?;
    let view = home.view(&visitor, &id).await.map_err(|error| {
        let all = ("See the views that there are".to_owned(), "/views".to_owned());
        UiError::from(error).missing("No such view", [all])
    })?;
    Answer::pack(&view)
}

/// Saves a page under a title, from a form.
#[server(prefix = "/api/portico/ui", endpoint = "save-view")]
pub(crate) async fn save_view(title: String, address: String, shared: bool) -> Result<(), UiError> {
    let (home, mut visitor) = context::service()?;
    let saved = home.save_view(&mut visitor, &title, &address, shared).await.map(drop);
    context::keep_cookie(&home, &visitor);
    context::back(saved)
}

/// Renames a view, or shows it to everybody or to nobody else, from a form.
#[server(prefix = "/api/portico/ui", endpoint = "change-view")]
pub(crate) async fn change_view(
    id: String,
    title: Option<String>,
    shared: Option<bool>,
) -> Result<(), UiError> {
    let (home, visitor) = context::service()?;
    let change = ::home::ViewChange { title, shared };
    context::back(home.change_view(&visitor, &id, change).await.map(drop))
}

/// Deletes a view, from a form.
#[server(prefix = "/api/portico/ui", endpoint = "delete-view")]
pub(crate) async fn delete_view(id: String) -> Result<(), UiError> {
    let (home, visitor) = context::service()?;
    context::back(home.delete_view(&visitor, &id).await)
}

#[cfg(feature = "ssr")]
pub(crate) use context::{remember_visit, saved_views};

#[cfg(feature = "ssr")]
pub(super) mod context {
    use ::home::{Home, Visitor};
    use axum::http::HeaderValue;
    use axum::http::header::{ACCEPT, SET_COOKIE};
    use axum::http::request::Parts;
    use leptos::prelude::use_context;
    use leptos_axum::ResponseOptions;
    use model::{EntityRef, SavedViews};
    use platform::error::{Error, ErrorKind};

    use crate::error::UiError;

    /// The service that the server put into the context, and who asks. A request that the server did not see is nobody's.
    pub(crate) fn service() -> Result<(Home, Visitor), Error> {
        let home = use_context::<Home>()
            .ok_or_else(|| Error::unavailable("The portal is not ready yet. Try again in a moment."))?;
        let visitor = use_context::<Parts>().map(|parts| Visitor::of(&parts));
        Ok((home, visitor.unwrap_or_else(|| Visitor::new(Default::default(), &Default::default()))))
    }

    /// The views to choose from.
    pub(crate) async fn saved_views() -> Result<SavedViews, Error> {
        let (home, visitor) = service()?;
        home.views(&visitor).await
    }

    pub(super) async fn set_star(entity: &str, starred: bool) -> Result<(), Error> {
        let (home, mut visitor) = service()?;
        let entity_ref = EntityRef::parse(entity).map_err(|error| Error::input(error.to_string()))?;
        home.set_star(&mut visitor, &entity_ref, starred).await?;
        keep_cookie(&home, &visitor);
        Ok(())
    }

    /// Lets the answer carry the number that the visitor's browser got.
    pub(super) fn keep_cookie(home: &Home, visitor: &Visitor) {
        let cookie = home.cookie(visitor).and_then(|cookie| HeaderValue::from_str(&cookie).ok());
        if let (Some(cookie), Some(response)) = (cookie, use_context::<ResponseOptions>()) {
            response.append_header(SET_COOKIE, cookie);
        }
    }

    /// The outcome of a form. A person is led to a page that says what failed; a program is told.
    pub(super) fn back(outcome: Result<(), Error>) -> Result<(), UiError> {
        let Err(error) = outcome else { return Ok(()) };
        let is_person = use_context::<Parts>().is_some_and(|parts| {
            parts
                .headers
                .get_all(ACCEPT)
                .iter()
                .any(|accept| accept.to_str().is_ok_and(|accept| accept.contains("text/html")))
        });
        if !is_person || error.kind() == ErrorKind::Unauthenticated {
            return Err(error.into());
        }
        error.log(&crate::error::request_id().unwrap_or_default());
        leptos_axum::redirect(&format!("/views?failed={}", error.kind().name()));
        Ok(())
    }

    /// Remembers that the visitor opened the page of an entity. Nothing that goes wrong here is worth a page.
    pub(crate) fn remember_visit(entity_ref: &EntityRef) {
        let Ok((home, visitor)) = service() else { return };
        let ahead = use_context::<Parts>().is_some_and(|parts| {
            // What a browser fetches before somebody asks for it.
            ["sec-purpose", "purpose"].iter().any(|name| {
                parts
                    .headers
                    .get(*name)
                    .and_then(|value| value.to_str().ok())
                    .is_some_and(|value| value.contains("prefetch"))
            })
        });
        if !ahead {
            let _not_allowed_is_not_remembered = home.visited(&visitor, entity_ref);
        }
    }
}
