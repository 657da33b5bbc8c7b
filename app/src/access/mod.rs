//! The pages of sign-in and settings, and the part of the header that says who is signed in.
//!
//! Forms and links do the work, so all of it works without scripts; they load pages anew, because who asks has changed.

mod account_menu;
#[cfg(feature = "ssr")]
mod context;
#[cfg(feature = "ssr")]
mod settings;
#[cfg(feature = "ssr")]
mod sign_in;
#[cfg(feature = "ssr")]
pub mod views;

pub(crate) use account_menu::AccountMenu;
#[cfg(feature = "ssr")]
pub(crate) use settings::draw as draw_settings;
#[cfg(feature = "ssr")]
pub(crate) use sign_in::draw as draw_sign_in;
