//! Lists that grow, shrink and change their order.

use leptos::prelude::*;
use model::form::{Field, Item, OPERATION};

use super::{About, Beside, field as any, group};
use crate::ui::Icon;

/// A list with its buttons.
pub(super) fn array(
    field: &Field,
    items: &[Item],
    count: &str,
    add: Option<String>,
    beside: &Beside,
) -> AnyView {
    let about = About::of(field, beside);
    let title = field.title.clone();
    let rows =
        items.iter().enumerate().map(|(number, item)| row(&title, number + 1, item, beside)).collect_view();
    let list = (!items.is_empty()).then(|| view! { <ol class="form-list">{rows}</ol> });
    let add = add.map(|operation| {
        view! {
            <button class="button button--quiet" name=OPERATION value=operation data-adds="">{format!("Add to {title}")}</button>
        }
    });
    view! {
        <fieldset class="form-group" id=about.id.clone() tabindex="-1" aria-describedby=about.described()>
            <legend>{field.title.clone()}</legend>
            <input type="hidden" name=count.to_owned() value=items.len().to_string()/>
            {about.description()}
            {group::alternatives(field)}
            {list}
            {add}
            {about.below()}
        </fieldset>
    }
    .into_any()
}

fn row(title: &str, number: usize, item: &Item, beside: &Beside) -> AnyView {
    let button = |operation: &Option<String>, icon: &'static str, words: &str| {
        let label = format!("{words} {title} {number}");
        operation.clone().map(|operation| {
            view! {
                <button class="button button--bare" name=OPERATION value=operation aria-label=label.clone() title=label><Icon name=icon/></button>
            }
        })
    };
    view! {
        <li>
            <div class="form-list__item">{any(&item.field, beside)}</div>
            <div class="form-list__acts">
                {button(&item.up, "sort-up", "Move up")}
                {button(&item.down, "sort-down", "Move down")}
                {button(&item.remove, "close", "Remove")}
            </div>
        </li>
    }
    .into_any()
}
