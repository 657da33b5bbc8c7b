//! Headers of tables that sort by link.

use leptos::prelude::*;

use super::Icon;

/// How a column is sorted now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sorting {
    /// By another column.
    None,
    /// From A to Z.
    Ascending,
    /// From Z to A.
    Descending,
}

/// The header of a column; following it sorts by the column, and once sorted, the other way round.
#[component]
pub fn SortableHeader(
    /// The column's name.
    #[prop(into)]
    title: String,
    /// How the column is sorted now.
    sorting: Sorting,
    /// The address of the list sorted by this column.
    href: String,
    /// More classes of the header cell.
    #[prop(optional)]
    class: &'static str,
) -> impl IntoView {
    let (aria, icon) = match sorting {
        Sorting::None => (None, "sort"),
        Sorting::Ascending => (Some("ascending"), "sort-up"),
        Sorting::Descending => (Some("descending"), "sort-down"),
    };
    view! {
        <th scope="col" class=class aria-sort=aria>
            <a class="sort" href=href data-noscroll="">{title}<Icon name=icon/></a>
        </th>
    }
    .into_any()
}
