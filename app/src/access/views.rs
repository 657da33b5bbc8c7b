//! Draws sign-in and settings from plain values.

use leptos::prelude::*;
use model::{Account, AccountSession, SignIn};

use crate::catalog::views::entity_link;
use crate::ui::{Age, Card, Icon, Moment, ThemeSwitch};

/// The sign-in page.
#[component]
pub fn SignInView(
    /// What the portal is called.
    site: String,
    /// What it shows.
    page: SignIn,
) -> impl IntoView {
    let SignIn { title, failed, texts, details, ways } = page;
    let texts = texts.into_iter().map(|text| view! { <p>{text}</p> }).collect_view();
    let details = (!details.is_empty()).then(|| {
        let items = details.into_iter().map(|text| view! { <li>{text}</li> }).collect_view();
        view! { <ul class="sign-in__details">{items}</ul> }
    });
    let notice = (!title.is_empty()).then(|| {
        let (role, icon, class) = if failed {
            ("alert", "error", "sign-in__notice sign-in__notice--failed")
        } else {
            ("status", "ok", "sign-in__notice")
        };
        view! {
            <div class=class role=role>
                <h2><Icon name=icon/>{title}</h2>
                {texts}
                {details}
            </div>
        }
    });
    // All of them lead out of this page: to the provider, or to a page for somebody else.
    let ways = ways.into_iter().enumerate().map(|(number, (words, address))| {
        let class = if number == 0 { "button button--main" } else { "button" };
        view! { <li><a class=class href=address rel="external">{words}</a></li> }
    });
    view! {
        <div class="sign-in">
            <h1>{format!("Sign in to {site}")}</h1>
            {notice}
            <ul class="sign-in__ways">{ways.collect_view()}</ul>
        </div>
    }
    .into_any()
}

/// The settings page.
#[component]
pub fn SettingsView(
    /// Who looks at it.
    account: Account,
) -> impl IntoView {
    let Account { name, facts, user, groups, sessions } = account;
    let is_person = !facts.is_empty();
    let facts = facts
        .into_iter()
        .map(|(name, value)| view! { <dt>{name}</dt><dd>{value}</dd> }.into_any())
        .collect_view();
    let who = if is_person {
        view! {
            <p class="settings__name">{user.map_or_else(|| name.into_any(), |user| entity_link(&user))}</p>
            <dl class="settings__facts">{facts}</dl>
        }
        .into_any()
    } else {
        view! { <p>"You look around as a guest. What is yours is known once you sign in."</p> }.into_any()
    };
    let groups = is_person.then(|| {
        let body = if groups.is_empty() {
            view! { <p class="muted">"Your User entity is a member of no group."</p> }.into_any()
        } else {
            let items = groups.iter().map(|group| view! { <li>{entity_link(group)}</li> }).collect_view();
            view! { <ul class="people">{items}</ul> }.into_any()
        };
        view! { <Card id="groups" title="Groups">{body}</Card> }
    });
    view! {
        <h1>"Settings"</h1>
        <div class="settings">
            <Card id="profile" title="Profile">{who}</Card>
            {groups}
            {is_person.then(|| sessions_card(sessions))}
            <Card id="appearance" title="Appearance">
                <div class="settings__row"><span>"Colours"</span><ThemeSwitch id="theme-settings"/></div>
            </Card>
        </div>
    }
    .into_any()
}

fn sessions_card(sessions: Vec<AccountSession>) -> AnyView {
    let others = (sessions.len() > 1).then(|| {
        view! {
            <form method="post" action=END><button class="button">"Sign out everywhere else"</button></form>
        }
    });
    view! {
        <Card id="sessions" title="Where you are signed in">
            <ul class="settings__sessions">{sessions.into_iter().map(session).collect_view()}</ul>
            {others}
        </Card>
    }
    .into_any()
}

/// Where the forms of sessions go.
const END: &str = "/api/portico/sessions/end";

fn session(session: AccountSession) -> AnyView {
    let AccountSession { id, browser, since, seen } = session;
    let end = if id.is_empty() {
        view! { <span class="badge tone-good">"This browser"</span> }.into_any()
    } else {
        let label = format!("Sign out of {browser}");
        view! {
            <form method="post" action=END>
                <input type="hidden" name="session" value=id/>
                <button class="button button--quiet" aria-label=label>"Sign out"</button>
            </form>
        }
        .into_any()
    };
    view! {
        <li class="settings__row">
            <div>
                <strong>{browser}</strong>
                <p class="muted small">"Since "<Moment at=since/>", last used "<Age at=seen/></p>
            </div>
            {end}
        </li>
    }
    .into_any()
}
