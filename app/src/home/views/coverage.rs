//! How many entities say what one wants to know of them.

use leptos::prelude::*;
use model::Coverage;

use crate::catalog::words;
use crate::ui::Card;

/// The shares, each with the way to those that lack it. Nothing where there is nothing to count.
pub(super) fn coverage(shares: Vec<Coverage>) -> Option<AnyView> {
    (!shares.is_empty()).then(|| {
        view! {
            <Card id="coverage" title="Coverage at a glance">
                <ul class="coverage">{shares.into_iter().map(share).collect_view()}</ul>
            </Card>
        }
        .into_any()
    })
}

fn share(Coverage { title, have, of, lacking }: Coverage) -> AnyView {
    let numbers = format!("{} of {}", words::grouped(have), words::grouped(of));
    let title = match lacking {
        Some(href) => {
            let label = format!("{title}: see the {} without", words::grouped(of - have));
            view! { <a href=href title=label>{title}</a> }.into_any()
        }
        None => view! { <span>{title}</span> }.into_any(),
    };
    view! {
        <li>
            {title}
            <span class="coverage__numbers">{numbers}</span>
            // The numbers say the same.
            <meter class="coverage__bar" aria-hidden="true" min="0" max=of value=have></meter>
        </li>
    }
    .into_any()
}
