//! Cards of groups and users: members, hierarchy, and what they own.

use leptos::prelude::*;
use model::{EntityLink, EntityListQuery, Owned, OwnedKind, People, Portion};

use super::parts::entity_link;
use crate::catalog::address::Address;
use crate::catalog::words;
use crate::ui::{Card, Tree, TreeItem};

/// The cards, people first.
pub(crate) fn people(people: People, link: &EntityLink) -> impl IntoView + use<> {
    let People { is_user, above, below, members, groups, owned } = people;
    let (first, hierarchy) = if is_user {
        (named("groups", "Groups", groups, "No group has this user as a member."), None)
    } else {
        let hierarchy = hierarchy(link.title.clone(), above, below);
        (named("members", "Members", members, "This group has no members of its own."), hierarchy)
    };
    view! {
        {first}
        {hierarchy}
        {owns(owned, is_user)}
    }
}

/// A card with a list of others.
fn named(id: &'static str, title: &'static str, links: Portion<EntityLink>, none: &'static str) -> AnyView {
    let count = links.total();
    let aside =
        (count > 0).then(|| view! { <span class="muted small">{words::grouped(count)}</span> }.into_any());
    let body = if count == 0 {
        view! { <p class="muted">{none}</p> }.into_any()
    } else {
        let item = |link: &EntityLink| view! { <li>{entity_link(link)}</li> };
        view! {
            <ul class="people">{links.shown.iter().map(item).collect_view()}</ul>
            {left_off(links.left_off)}
        }
        .into_any()
    };
    view! { <Card id title aside=aside.into_any()>{body}</Card> }.into_any()
}

/// The groups above and right below; nothing where there are neither.
fn hierarchy(title: String, above: Vec<EntityLink>, below: Portion<EntityLink>) -> Option<impl IntoView> {
    (!above.is_empty() || below.total() > 0).then(|| {
        let below_that = left_off(below.left_off);
        let own = TreeItem {
            title,
            href: None,
            current: true,
            below: below.shown.iter().map(|group| tree_item(group, Vec::new())).collect(),
        };
        // From the inside out: each group holds what is below it.
        let tree = above.iter().rev().fold(own, |inner, group| tree_item(group, vec![inner]));
        view! {
            <Card id="hierarchy" title="Hierarchy">
                <Tree label="Hierarchy" items=vec![tree]/>
                {below_that}
            </Card>
        }
    })
}

/// A group in the tree, whether it exists or is only named.
fn tree_item(link: &EntityLink, below: Vec<TreeItem>) -> TreeItem {
    let (title, href) = if link.exists {
        (link.title.clone(), Some(link.href()))
    } else {
        (format!("{} is not in the catalog", link.entity_ref), None)
    };
    TreeItem { title, href, current: false, below }
}

/// What it owns, by kind, alone and together with others.
fn owns(owned: Owned, is_user: bool) -> impl IntoView {
    let Owned { direct, kinds, total, owners, owners_left_off } = owned;
    if total == 0 {
        let alone = if is_user { "this user" } else { "this group" };
        let whom = match (owners.len(), is_user) {
            (..=1, _) => alone.to_owned(),
            (_, true) => format!("{alone} or one of the groups"),
            (_, false) => format!("{alone} or one below it"),
        };
        let text = format!("No entity names {whom} as its owner.");
        return view! { <Card id="owns" title="Owns"><p class="muted">{text}</p></Card> }.into_any();
    }
    let together = if is_user { "With their groups" } else { "With groups below" };
    let several = owners.len() > 1;
    let own = owners.first().cloned().into_iter().collect::<Vec<_>>();
    let to_list = |owner: &[String], kind: Option<&str>| {
        let kind = kind.map(str::to_owned).into_iter().collect();
        EntityListQuery { owner: owner.to_vec(), kind, ..EntityListQuery::default() }.href()
    };
    let cell = |count: u32, owner: &[String], kind: Option<&str>, of: String| {
        let number = words::grouped(count);
        let body = if count == 0 {
            view! { <span class="muted">{number}</span> }.into_any()
        } else {
            let label = format!("{number} {of}");
            view! { <a href=to_list(owner, kind) aria-label=label>{number}</a> }.into_any()
        };
        view! { <td>{body}</td> }
    };
    let row = |name: String, kind: Option<&str>, of_itself: u32, of_all: u32| {
        let (direct, all) = (format!("{name}, directly"), format!("{name}, {}", together.to_lowercase()));
        view! {
            <tr>
                <th scope="row">{name}</th>
                {cell(of_itself, &own, kind, direct)}
                {several.then(|| cell(of_all, &owners, kind, all))}
            </tr>
        }
    };
    let rows = kinds
        .iter()
        .map(|OwnedKind { kind, direct, total }| row(words::kinds(kind), Some(kind), *direct, *total))
        .collect_view();
    let all = row("All".to_owned(), None, direct.total(), total);
    let note = (owners_left_off > 0).then(|| {
        let groups = words::count(owners_left_off, "group that is", "groups that are");
        view! { <p class="muted small">{format!("Without {groups} further away.")}</p> }
    });
    let item = |link: &EntityLink| {
        view! { <li>{entity_link(link)}<span class="muted small">{link.kind.clone()}</span></li> }
    };
    let names = (direct.total() > 0).then(|| {
        let more = (direct.left_off > 0).then(|| {
            let text = format!("and {} more", words::grouped(direct.left_off));
            view! { <p class="card__foot"><a href=to_list(&own, None)>{text}</a></p> }
        });
        view! {
            <h3>"Owned directly"</h3>
            <ul class="rows">{direct.shown.iter().map(item).collect_view()}</ul>
            {more}
        }
    });
    view! {
        <Card id="owns" title="Owns">
            <table class="owned">
                <thead>
                    <tr>
                        <th scope="col">"Kind"</th>
                        <th scope="col">"Directly"</th>
                        {several.then(|| view! { <th scope="col">{together}</th> })}
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
                <tfoot>{all}</tfoot>
            </table>
            {note}
            {names}
        </Card>
    }
    .into_any()
}

/// Says that there are more.
fn left_off(count: u32) -> Option<impl IntoView> {
    (count > 0).then(|| view! { <p class="muted small">{format!("and {} more", words::grouped(count))}</p> })
}
