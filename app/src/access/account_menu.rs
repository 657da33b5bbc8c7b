//! Who is signed in, in the header.

use leptos::prelude::*;
use leptos_router::hooks::use_location;
use model::sign_in_address;

use crate::visitor::Visitor;

/// The person with what concerns them; a way to sign in for everybody else, where there is one.
#[component]
pub(crate) fn AccountMenu(
    /// Who looks at the page.
    visitor: Visitor,
) -> impl IntoView {
    if visitor.name.is_empty() {
        // Nobody is on the sign-in page already.
        return (visitor.can_sign_in && !visitor.nobody).then(sign_in).into_any();
    }
    let initials = visitor.initials();
    let Visitor { name, page, picture, .. } = visitor;
    let face = match picture {
        Some(address) => view! { <img src=address alt="" width="28" height="28"/> }.into_any(),
        None => initials.into_any(),
    };
    // Links of the menu load a page anew: that closes it, too.
    let own = page.map(|page| view! { <li><a href=page rel="external">"Your page"</a></li> });
    view! {
        <div class="account">
            <button type="button" class="account__button" popovertarget="account">
                <span class="account__face" aria-hidden="true">{face}</span>
                <span class="visually-hidden">"Account of "</span>
                <span class="account__name">{name}</span>
            </button>
            <ul class="account__menu" id="account" popover="auto">
                {own}
                <li><a href="/settings" rel="external">"Settings"</a></li>
                <li>
                    <form method="post" action="/api/auth/oidc/logout"><button>"Sign out"</button></form>
                </li>
            </ul>
        </div>
    }
    .into_any()
}

/// The way to sign in and back to this page.
fn sign_in() -> AnyView {
    let location = use_location();
    let (path, search) = (location.pathname, location.search);
    let href = move || {
        let (path, search) = (path.get(), search.get());
        let question = if search.is_empty() || search.starts_with('?') { "" } else { "?" };
        sign_in_address(&format!("{path}{question}{search}"))
    };
    view! { <a class="account__sign-in" href=href rel="external">"Sign in"</a> }.into_any()
}
