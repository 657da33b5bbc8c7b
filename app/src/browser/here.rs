//! What the browser does.

use std::cell::RefCell;
use std::time::Duration;

use leptos::prelude::{document, request_animation_frame, set_timeout, window};
use leptos::wasm_bindgen::JsCast;

/// A row of a list.
const ROW: &str = "tr[data-ref]";

/// An attribute of the document's root element.
pub(crate) fn root_attribute(name: &str) -> Option<String> {
    document().document_element()?.get_attribute(name)
}

/// Path and query of the page.
pub(crate) fn here() -> String {
    let location = window().location();
    location.pathname().unwrap_or_default() + &location.search().unwrap_or_default()
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

/// Writes `text` into the text field, whoever has the focus.
pub(crate) fn set_field(id: &str, text: &str) {
    if let Some(field) = document().get_element_by_id(id)
        && let Ok(field) = field.dyn_into::<web_sys::HtmlInputElement>()
    {
        field.set_value(text);
    }
}

/// Opens a `<dialog>` so that nothing else can be used, or closes it.
pub(crate) fn show_modal(id: &str, open: bool) {
    let Some(dialog) = document().get_element_by_id(id) else { return };
    let Ok(dialog) = dialog.dyn_into::<web_sys::HtmlDialogElement>() else { return };
    if open && !dialog.open() {
        let _it_is_in_the_page_and_closed = dialog.show_modal();
    } else if !open {
        dialog.close();
    }
}

thread_local! {
    /// What had the focus before [`visit`].
    static HOME: RefCell<Option<web_sys::HtmlElement>> = const { RefCell::new(None) };
}

/// Whether the focus is somewhere in an element.
pub(crate) fn has_focus_within(id: &str) -> bool {
    let Some(element) = document().get_element_by_id(id) else { return false };
    document().active_element().is_some_and(|focused| element.contains(Some(&focused)))
}

/// Moves the focus to the first button in an element, if there is one. [`leave`] brings it back.
pub(crate) fn visit(id: &str) {
    if has_focus_within(id) {
        return leave(id);
    }
    let Some(element) = document().get_element_by_id(id) else { return };
    if let Ok(Some(button)) = element.query_selector("button")
        && let Ok(button) = button.dyn_into::<web_sys::HtmlElement>()
    {
        let before = document().active_element().and_then(|before| before.dyn_into().ok());
        HOME.set(before);
        let _cannot_fail_on_a_button = button.focus();
    }
}

/// Moves the focus out of an element that is about to lose what has it: to where it was before [`visit`], or to the
/// content.
pub(crate) fn leave(id: &str) {
    if !has_focus_within(id) {
        return;
    }
    let home = HOME.take().filter(|home| home.is_connected() && home.tag_name() != "BODY");
    match home {
        Some(home) => {
            let _cannot_fail_where_it_was = home.focus();
        }
        None => focus("main"),
    }
}

/// Scrolls what is around an element just so far that it is seen.
pub(crate) fn reveal(id: &str) {
    if let Some(element) = document().get_element_by_id(id) {
        let how = web_sys::ScrollIntoViewOptions::new();
        how.set_block(web_sys::ScrollLogicalPosition::Nearest);
        element.scroll_into_view_with_scroll_into_view_options(&how);
    }
}

/// Does something once the browser has painted what was done so far, so that what it takes does not keep the page from
/// answering.
pub(crate) fn after_paint(act: impl FnOnce() + 'static) {
    request_animation_frame(move || set_timeout(act, Duration::ZERO));
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

/// Gives the focus to an element, which the browser scrolls into sight.
pub(crate) fn focus(id: &str) {
    if let Some(element) = document().get_element_by_id(id) {
        // Elements of SVG can have the focus as those of HTML can, but are of another type.
        let _cannot_fail_on_an_element = element.unchecked_into::<web_sys::HtmlElement>().focus();
    }
}

/// The entity of the star that was clicked, and whether it is starred.
pub(crate) fn star_of(event: &web_sys::MouseEvent) -> Option<(String, bool)> {
    let star = closest(event, "button.star")?;
    Some((star.get_attribute("value")?, star.get_attribute("aria-pressed")? == "true"))
}

/// Gives the stars of an entity these attributes.
pub(crate) fn show_star(entity_ref: &str, attributes: [(&str, &str); 3]) {
    for star in elements("button.star") {
        if star.get_attribute("value").as_deref() == Some(entity_ref) {
            for (name, value) in attributes {
                let _cannot_fail = star.set_attribute(name, value);
            }
        }
    }
}

/// Says anew how long ago the moments of the page were.
pub(crate) fn renew_ages(age: impl Fn(&str) -> String) {
    for time in elements("time[data-age]") {
        let text = time.get_attribute("datetime").map(|at| age(&at));
        if text != time.text_content() {
            time.set_text_content(text.as_deref());
        }
    }
}

fn elements(selector: &str) -> impl Iterator<Item = web_sys::Element> {
    let all = document().query_selector_all(selector).ok();
    let all = all.map(|all| (0..all.length()).filter_map(move |place| all.item(place)));
    all.into_iter().flatten().map(JsCast::unchecked_into)
}

/// An attribute of the element that has the focus.
pub(crate) fn focused_attribute(name: &str) -> Option<String> {
    document().active_element()?.get_attribute(name)
}

/// Where the link leads that was clicked, if it was one.
pub(crate) fn link_of(event: &web_sys::MouseEvent) -> Option<String> {
    let target = event.target()?.dyn_into::<web_sys::Element>().ok()?;
    target.closest("a[href]").ok().flatten()?.get_attribute("href")
}

/// Whether an event happened to what this selector finds, or inside of it.
pub(crate) fn is_within(event: &web_sys::Event, selector: &str) -> bool {
    closest(event, selector).is_some()
}

/// The reference in the row of a list that an event happened in.
pub(crate) fn row_of(event: &web_sys::Event) -> Option<String> {
    closest(event, ROW)?.get_attribute("data-ref")
}

fn closest(event: &web_sys::Event, selector: &str) -> Option<web_sys::Element> {
    event.target()?.dyn_into::<web_sys::Element>().ok()?.closest(selector).ok().flatten()
}

/// The rows of a list that are there to see, in their order: what they are about, and their elements.
fn row_elements() -> Vec<(String, web_sys::HtmlElement)> {
    let Ok(found) = document().query_selector_all(ROW) else { return Vec::new() };
    let rows =
        (0..found.length()).filter_map(|place| found.get(place)?.dyn_into::<web_sys::HtmlElement>().ok());
    rows.filter(|row| row.offset_height() > 0)
        .filter_map(|row| Some((row.get_attribute("data-ref")?, row)))
        .collect()
}

/// The references in the rows of a list that are there to see, in their order.
pub(crate) fn rows() -> Vec<String> {
    row_elements().into_iter().map(|(entity_ref, _)| entity_ref).collect()
}

/// Gives the focus to the name in the row with this reference, in the middle of the window; says whether there is one.
pub(crate) fn focus_row(entity_ref: &str) -> bool {
    let row = row_elements().into_iter().find(|(other, _)| other == entity_ref);
    let link = row.and_then(|(_, row)| row.query_selector("a").ok().flatten());
    let Some(link) = link.and_then(|link| link.dyn_into::<web_sys::HtmlElement>().ok()) else {
        return false;
    };
    let _cannot_fail_on_a_link = link.focus();
    true
}

/// Marks the rows with these references as changed a moment ago, or takes the mark away.
pub(crate) fn mark_rows(refs: &[String], fresh: bool) {
    for (_, row) in row_elements().into_iter().filter(|(entity_ref, _)| refs.contains(entity_ref)) {
        let _cannot_fail = row.toggle_attribute_with_force("data-fresh", fresh);
    }
}

/// The reference in the row that has the focus.
pub(crate) fn focused_row() -> Option<String> {
    document().active_element()?.closest(ROW).ok().flatten()?.get_attribute("data-ref")
}

/// Where the rows of a list begin below the top of the window, how high one is, and how high the window is, in pixels.
pub(crate) fn row_measures() -> Option<(f64, f64, f64)> {
    let first = document().query_selector(ROW).ok().flatten()?.get_bounding_client_rect();
    let list = document().query_selector(".table--rows thead").ok().flatten()?.get_bounding_client_rect();
    Some((list.bottom(), first.height(), window().inner_height().ok()?.as_f64()?))
}

/// Scrolls the page by so many pixels.
pub(crate) fn scroll_by(pixels: f64) {
    window().scroll_by_with_x_and_y(0.0, pixels);
}

/// Writes another address of the same page into the browser, without a step in its history.
pub(crate) fn replace_address(address: &str) {
    if let Ok(history) = window().history() {
        let state = history.state().unwrap_or_default();
        let _refused_when_too_often = history.replace_state_with_url(&state, "", Some(address));
    }
}

/// Leaves a note on the document's root element, for the time until the next page load.
pub(crate) fn note(name: &str, text: &str) {
    if let Some(root) = document().document_element() {
        let _cannot_fail = root.set_attribute(name, text);
    }
}

/// The visible size of an element in pixels.
pub(crate) fn window_size(id: &str) -> Option<(f64, f64)> {
    let element = document().get_element_by_id(id)?;
    Some((f64::from(element.client_width()), f64::from(element.client_height())))
}

/// A point of the screen, seen from the corner of an element.
pub(crate) fn within(id: &str, x: i32, y: i32) -> Option<(f64, f64)> {
    let corner = document().get_element_by_id(id)?.get_bounding_client_rect();
    Some((f64::from(x) - corner.left(), f64::from(y) - corner.top()))
}

/// How far an element is scrolled.
pub(crate) fn scrolled(id: &str) -> (i32, i32) {
    document().get_element_by_id(id).map_or((0, 0), |element| (element.scroll_left(), element.scroll_top()))
}

/// Scrolls what is inside of an element.
pub(crate) fn scroll_to(id: &str, left: f64, top: f64) {
    if let Some(element) = document().get_element_by_id(id) {
        element.scroll_to_with_x_and_y(left, top);
    }
}

/// The address of the page.
pub(crate) fn address() -> String {
    window().location().href().unwrap_or_default()
}

/// Opens an address in a new tab.
pub(crate) fn open_beside(href: &str) {
    let _the_browser_reports_a_refusal = window().open_with_url_and_target(href, "_blank");
}

fn dialog(id: &str) -> Option<web_sys::HtmlDialogElement> {
    document().get_element_by_id(id)?.dyn_into().ok()
}

/// Closes a dialog; says whether it was open.
pub(crate) fn close_dialog(id: &str) -> bool {
    dialog(id).filter(web_sys::HtmlDialogElement::open).is_some_and(|dialog| {
        dialog.close();
        true
    })
}

/// Clicks an element.
pub(crate) fn click(id: &str) {
    if let Some(element) = document().get_element_by_id(id) {
        element.unchecked_into::<web_sys::HtmlElement>().click();
    }
}

/// Links and buttons of the page that are commands.
fn command_elements() -> Vec<web_sys::Element> {
    elements("[data-command]:not([hidden], :root:not([data-can-copy]) [data-copy])").collect()
}

/// The names of the commands that the page has.
pub(crate) fn commands() -> Vec<String> {
    command_elements().iter().filter_map(|element| element.get_attribute("data-command")).collect()
}

/// Does what the page has under this name.
pub(crate) fn run_command(name: &str) {
    let mut all = command_elements().into_iter();
    let element = all.find(|element| element.get_attribute("data-command").as_deref() == Some(name));
    if let Some(element) = element {
        element.unchecked_into::<web_sys::HtmlElement>().click();
    }
}

/// Clicks what the page has for this key (`data-key`); says whether there is such a thing.
pub(crate) fn press_key_of_page(key: &str) -> bool {
    let element =
        elements("[data-key]").find(|element| element.get_attribute("data-key").as_deref() == Some(key));
    element.is_some_and(|element| {
        element.unchecked_into::<web_sys::HtmlElement>().click();
        true
    })
}

/// Whether nothing on the page has the focus, or only the content as a whole.
pub(crate) fn is_unfocused() -> bool {
    let focused = document().active_element();
    focused.is_none_or(|focused| {
        matches!(focused.tag_name().as_str(), "BODY" | "MAIN") || focused.id() == "results"
    })
}

/// Whether a key belongs to whoever types in a field, or to a dialog that is open.
pub(crate) fn is_busy(event: &web_sys::Event) -> bool {
    const FIELDS: &str = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]";
    let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    target.is_some_and(|target| target.closest(FIELDS).ok().flatten().is_some())
        || document().query_selector("dialog[open]").ok().flatten().is_some()
}

fn storage() -> Option<web_sys::Storage> {
    // Browsers may be told to keep nothing.
    window().local_storage().ok().flatten()
}

/// What this browser keeps under a name; empty for nothing.
pub(crate) fn kept(key: &str) -> String {
    storage().and_then(|storage| storage.get_item(key).ok().flatten()).unwrap_or_default()
}

/// Keeps a text in this browser.
pub(crate) fn keep(key: &str, text: &str) {
    let _full_is_fine = storage().map(|storage| storage.set_item(key, text));
}

/// Puts `text` on the clipboard. Where browsers allow it, `data-can-copy` stands on the root element.
pub(crate) fn copy(text: &str) {
    let _the_browser_reports_a_refusal = window().navigator().clipboard().write_text(text);
}
