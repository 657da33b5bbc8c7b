//! The few things that only a browser can do. On the server each of them does nothing, so that views need no
//! conditional compilation. Knows nothing about pages.

#[cfg(feature = "hydrate")]
mod here {
    use leptos::prelude::{document, window};
    use leptos::wasm_bindgen::JsCast;

    /// An attribute of the document's root element.
    pub(crate) fn root_attribute(name: &str) -> Option<String> {
        document().document_element()?.get_attribute(name)
    }

    /// Unix time in seconds.
    pub(crate) fn now() -> i64 {
        window().performance().map_or(0, |clock| {
            #[expect(clippy::cast_possible_truncation, reason = "seconds since 1970 fit")]
            let seconds = ((clock.time_origin() + clock.now()) / 1000.0) as i64;
            seconds
        })
    }

    /// Writes `text` into the text field, unless someone is typing there.
    pub(crate) fn write_field(id: &str, text: &str) {
        let field = document().get_element_by_id(id);
        let focused = document().active_element();
        if let Some(field) = field.filter(|field| focused.as_ref() != Some(field))
            && let Ok(field) = field.dyn_into::<web_sys::HtmlInputElement>()
        {
            field.set_value(text);
        }
    }

    /// What stands in the text field.
    pub(crate) fn read_field(id: &str) -> String {
        document()
            .get_element_by_id(id)
            .and_then(|field| field.dyn_into::<web_sys::HtmlInputElement>().ok())
            .map(|field| field.value())
            .unwrap_or_default()
    }

    /// After a change of page: folds the menu and moves the focus to the content, as a page load would.
    pub(crate) fn after_navigation() {
        if let Some(menu) = document().get_element_by_id("menu") {
            let _absent_is_fine = menu.remove_attribute("open");
        }
        if let Some(main) = document().get_element_by_id("main")
            && let Ok(main) = main.dyn_into::<web_sys::HtmlElement>()
        {
            let _cannot_fail_on_main = main.focus();
        }
    }

    /// Whether the page may write to the clipboard (browsers allow it on safe origins alone).
    pub(crate) fn can_copy() -> bool {
        !window().navigator().clipboard().is_undefined()
    }

    /// Puts `text` on the clipboard. Ask [`can_copy`] first.
    pub(crate) fn copy(text: &str) {
        let _the_browser_reports_a_refusal = window().navigator().clipboard().write_text(text);
    }
}

#[cfg(not(feature = "hydrate"))]
mod here {
    pub(crate) fn root_attribute(_name: &str) -> Option<String> {
        None
    }

    pub(crate) fn now() -> i64 {
        std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .map_or(0, |since| i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
    }

    pub(crate) fn write_field(_id: &str, _text: &str) {}

    pub(crate) fn read_field(_id: &str) -> String {
        String::new()
    }

    pub(crate) fn after_navigation() {}

    pub(crate) fn can_copy() -> bool {
        false
    }

    pub(crate) fn copy(_text: &str) {}
}

pub(crate) use here::{after_navigation, can_copy, copy, now, read_field, root_attribute, write_field};
