//! Two versions of an entity, line by line.

use leptos::prelude::*;
use model::{
    ChangeKind, Comparison, ComparisonQuery, DiffLine, DiffPart, EntityLink, LineChange, VersionSummary,
};

use super::entity_head::{EntityTab, above, tabs};
use crate::catalog::words;
use crate::clock;
use crate::ui::{Breadcrumbs, Card, KindBadge, Moment, Select};

/// What differs between two versions, drawn.
#[component]
pub fn ComparisonView(
    /// What the service answered.
    comparison: Comparison,
) -> impl IntoView {
    let link = comparison.link.clone();
    let choice = choice(&comparison);
    let mut above = above(&link);
    above.push(if link.exists {
        (link.title.clone(), link.href())
    } else {
        (format!("{} is not in the catalog", link.entity_ref), String::new())
    });
    let head = view! {
        <Breadcrumbs above here="History"/>
        <header class="entity-head">
            <KindBadge kind=link.kind.clone()/>
            <h1>{format!("History of {}", link.title)}</h1>
            <p class="entity-head__ref"><code>{link.entity_ref.clone()}</code></p>
        </header>
        {link.exists.then(|| tabs(&link, EntityTab::History))}
    };
    view! {
        {head}
        {choice}
        {changes(comparison)}
    }
    .into_any()
}

/// The form that chooses two versions.
fn choice(comparison: &Comparison) -> impl IntoView + use<> {
    let Comparison { link, from, to, versions, has_older, .. } = comparison;
    let options = |first: Option<(String, String)>| {
        let option = |version: &VersionSummary| {
            let words = format!(
                "Version {}, {}, {}",
                version.seq,
                clock::moment(&version.at),
                words::change(version.change).to_lowercase()
            );
            (version.seq.to_string(), words)
        };
        first.into_iter().chain(versions.iter().map(option)).collect::<Vec<_>>()
    };
    let before = Some((String::new(), "The version before".to_owned()));
    let from = from.as_ref().map_or_else(String::new, |from| from.seq.to_string());
    let older = has_older.then(|| view! { <p class="muted small">"Older versions are not listed."</p> });
    view! {
        <form class="compare" method="get" action=link.history_href(ComparisonQuery::default())>
            <Select id="from" name="from" label="From" options=options(before) chosen=from/>
            <Select id="to" name="to" label="To" options=options(None) chosen=to.seq.to_string()/>
            <button type="submit" class="button">"Compare"</button>
            {older}
        </form>
    }
}

/// What changed, in a sentence and in lines.
fn changes(comparison: Comparison) -> impl IntoView {
    let Comparison { link, from, to, added, removed, parts, lines_left_off, bytes_left_off, .. } = comparison;
    let what = match (&from, to.change) {
        (Some(from), _) if from.seq == to.seq => "This is one and the same version.".to_owned(),
        (_, ChangeKind::Removed) => "The entity was removed.".to_owned(),
        (None, _) => "The entity was not known before.".to_owned(),
        (Some(_), _) if added == 0 && removed == 0 => "Both versions say the same.".to_owned(),
        _ => String::new(),
    };
    let counts = (added > 0 || removed > 0).then(|| {
        let lines = |count| words::count(count, "line", "lines");
        view! {
            <span class="diff__count tone-good">{format!("+ {} added", lines(added))}</span>
            <span class="diff__count tone-danger">{format!("− {} removed", lines(removed))}</span>
        }
    });
    let version = |version: &VersionSummary| {
        let name = format!("version {}", version.seq);
        let then = (version.change != ChangeKind::Removed).then(|| {
            let then = EntityLink { at: version.seq.to_string(), ..link.clone() }.href();
            let label = format!("The entity as of version {}", version.seq);
            view! { " ("<a href=then aria-label=label>"as of then"</a>")" }
        });
        view! { <span>{name}" of "<Moment at=version.at.clone()/>{then}</span> }
    };
    let between = match &from {
        Some(from) => view! { <p class="muted">"From "{version(from)}" to "{version(&to)}"."</p> }.into_any(),
        None => view! { <p class="muted">"First known as "{version(&to)}"."</p> }.into_any(),
    };
    let lines_left_off = (lines_left_off > 0).then(|| {
        let lines = words::count(lines_left_off, "more line is", "more lines are");
        view! { <p class="card__foot">{format!("{lines} left off.")}</p> }
    });
    let bytes_left_off = (bytes_left_off > 0).then(|| {
        let size = words::size(bytes_left_off);
        view! { <p class="card__foot">{format!("Only the beginning was compared: {size} are left off.")}</p> }
    });
    view! {
        <Card id="changes" title="Changes">
            {between}
            <p class="diff__counts" role="status">{(!what.is_empty()).then_some(what)}{counts}</p>
            {diff_parts(parts)}
            {lines_left_off}
            {bytes_left_off}
        </Card>
    }
}

/// What became of the lines of a text.
pub(crate) fn diff_parts(parts: Vec<DiffPart>) -> AnyView {
    view! { <div class="diff">{parts.into_iter().map(part).collect_view()}</div> }.into_any()
}

/// Some lines in a row.
fn part(part: DiffPart) -> AnyView {
    let total = u32::try_from(part.lines.len()).unwrap_or(u32::MAX).saturating_add(part.left_off);
    let more = (part.left_off > 0).then(|| {
        let text = format!("and {} more", words::grouped(part.left_off));
        view! { <li class="diff__line muted">{text}</li> }
    });
    let lines = view! { <ul>{part.lines.into_iter().map(line).collect_view()}{more}</ul> };
    if part.folded {
        let summary = words::count(total, "unchanged line", "unchanged lines");
        view! { <details><summary>{summary}</summary>{lines}</details> }.into_any()
    } else {
        lines.into_any()
    }
}

/// One line, with a sign for the eye and a word for the ear.
fn line(line: DiffLine) -> impl IntoView {
    let (class, sign, word) = match line.change {
        LineChange::Same => ("diff__line", "", None),
        LineChange::Added => ("diff__line diff__line--added", "+", Some("added: ")),
        LineChange::Removed => ("diff__line diff__line--removed", "−", Some("removed: ")),
    };
    view! {
        <li class=class>
            <span class="diff__number" aria-hidden="true">{line.number}</span>
            <span class="diff__sign" aria-hidden="true">{sign}</span>
            {word.map(|word| view! { <span class="visually-hidden">{word}</span> })}
            <code>{line.text}</code>
        </li>
    }
}
