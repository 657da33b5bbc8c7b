//! Two versions of an entity, line by line.

use leptos::prelude::*;
use model::{
    ChangeKind, Comparison, ComparisonQuery, DiffLine, DiffPart, EntityLink, LineChange, VersionSummary,
};

use super::parts::entity_link;
use crate::catalog::words;
use crate::clock;
use crate::ui::{Card, KindBadge, Moment};

/// What differs between two versions, drawn.
#[component]
pub fn ComparisonView(
    /// What the service answered.
    comparison: Comparison,
) -> impl IntoView {
    let link = comparison.link.clone();
    let choice = choice(&comparison);
    let head = view! {
        <nav class="trail" aria-label="Breadcrumb">
            <ol>
                <li><a href="/catalog">"Catalog"</a></li>
                <li>{entity_link(&link)}</li>
                <li aria-current="page">"History"</li>
            </ol>
        </nav>
        <header class="entity-head">
            <KindBadge kind=link.kind.clone()/>
            <h1>{format!("History of {}", link.title)}</h1>
            <p class="entity-head__ref"><code>{link.entity_ref.clone()}</code></p>
        </header>
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
    let options = |chosen: Option<i64>| {
        let option = |version: &VersionSummary| {
            let text = format!(
                "Version {}, {}, {}",
                version.seq,
                clock::moment(&version.at),
                words::change(version.change).to_lowercase()
            );
            view! { <option value=version.seq selected=chosen == Some(version.seq)>{text}</option> }
        };
        versions.iter().map(option).collect_view()
    };
    let from_options = options(from.as_ref().map(|from| from.seq));
    let to_options = options(Some(to.seq));
    let older = has_older.then(|| view! { <p class="muted small">"Older versions are not listed."</p> });
    view! {
        <form class="compare" method="get" action=link.history_href(ComparisonQuery::default())>
            <p>
                <label for="from">"From"</label>
                <select id="from" name="from">
                    <option value="" selected=from.is_none()>"The version before"</option>
                    {from_options}
                </select>
            </p>
            <p>
                <label for="to">"To"</label>
                <select id="to" name="to">{to_options}</select>
            </p>
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
            <div class="diff">{parts.into_iter().map(part).collect_view()}</div>
            {lines_left_off}
            {bytes_left_off}
        </Card>
    }
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
