//! Links to the pages of a list.

use leptos::prelude::*;

use super::Icon;

/// Links to the pages around this one, the first and the last. Draws nothing where there is one page only.
#[component]
pub fn Pagination(
    /// This page, from 1.
    page: u32,
    /// Number of pages.
    page_count: u32,
    /// The address of a page.
    href: impl Fn(u32) -> String + 'static,
) -> impl IntoView {
    if page_count <= 1 {
        return None;
    }
    let numbers = window(page, page_count)
        .into_iter()
        .map(|number| match number {
            None => view! { <li class="pagination__gap" aria-hidden="true">"…"</li> }.into_any(),
            Some(number) => {
                let current = (number == page).then_some("page");
                let label = format!("Page {number}");
                view! { <li><a href=href(number) aria-current=current aria-label=label>{number}</a></li> }
                    .into_any()
            }
        })
        .collect_view();
    let previous = (page > 1).then(|| {
        view! { <a class="pagination__step" rel="prev" href=href(page - 1)><Icon name="left"/>"Previous"</a> }
    });
    let next = (page < page_count).then(|| {
        view! { <a class="pagination__step" rel="next" href=href(page + 1)>"Next"<Icon name="right"/></a> }
    });
    Some(view! {
        <nav class="pagination" aria-label="Pages">
            {previous}
            <ol>{numbers}</ol>
            {next}
        </nav>
    })
}

/// The page numbers that get a link; `None` is a gap.
fn window(page: u32, page_count: u32) -> Vec<Option<u32>> {
    let mut numbers = Vec::new();
    let mut last = 0;
    for number in 1..=page_count {
        let near = number.abs_diff(page) <= 1;
        let edge = number == 1 || number == page_count;
        // A gap of one page takes as much room as its number.
        let bridge = number == 2 && page == 4 || number + 1 == page_count && page + 3 == page_count;
        if near || edge || bridge {
            if number > last + 1 {
                numbers.push(None);
            }
            numbers.push(Some(number));
            last = number;
        }
    }
    numbers
}

#[cfg(test)]
mod tests {
    use super::window;

    #[test]
    fn shows_the_neighbours_and_the_ends() {
        for (page, count, expected) in [
            (1, 1, "1"),
            (1, 3, "1 2 3"),
            (1, 9, "1 2 … 9"),
            (4, 9, "1 2 3 4 5 … 9"),
            (5, 9, "1 … 4 5 6 … 9"),
            (6, 9, "1 … 5 6 7 8 9"),
            (9, 9, "1 … 8 9"),
        ] {
            let seen: Vec<String> = window(page, count)
                .into_iter()
                .map(|number| number.map_or_else(|| "…".to_owned(), |number| number.to_string()))
                .collect();
            assert_eq!(seen.join(" "), expected, "page {page} of {count}");
        }
    }
}
