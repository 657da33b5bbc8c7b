//! Buttons and fields in each of their states.

use app::ui::{Button, ButtonKind, Combobox, Field, Select, Suggestion};
use leptos::prelude::*;

use crate::drawn::draw;

#[test]
fn a_button_of_each_kind() {
    insta::assert_snapshot!(draw(|| view! { <Button id="a" label="Compare"/> }).tree(), @r#"
    <span class="button-with-reason">
    <button id="a" type="button" class="button">
    Compare
    </button>
    <span id="a-reason" class="button__reason">
    </span>
    </span>
    "#);
    insta::assert_snapshot!(draw(|| view! { <Button id="a" label="Register" kind=ButtonKind::Primary submit=true/> }).tree(), @r#"
    <span class="button-with-reason">
    <button id="a" type="submit" class="button button--primary">
    Register
    </button>
    <span id="a-reason" class="button__reason">
    </span>
    </span>
    "#);
    insta::assert_snapshot!(draw(|| view! { <Button id="a" label="Remove" kind=ButtonKind::Danger/> }).tree(), @r#"
    <span class="button-with-reason">
    <button id="a" type="button" class="button button--danger">
    Remove
    </button>
    <span id="a-reason" class="button__reason">
    </span>
    </span>
    "#);
    insta::assert_snapshot!(draw(|| view! { <Button id="a" label="Copy" kind=ButtonKind::Quiet icon="copy"/> }).tree(), @r#"
    <span class="button-with-reason">
    <button id="a" type="button" class="button button--quiet">
    <svg aria-hidden="true" focusable="false" class="icon">
    <use href="/icons.svg#copy">
    </use>
    </svg>
    Copy
    </button>
    <span id="a-reason" class="button__reason">
    </span>
    </span>
    "#);
}

#[test]
fn a_busy_button_says_so_and_does_nothing() {
    insta::assert_snapshot!(draw(|| view! { <Button id="a" label="Saving" busy=true/> }).tree(), @r#"
    <span class="button-with-reason">
    <button id="a" type="button" aria-disabled="true" aria-busy="true" class="button">
    Saving
    </button>
    <span id="a-reason" class="button__reason">
    </span>
    </span>
    "#);
}

#[test]
fn a_button_that_is_off_can_be_reached_and_says_why() {
    insta::assert_snapshot!(draw(|| view! { <Button id="a" label="Remove" reason="Only its owners may."/> }).tree(), @r#"
    <span class="button-with-reason">
    <button id="a" type="button" aria-disabled="true" aria-describedby="a-reason" class="button">
    Remove
    </button>
    <span id="a-reason" class="button__reason">
    Only its owners may.
    </span>
    </span>
    "#);
}

#[test]
fn a_field_says_what_to_write() {
    insta::assert_snapshot!(draw(|| view! { <Field id="f" name="target" label="Address" hint="Of a file." required=true/> }).tree(), @r#"
    <div class="field">
    <label for="f">
    Address
    </label>
    <input id="f" name="target" type="text" value="" required aria-describedby="f-hint f-error" class="input">
    <p id="f-hint" class="field__hint">
    Of a file.
    </p>
    <p id="f-error" class="field__error">
    </p>
    </div>
    "#);
}

#[test]
fn a_field_says_what_is_wrong() {
    insta::assert_snapshot!(draw(|| view! { <Field id="f" name="target" label="Address" value="x" error="This is no address."/> }).tree(), @r#"
    <div class="field">
    <label for="f">
    Address
    <span class="field__optional">
    optional
    </span>
    </label>
    <input id="f" name="target" type="text" value="x" aria-invalid="true" aria-describedby="f-hint f-error" class="input">
    <p id="f-hint" class="field__hint">
    </p>
    <p id="f-error" class="field__error">
    <svg aria-hidden="true" focusable="false" class="icon">
    <use href="/icons.svg#error">
    </use>
    </svg>
    This is no address.
    </p>
    </div>
    "#);
}

#[test]
fn a_select_shows_what_is_chosen() {
    let options = vec![("a".to_owned(), "First".to_owned()), ("b".to_owned(), "Second".to_owned())];
    insta::assert_snapshot!(draw(|| view! { <Select id="s" name="sort" label="Sort by" options chosen="b"/> }).tree(), @r#"
    <div class="field">
    <label for="s">
    Sort by
    </label>
    <select id="s" name="sort" class="input">
    <option value="a">
    First
    </option>
    <option value="b" selected>
    Second
    </option>
    </select>
    </div>
    "#);
}

#[test]
fn a_combobox_is_a_plain_field_until_scripts_run() {
    let page = draw(|| {
        let suggestion =
            Suggestion { value: "a".to_owned(), label: "A & B".to_owned(), note: "first".to_owned() };
        let suggestions = Signal::stored(vec![suggestion]);
        let nothing = Callback::new(|_: String| ());
        view! { <Combobox id="c" name="kind" label="Kind" value="x" suggestions on_input=nothing on_choose=nothing/> }
    });
    insta::assert_snapshot!(page.tree(), @r#"
    <div class="field combobox">
    <label for="c">
    Kind
    </label>
    <input id="c" name="kind" type="text" role="combobox" aria-autocomplete="list" aria-controls="c-list" aria-expanded="false" autocomplete="off" spellcheck="false" value="x" class="input">
    <ul id="c-list" role="listbox" aria-label="Kind" hidden class="combobox__list">
    <li id="c-0" role="option" aria-selected="false">
    <span>
    A &amp; B
    </span>
    <span class="muted small">
    first
    </span>
    </li>
    </ul>
    </div>
    "#);
}
