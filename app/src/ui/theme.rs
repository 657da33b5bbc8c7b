//! Light, dark or high contrast: kept in a cookie, so that the first paint is right.
//!
//! The switch is a form; `public/theme.js` makes it act at once, before and without WebAssembly.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::Icon;
#[cfg(not(feature = "ssr"))]
use crate::browser;
use crate::error::UiError;

/// The colours of the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Theme {
    /// As the operating system says.
    #[default]
    System,
    /// Dark text on light ground.
    Light,
    /// Light text on dark ground.
    Dark,
    /// Black on white or white on black, as the operating system says, with strong lines.
    Contrast,
}

impl Theme {
    const ALL: [Self; 4] = [Self::System, Self::Light, Self::Dark, Self::Contrast];

    /// The word in the cookie, in the form and on the document's root element.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
            Self::Contrast => "contrast",
        }
    }

    /// The theme in force: the cookie of the request, or in the browser what the document says.
    pub(crate) fn current() -> Self {
        #[cfg(feature = "ssr")]
        let word = cookie();
        #[cfg(not(feature = "ssr"))]
        let word = browser::root_attribute("data-theme");
        Self::ALL.into_iter().find(|theme| word.as_deref() == Some(theme.word())).unwrap_or_default()
    }
}

/// The theme that the request's cookie asks for.
#[cfg(feature = "ssr")]
fn cookie() -> Option<String> {
    let parts = use_context::<axum::http::request::Parts>()?;
    let cookies = parts.headers.get_all(axum::http::header::COOKIE);
    cookies.iter().filter_map(|line| line.to_str().ok()).flat_map(|line| line.split(';')).find_map(|pair| {
        let (name, value) = pair.trim().split_once('=')?;
        (name == "theme").then(|| value.to_owned())
    })
}

/// Remembers the theme in a cookie of this browser. Anyone may: it changes nothing on the server. The answer to a
/// plain form leads back to the page it came from.
#[server(prefix = "/api/portico/ui", endpoint = "theme")]
pub(crate) async fn set_theme(theme: Theme) -> Result<(), UiError> {
    use axum::http::HeaderValue;
    use axum::http::header::SET_COOKIE;

    let cookie = match theme {
        Theme::System => "theme=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax",
        Theme::Light => "theme=light; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax",
        Theme::Dark => "theme=dark; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax",
        Theme::Contrast => "theme=contrast; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax",
    };
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.append_header(SET_COOKIE, HeaderValue::from_static(cookie));
    }
    Ok(())
}

/// A button for each theme, one of them pressed.
#[component]
pub(crate) fn ThemeSwitch(
    /// Unique on the page.
    id: &'static str,
) -> impl IntoView {
    let current = Theme::current();
    let button = |theme: Theme| {
        let (icon, label) = match theme {
            Theme::System => ("theme-system", "Colours of the system"),
            Theme::Light => ("theme-light", "Light colours"),
            Theme::Dark => ("theme-dark", "Dark colours"),
            Theme::Contrast => ("theme-contrast", "High contrast"),
        };
        let pressed = if current == theme { "true" } else { "false" };
        view! {
            <button name="theme" value=theme.word() aria-pressed=pressed aria-label=label title=label data-command=label>
                <Icon name=icon/>
            </button>
        }
    };
    view! {
        <form class="theme-switch" id=id method="post" action="/api/portico/ui/theme" aria-label="Colours">
            {Theme::ALL.map(button).collect_view()}
        </form>
    }
    .into_any()
}
