//! The catalog table in groups that fold.

use leptos::prelude::*;
use leptos::task::spawn_local;
use model::{EntityGroup, EntityListQuery, EntitySummary};

use super::list::ListShown;
use super::list_rows::part_of_table;
use crate::catalog::address::Address;
use crate::catalog::rows::{PAGE, Rows};
use crate::catalog::server_functions::load_rows;
use crate::catalog::words;

/// All groups of a page.
pub(super) fn groups(query: &EntityListQuery, list: &ListShown, rows: Rows) -> AnyView {
    let group = |group: &EntityGroup| one(query, group, rows);
    list.groups.iter().map(group).collect_view().into_any()
}

/// One group. Those without lines begin folded; their lines are asked for when they are opened.
fn one(query: &EntityListQuery, group: &EntityGroup, rows: Rows) -> AnyView {
    let EntityGroup { value, title, count, items } = group.clone();
    let list = query.of_group(&value);
    let href = list.href();
    let title = match (query.group.as_str(), value.is_empty()) {
        (field, true) => format!("No {field}"),
        _ => title,
    };
    let open = !items.is_empty();
    let lines = ArcRwSignal::new(items);
    let table = part_of_table(query, title.clone(), lines.clone(), rows);
    let (counted, drawn) = (lines.clone(), lines.clone());
    let more = Callback::new(move |()| {
        let (lines, list) = (lines.clone(), list.clone());
        let have = u32::try_from(lines.with_untracked(Vec::len)).unwrap_or(u32::MAX);
        spawn_local(async move {
            let answer = load_rows(list, have, PAGE).await;
            if let Ok(more) = answer.and_then(|answer| answer.unpack::<Vec<EntitySummary>>()) {
                lines.update(|lines| lines.extend(more));
            }
        });
    });
    let left = Signal::derive(move || {
        count.saturating_sub(u32::try_from(counted.with(Vec::len)).unwrap_or(u32::MAX))
    });
    let on_open = move |_| {
        if drawn.with_untracked(Vec::is_empty) {
            more.run(());
        }
    };
    let all = format!("List {title} alone");
    view! {
        <details class="group" open=open>
            <summary on:click=on_open>
                <span class="group__title">{title}</span>
                <span class="group__count">{words::grouped(count)}</span>
            </summary>
            <div class="group__body">
                {table}
                <p class="group__more">
                    <button
                        type="button"
                        class="button button--quiet scripted"
                        hidden=move || left.get() == 0
                        on:click=move |_| more.run(())
                    >
                        {move || format!("Show more of the {} left", words::grouped(left.get()))}
                    </button>
                    <a href=href>{all}</a>
                </p>
            </div>
        </details>
    }
    .into_any()
}
