//! The pages of sign-in and settings, and the part of the header that says who is signed in.
//!
//! Forms and links do the work, so all of it works without scripts; they load pages anew, because who asks has changed.

mod account_menu;
mod server_functions;
mod settings;
mod sign_in;
pub mod views;

pub(crate) use account_menu::AccountMenu;
pub(crate) use settings::SettingsPage;
pub(crate) use sign_in::SignInPage;
