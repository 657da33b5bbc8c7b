//! What gives a page its order, and what stands where data is missing.

use app::error::{UiError, UiErrorKind};
use app::ui::{
    Badge, Breadcrumbs, CodeBlock, EmptyState, ErrorState, Progress, Skeleton, Tab, Tabs, Timeline,
    TimelineStep, Tone, Tree, TreeItem,
};
use leptos::prelude::*;

use crate::drawn::draw;

#[test]
fn breadcrumbs_lead_up() {
    insta::assert_snapshot!(draw(|| view! { <Breadcrumbs above=vec![("Catalog".to_owned(), "/catalog".to_owned())] here="A & B"/> }).tree(), @r#"
    <nav aria-label="Breadcrumb" class="breadcrumbs">
    <ol>
    <li>
    <a href="/catalog">
    Catalog
    </a>
    </li>
    <li aria-current="page">
    A &amp; B
    </li>
    </ol>
    </nav>
    "#);
}

#[test]
fn tabs_are_links() {
    let tab = |title: &str, count, current| Tab {
        href: format!("/{title}"),
        title: title.to_owned(),
        count,
        current,
    };
    let tabs = vec![tab("one", None, true), tab("two", Some(2), false)];
    insta::assert_snapshot!(draw(|| view! { <Tabs label="Parts" tabs/> }).tree(), @r#"
    <nav aria-label="Parts" class="tabs">
    <ul>
    <li>
    <a href="/one" aria-current="page" data-noscroll="">
    one
    </a>
    </li>
    <li>
    <a href="/two" data-command="two" data-noscroll="">
    two
    <span class="tabs__count">
    2
    </span>
    </a>
    </li>
    </ul>
    </nav>
    "#);
}

#[test]
fn a_tree_lies_open() {
    let leaf = TreeItem { title: "leaf".to_owned(), href: None, current: true, below: Vec::new() };
    let root = TreeItem {
        title: "root".to_owned(),
        href: Some("/root".to_owned()),
        current: false,
        below: vec![leaf],
    };
    insta::assert_snapshot!(draw(|| view! { <Tree label="Groups" items=vec![root]/> }).tree(), @r#"
    <ul role="tree" aria-label="Groups" class="tree">
    <li role="none">
    <span aria-hidden="true" class="tree__twist">
    <svg aria-hidden="true" focusable="false" class="icon">
    <use href="/icons.svg#down">
    </use>
    </svg>
    </span>
    <a aria-level="1" href="/root" role="treeitem" aria-expanded="true">
    root
    </a>
    <ul role="group">
    <li role="none">
    <span aria-level="2" role="treeitem" tabindex="0" aria-current="true">
    leaf
    </span>
    </li>
    </ul>
    </li>
    </ul>
    "#);
}

#[test]
fn a_timeline_marks_where_things_stand() {
    insta::assert_snapshot!(draw(|| view! { <Timeline><TimelineStep>"Added"</TimelineStep><TimelineStep current=true>"Changed"</TimelineStep></Timeline> }).tree(), @r#"
    <ol class="timeline">
    <li>
    Added
    </li>
    <li aria-current="true">
    Changed
    </li>
    </ol>
    "#);
}

#[test]
fn progress_has_numbers_where_they_are_known() {
    insta::assert_snapshot!(draw(|| view! { <Progress id="p" label="Reading" done=Signal::stored(Some(31)) total=Signal::stored(48)/> }).tree(), @r#"
    <div class="progress">
    <label for="p">
    Reading
    </label>
    <span class="progress__numbers">
    31 of 48
    </span>
    <progress id="p" value="31" max="48">
    </progress>
    </div>
    "#);
    insta::assert_snapshot!(draw(|| view! { <Progress id="p" label="Reading" done=Signal::stored(None) total=Signal::stored(48)/> }).tree(), @r#"
    <div class="progress">
    <label for="p">
    Reading
    </label>
    <span class="progress__numbers">
    </span>
    <progress id="p" max="48">
    </progress>
    </div>
    "#);
}

#[test]
fn a_badge_says_its_state_in_a_word() {
    insta::assert_snapshot!(draw(|| view! { <Badge text="failed" tone=Tone::Danger/> }).tree(), @r#"
    <span class="badge tone-danger">
    failed
    </span>
    "#);
}

#[test]
fn code_can_be_reached_and_is_text() {
    insta::assert_snapshot!(draw(|| view! { <CodeBlock text="<b>: 1".to_owned() label="A file"/> }).tree(), @r#"
    <pre tabindex="0" role="region" aria-label="A file" class="code">
    <code>
    &lt;b&gt;: 1
    </code>
    </pre>
    "#);
}

#[test]
fn a_skeleton_says_that_it_loads() {
    insta::assert_snapshot!(draw(|| view! { <Skeleton/> }).tree(), @r#"
    <div role="status" class="skeleton">
    <span class="visually-hidden">
    Loading
    </span>
    <div>
    </div>
    <div>
    </div>
    <div>
    </div>
    </div>
    "#);
}

#[test]
fn an_empty_place_says_why() {
    insta::assert_snapshot!(draw(|| view! { <EmptyState title="No views yet"><a href="/catalog">"Make one"</a></EmptyState> }).tree(), @r#"
    <div class="empty">
    <svg aria-hidden="true" focusable="false" class="icon">
    <use href="/icons.svg#empty">
    </use>
    </svg>
    <p class="empty__title">
    No views yet
    </p>
    <div class="empty__text">
    <a href="/catalog">
    Make one
    </a>
    </div>
    </div>
    "#);
}

#[test]
fn a_failure_says_what_why_and_what_next() {
    let error = UiError {
        request_id: Some("42".to_owned()),
        ..UiError::new(UiErrorKind::Unavailable, "It restarts.")
    };
    insta::assert_snapshot!(draw(|| view! { <ErrorState error/> }).tree(), @r#"
    <div role="alert" class="failure">
    <svg aria-hidden="true" focusable="false" class="icon">
    <use href="/icons.svg#error">
    </use>
    </svg>
    <h1>
    Not available right now
    </h1>
    <p>
    It restarts.
    </p>
    <p class="muted">
    Wait a moment, then try again.
    </p>
    <p class="actions">
    <a href="" rel="external" class="button">
    Try again
    </a>
    <a href="/catalog" class="button">
    Open the catalog
    </a>
    </p>
    <p class="muted small">
    Request id: 
    <code>
    42
    </code>
    </p>
    </div>
    "#);
}
