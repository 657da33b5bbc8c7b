//! What an API offers: its operations with what goes in and what comes out, or its definition as text.

use leptos::prelude::*;
use model::{ApiDefinition, ApiField, ApiGroup, ApiOperation, ApiPart};

use crate::catalog::words;
use crate::ui::{Badge, Card, Icon, SourceText, Tone};

/// The definition, drawn.
pub(crate) fn api(definition: ApiDefinition) -> impl IntoView {
    let ApiDefinition { format, version, servers, groups, left_off, problem, text, text_left_off } =
        definition;
    let language = match format.as_str() {
        "GraphQL" => "graphql",
        "Protocol Buffers" => "proto",
        // One that could not be taken apart.
        "OpenAPI" | "AsyncAPI" if text.trim_start().starts_with('{') => "json",
        "OpenAPI" | "AsyncAPI" => "yaml",
        _ => "",
    };
    let what = match version {
        Some(version) => format!("{format}, version {version}"),
        None => format,
    };
    let aside = view! { <span class="muted small">{what}</span> }.into_any();
    let servers = (!servers.is_empty()).then(|| {
        let server = |server: String| view! { <li><code>{server}</code></li> };
        view! { <ul class="api__servers" aria-label="Servers">{servers.into_iter().map(server).collect_view()}</ul> }
    });
    let problem = problem.map(|problem| {
        view! { <p class="notice tone-warning"><Icon name="warning"/><span>{problem}</span></p> }
    });
    let empty = (groups.is_empty() && text.is_empty())
        .then(|| view! { <p class="muted">"The definition lists no operations."</p> });
    let more = (left_off > 0).then(|| {
        let operations = words::count(left_off, "more operation is", "more operations are");
        view! { <p class="card__foot">{format!("{operations} left off.")}</p> }
    });
    let text = (!text.is_empty()).then(|| {
        let note = (text_left_off > 0).then(|| {
            let size = words::size(text_left_off);
            view! { <p class="card__note">{format!("This is only the beginning of it: {size} are left off.")}</p> }
        });
        view! {
            {note}
            <SourceText text language label="The definition of the API"/>
        }
    });
    view! {
        <Card id="api" title="API" aside>
            {servers}
            {problem}
            {empty}
            {groups.into_iter().map(group).collect_view()}
            {more}
            {text}
        </Card>
    }
}

/// The operations of one tag.
fn group(group: ApiGroup) -> impl IntoView {
    let name = (!group.name.is_empty()).then(|| view! { <h3>{group.name}</h3> });
    view! {
        {name}
        <ul class="operations">{group.operations.into_iter().map(operation).collect_view()}</ul>
    }
}

/// One operation; what belongs to it is folded away.
fn operation(operation: ApiOperation) -> impl IntoView {
    let ApiOperation { method, path, summary, deprecated, parts } = operation;
    let name = view! {
        <span class="operation__method">{method}</span>
        " "
        <code class="operation__path">{path}</code>
        " "
        {deprecated.then(|| view! { <Badge text="Deprecated" tone=Tone::Warning/> })}
        {summary.map(|summary| view! { <span class="operation__text">{summary}</span> })}
    };
    if parts.is_empty() {
        view! { <li class="operation"><p class="operation__name">{name}</p></li> }.into_any()
    } else {
        view! {
            <li class="operation">
                <details>
                    <summary class="operation__name">{name}</summary>
                    {parts.into_iter().map(part).collect_view()}
                </details>
            </li>
        }
        .into_any()
    }
}

/// What goes in, or what comes out.
fn part(part: ApiPart) -> impl IntoView {
    let ApiPart { title, note, shape, fields, is_cut } = part;
    let shape = shape.map(|shape| view! { " "<span class="muted">{shape}</span> });
    let note = note.map(|note| view! { <p class="muted small">{note}</p> });
    let more = is_cut.then(|| view! { <p class="muted small">"and more fields"</p> });
    let table = (!fields.is_empty()).then(|| {
        let label = title.clone();
        view! {
            <table class="fields" aria-label=label>
                <thead class="visually-hidden">
                    <tr><th scope="col">"Name"</th><th scope="col">"Type"</th></tr>
                </thead>
                <tbody>{fields.into_iter().map(field).collect_view()}</tbody>
            </table>
        }
    });
    view! {
        <div class="operation__part">
            <p><strong>{title}</strong>{shape}</p>
            {note}
            {table}
            {more}
        </div>
    }
}

/// One field or parameter.
fn field(field: ApiField) -> impl IntoView {
    let ApiField { name, depth, shape, required, place } = field;
    let details = [place.map(|place| format!("in {place}")), required.then(|| "required".to_owned())];
    let details: Vec<String> = details.into_iter().flatten().collect();
    let details = (!details.is_empty()).then(|| {
        view! { " "<span class="muted small">{details.join(", ")}</span> }
    });
    view! {
        <tr>
            <th scope="row" class=format!("fields__depth-{depth}")><code>{name}</code>{details}</th>
            <td>{shape}</td>
        </tr>
    }
}
