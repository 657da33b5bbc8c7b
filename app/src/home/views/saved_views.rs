//! All saved views with what can be done with them. Each change is a form that leads back here.

use leptos::prelude::*;
use model::SavedView;

use crate::ui::{Badge, Card, EmptyState, Icon};

/// The views, the reader's own first.
#[component]
pub fn SavedViewsView(
    /// All that the reader can choose from.
    views: Vec<SavedView>,
    /// Whether the reader may show views to everybody.
    may_share: bool,
    /// Why the last change was not made, as the address says.
    failed: Option<String>,
) -> impl IntoView {
    let notice = failed.map(|reason| {
        view! { <p class="notice tone-danger" role="alert"><Icon name="error"/><span>{failure(&reason)}</span></p> }
            .into_any()
    });
    let (own, others): (Vec<_>, Vec<_>) = views.into_iter().partition(|view| view.by.is_none());
    let own = if own.is_empty() {
        view! {
            <EmptyState title="You have no saved views">
                <p>
                    "Filter the " <a href="/catalog">"catalog"</a> ", the " <a href="/problems">"problems"</a>
                    " or the " <a href="/catalog-graph">"graph"</a> ", then save the page under a name."
                </p>
            </EmptyState>
        }
        .into_any()
    } else {
        let rows = own.into_iter().map(|view| own_view(view, may_share)).collect_view();
        view! { <Card id="own-views" title="Yours"><ul class="rows">{rows}</ul></Card> }.into_any()
    };
    let others = (!others.is_empty()).then(|| {
        let row = |view: SavedView| {
            let by = view.by.clone().unwrap_or_default();
            view! {
                <li>
                    <a href=view.address>{view.title}</a>
                    <span class="muted small">"by "{by}</span>
                </li>
            }
        };
        view! {
            <Card id="shared-views" title="Shared by others">
                <ul class="rows">{others.into_iter().map(row).collect_view()}</ul>
            </Card>
        }
        .into_any()
    });
    view! {
        <div class="page-head"><h1>"Saved views"</h1></div>
        {notice}
        <div class="stack">{own}{others}</div>
    }
    .into_any()
}

/// One of the reader's own views.
fn own_view(view: SavedView, may_share: bool) -> AnyView {
    let stable = view.href();
    let SavedView { id, title, address, shared, .. } = view;
    let (share, shared_next) =
        if shared { ("Stop sharing", "false") } else { ("Share with everybody", "true") };
    let share = (shared || may_share).then(|| {
        view! {
            <form method="post" action="/api/portico/ui/change-view">
                <input type="hidden" name="id" value=id.clone()/>
                <button class="button button--quiet" name="shared" value=shared_next aria-label=format!("{share}: {title}")>{share}</button>
            </form>
        }
        .into_any()
    });
    let field = format!("title-{id}");
    view! {
        <li>
            <span class="rows__main">
                <a href=address>{title.clone()}</a>
                {shared.then(|| view! {
                    <Badge text="Shared"/>
                    <a class="small" href=stable rel="external">"Address to send"</a>
                })}
            </span>
            <details class="view-change">
                <summary aria-label=format!("Change {title}")>"Change"</summary>
                <div class="view-change__body">
                    <form method="post" action="/api/portico/ui/change-view">
                        <input type="hidden" name="id" value=id.clone()/>
                        <label for=field.clone() class="visually-hidden">"New title"</label>
                        <input id=field class="input" name="title" value=title.clone() required=true maxlength="80" autocomplete="off"/>
                        <button class="button button--quiet">"Rename"</button>
                    </form>
                    {share}
                    <form method="post" action="/api/portico/ui/delete-view">
                        <button class="button button--quiet button--danger" name="id" value=id aria-label=format!("Delete {title} for good")>"Delete for good"</button>
                    </form>
                </div>
            </details>
        </li>
    }
    .into_any()
}

/// What a change failed for, by the name of the error.
fn failure(reason: &str) -> &'static str {
    match reason {
        "InputError" => {
            "Nothing was saved: a view needs a title of 1 to 80 characters, and a page with not too many filters."
        }
        "ConflictError" => {
            "Nothing was saved: there are as many as are kept already. Remove one that you no longer need."
        }
        "NotAllowedError" => "Nothing was changed: this is not yours to change, or you may not share.",
        "NotFoundError" => "Nothing was changed: there is no such thing any more.",
        _ => "Nothing was changed: the portal could not do it right now. Try again in a moment.",
    }
}
