//! The pages of Software Templates: the gallery, and the form of each up to what it would make.
//!
//! All of it is drawn on the server and acts by plain requests: a form is sent to the address of its page, which answers
//! with the page as it is then.

mod context;
mod gallery;
mod query;
pub mod views;
mod wizard;

pub use self::context::SentForm;
pub(crate) use self::gallery::draw as draw_gallery;
pub use self::query::TemplateListQuery;
pub(crate) use self::wizard::draw as draw_wizard;

use model::EntityLink;

/// The page of a template's form.
pub(crate) fn form_href(link: &EntityLink) -> String {
    // As on the page of the entity, whose last parts these are.
    let path = link.path();
    let mut parts = path.rsplit('/');
    let (name, _, namespace) =
        (parts.next().unwrap_or_default(), parts.next(), parts.next().unwrap_or_default());
    format!("/create/templates/{namespace}/{name}")
}

#[cfg(test)]
mod tests {
    use model::EntityLink;

    use super::form_href;

    #[test]
    fn the_form_of_a_template_has_the_address_that_backstage_gives_it() {
        let link = |namespace: &str, name: &str| EntityLink {
            kind: "Template".to_owned(),
            namespace: namespace.to_owned(),
            name: name.to_owned(),
            ..EntityLink::default()
        };
        assert_eq!(form_href(&link("default", "rust-service")), "/create/templates/default/rust-service");
        assert_eq!(form_href(&link("a b", "c/d")), "/create/templates/a%20b/c%2Fd");
    }
}
