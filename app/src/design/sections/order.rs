//! What gives a page its order.

use leptos::prelude::*;

use super::super::Section;
use super::{section, states};
use crate::ui::{
    Badge, Breadcrumbs, Card, CodeBlock, CopyButton, KindBadge, OffendingLine, Pagination, Progress,
    SeverityBadge, SortableHeader, Sorting, Tab, Tabs, Tag, Timeline, TimelineStep, Tone, Tree, TreeItem,
};

pub(super) fn all() -> Vec<Section> {
    vec![
        section(
            "breadcrumbs",
            "Breadcrumbs",
            "The way back up, on every page below the first level.",
            view! {
                <Breadcrumbs
                    above=vec![("Catalog".to_owned(), "/catalog".to_owned()), ("Components".to_owned(), "/catalog?kind=Component".to_owned())]
                    here="Payments"
                />
            },
        ),
        section("tabs", "Tabs", "Each tab is a page with an address, so it can be sent to somebody.", tabs()),
        section("badge", "Badge", "Facts in a word. The word says it; colour and sign repeat it.", badges()),
        section("card", "Card", "A part of a page with its title.", card()),
        section(
            "table",
            "Table",
            "Sorting is a link, so a sorted table has an address. Rows answer to the pointer.",
            table(),
        ),
        section("tree", "Tree", "Things that hold things. Arrow keys walk and fold it.", tree()),
        section(
            "timeline",
            "Timeline",
            "Steps in their order; the marked one is where things stand.",
            timeline(),
        ),
        section("progress", "Progress", "With numbers where they are known.", progress()),
        section(
            "code",
            "Code",
            "Text of files, in a place that scrolls by itself and can be reached by keyboard.",
            code(),
        ),
    ]
}

fn tabs() -> impl IntoView {
    let tab = |title: &str, count, current| Tab {
        href: "#tabs".to_owned(),
        title: title.to_owned(),
        count,
        current,
    };
    let tabs =
        vec![tab("Overview", None, true), tab("Dependencies", Some(12), false), tab("History", None, false)];
    view! { <Tabs label="Sample of tabs" tabs/> }
}

fn badges() -> AnyView {
    let tag = |text: &str| view! { <Tag text=text.to_owned() href="#badge".to_owned()/> }.into_any();
    states(vec![
        ("Neutral", view! { <Badge text="experimental"/> }.into_any()),
        ("Good", view! { <Badge text="production" tone=Tone::Good/> }.into_any()),
        ("Warning", view! { <Badge text="deprecated" tone=Tone::Warning/> }.into_any()),
        ("Danger", view! { <Badge text="failed" tone=Tone::Danger/> }.into_any()),
        ("Severity", view! { <SeverityBadge severity=model::Severity::Error/> }.into_any()),
        ("Severity", view! { <SeverityBadge severity=model::Severity::Warning/> }.into_any()),
        ("Kind", view! { <KindBadge kind="Component"/> }.into_any()),
        ("Tag", tag("payments")),
    ])
}

fn card() -> impl IntoView {
    let aside = view! { <a href="#card">"All 7"</a> }.into_any();
    view! {
        <Card id="sample-card" title="Recently changed" aside>
            <ul class="rows">
                <li><a href="#card">"Payments"</a><span class="muted small">"2 hours ago"</span></li>
                <li><a href="#card">"Tickets"</a><span class="muted small">"yesterday"</span></li>
            </ul>
        </Card>
    }
}

fn table() -> impl IntoView {
    let header = |title: &'static str, sorting| {
        view! { <SortableHeader title sorting href="#table".to_owned()/> }
    };
    let row = |(name, owner, tone, state): (&'static str, &'static str, Tone, &'static str)| {
        view! { <tr><th scope="row"><a href="#table">{name}</a></th><td>{owner}</td><td><Badge text=state tone/></td></tr> }
    };
    let rows = [
        ("Payments", "Money", Tone::Good, "production"),
        ("Tickets", "Sales", Tone::Neutral, "experimental"),
        ("Timetable", "Operations", Tone::Warning, "deprecated"),
    ];
    view! {
        <div class="table-scroll" tabindex="0" role="region" aria-label="Table that scrolls by itself">
            <table class="table" aria-label="Sample of a table">
                <thead>
                    <tr>
                        {header("Name", Sorting::Ascending)}
                        {header("Owner", Sorting::None)}
                        <th scope="col">"Lifecycle"</th>
                    </tr>
                </thead>
                <tbody>{rows.map(row).collect_view()}</tbody>
            </table>
        </div>
        <Pagination page=3 page_count=9 href=|page| format!("?page={page}#table")/>
    }
}

fn tree() -> impl IntoView {
    let item = |title: &str, below: Vec<TreeItem>| TreeItem {
        title: title.to_owned(),
        href: Some("#tree".to_owned()),
        current: false,
        below,
    };
    let here = TreeItem {
        title: "Payments".to_owned(),
        href: None,
        current: true,
        below: vec![item("Refunds", Vec::new())],
    };
    let items = vec![
        item(
            "Railway",
            vec![item("Money", vec![here, item("Tariffs", Vec::new())]), item("Operations", Vec::new())],
        ),
        item("Partners", Vec::new()),
    ];
    view! { <Tree label="Sample of a tree" items/> }
}

fn timeline() -> impl IntoView {
    let step = |what: &'static str, when: &'static str, current| {
        view! { <TimelineStep current><span>{what}</span><span class="muted small">{when}</span></TimelineStep> }
    };
    view! {
        <Timeline>
            {step("Registered", "3 Nov 2026, 09:12 UTC", false)}
            {step("Owner changed", "17 Nov 2026, 14:40 UTC", false)}
            {step("Tag added", "24 Nov 2026, 08:05 UTC", true)}
        </Timeline>
    }
}

fn progress() -> AnyView {
    let bar = |id: &'static str, label: &'static str, done: Option<u32>| {
        view! { <Progress id label done=Signal::stored(done) total=Signal::stored(48)/> }.into_any()
    };
    states(vec![
        ("Under way", bar("progress-some", "Reading files", Some(31))),
        ("Done", bar("progress-all", "Files read", Some(48))),
        ("Not known how much", bar("progress-unknown", "Looking for files", None)),
    ])
}

fn code() -> impl IntoView {
    let text = "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: payments\n";
    view! {
        <CodeBlock text=text.to_owned() label="Sample of a file" id="sample-text"/>
        <p><CopyButton of="sample-text" label="Copy"/></p>
        <OffendingLine line=2 column=7 text="kind: Componet".to_owned()/>
    }
}
