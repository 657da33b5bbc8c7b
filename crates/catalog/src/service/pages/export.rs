//! The catalog table as a file: every entity that its filters select, in its order.

use model::{EntityListQuery, EntitySummary};
use platform::access::Caller;
use platform::error::Error;
use serde::Serialize;

use super::selection::selected;
use super::summary::summary;
use crate::service::Catalog;
use crate::view::EntityId;

/// What a file is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ExportFormat {
    /// Lines of text as in RFC 4180, with a heading.
    Csv,
    /// A list of objects.
    Json,
}

/// A line of the table. Descriptions are as long as in the table.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Row<'a> {
    entity_ref: &'a str,
    kind: &'a str,
    namespace: &'a str,
    name: &'a str,
    title: &'a str,
    description: &'a str,
    r#type: &'a str,
    lifecycle: &'a str,
    owner: &'a str,
    system: &'a str,
    tags: &'a [String],
    problems: u32,
}

/// The headings of the columns, which are the names of the fields.
const HEADINGS: [&str; 12] = [
    "entityRef",
    "kind",
    "namespace",
    "name",
    "title",
    "description",
    "type",
    "lifecycle",
    "owner",
    "system",
    "tags",
    "problems",
];

impl Catalog {
    /// The entities on all pages of the catalog table, in its order. Hand them to [`Catalog::write_rows`], some at a time.
    ///
    /// # Errors
    /// The caller may not read entities, or the query is about a past moment.
    pub(crate) fn listed(&self, caller: &Caller, query: &EntityListQuery) -> Result<Vec<EntityId>, Error> {
        let reader = self.reader(caller)?;
        if !query.at.trim().is_empty() {
            return Err(Error::input("Files are of now: leave out the parameter at"));
        }
        Ok(reader.view(|view| selected(view, query)))
    }

    /// Appends lines of the table. Entities that are gone by now are left out.
    ///
    /// # Errors
    /// The caller may not read entities.
    pub(crate) fn write_rows(
        &self,
        caller: &Caller,
        ids: &[EntityId],
        format: ExportFormat,
        out: &mut Vec<u8>,
    ) -> Result<(), Error> {
        let reader = self.reader(caller)?;
        let problems = reader.problems();
        let rows: Vec<EntitySummary> =
            reader.view(|view| ids.iter().filter_map(|id| summary(view, *id, &problems.by_entity)).collect());
        match format {
            ExportFormat::Csv => write_csv(&rows, out),
            ExportFormat::Json => write_json(&rows, out),
        }
    }
}

impl ExportFormat {
    /// What stands before the first line.
    pub(crate) fn opening(self) -> Vec<u8> {
        match self {
            Self::Csv => (HEADINGS.join(",") + "\r\n").into_bytes(),
            Self::Json => b"[".to_vec(),
        }
    }

    /// What stands behind the last line.
    pub(crate) fn closing(self) -> &'static [u8] {
        match self {
            Self::Csv => b"",
            Self::Json => b"\n]\n",
        }
    }
}

impl<'a> From<&'a EntitySummary> for Row<'a> {
    fn from(entity: &'a EntitySummary) -> Self {
        fn text(text: &Option<String>) -> &str {
            text.as_deref().unwrap_or_default()
        }
        fn reference(link: &Option<model::EntityLink>) -> &str {
            link.as_ref().map_or("", |link| &link.entity_ref)
        }
        let link = &entity.link;
        Self {
            entity_ref: &link.entity_ref,
            kind: &link.kind,
            namespace: &link.namespace,
            name: &link.name,
            title: &link.title,
            description: text(&entity.description),
            r#type: text(&entity.spec_type),
            lifecycle: text(&entity.lifecycle),
            owner: reference(&entity.owner),
            system: reference(&entity.system),
            tags: &entity.tags,
            problems: entity.problem_count,
        }
    }
}

fn write_csv(rows: &[EntitySummary], out: &mut Vec<u8>) -> Result<(), Error> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(out);
    for row in rows.iter().map(Row::from) {
        let (tags, problems) = (row.tags.join(" "), row.problems.to_string());
        let cells = [
            row.entity_ref,
            row.kind,
            row.namespace,
            row.name,
            row.title,
            row.description,
            row.r#type,
            row.lifecycle,
            row.owner,
            row.system,
            &tags,
            &problems,
        ];
        writer.write_record(cells.map(harmless)).map_err(Error::internal)?;
    }
    writer.flush().map_err(Error::internal)
}

/// A cell that no spreadsheet takes for a formula, as OWASP recommends: whoever writes a descriptor must not run anything
/// on the machine of whoever opens the file.
fn harmless(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell.to_owned() }
}

/// Each object begins with the separator from what stands before it, the first one of the file excepted.
fn write_json(rows: &[EntitySummary], out: &mut Vec<u8>) -> Result<(), Error> {
    for row in rows.iter().map(Row::from) {
        out.extend_from_slice(if out.ends_with(b"[") { b"\n" } else { b",\n" });
        serde_json::to_writer(&mut *out, &row).map_err(Error::internal)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entity(name: &str, description: &str) -> EntitySummary {
        EntitySummary {
            link: model::EntityLink {
                entity_ref: format!("component:default/{name}"),
                name: name.to_owned(),
                ..model::EntityLink::default()
            },
            description: Some(description.to_owned()),
            tags: vec!["go".to_owned(), "pci".to_owned()],
            ..EntitySummary::default()
        }
    }

    #[test]
    fn cells_are_quoted_and_never_formulas() {
        let mut out = ExportFormat::Csv.opening();
        let rows = [entity("a", "one, \"two\"\nthree"), entity("b", "=HYPERLINK(\"https://evil.example\")")];
        write_csv(&rows, &mut out).unwrap();
        insta::assert_snapshot!(String::from_utf8(out).unwrap().replace("\r\n", "\n"), @r#"
        entityRef,kind,namespace,name,title,description,type,lifecycle,owner,system,tags,problems
        component:default/a,,,a,,"one, ""two""
        three",,,,,go pci,0
        component:default/b,,,b,,"'=HYPERLINK(""https://evil.example"")",,,,,go pci,0
        "#);
    }

    #[test]
    fn parts_of_json_make_one_list() {
        let mut out = ExportFormat::Json.opening();
        write_json(&[entity("a", "one"), entity("b", "two")], &mut out).unwrap();
        let mut next = Vec::new();
        write_json(&[entity("c", "three")], &mut next).unwrap();
        out.extend(next);
        out.extend_from_slice(ExportFormat::Json.closing());
        let list: Vec<serde_json::Value> = serde_json::from_slice(&out).unwrap();
        let names: Vec<_> = list.iter().map(|row| row["name"].as_str().unwrap()).collect();
        assert_eq!(names, ["a", "b", "c"]);
        assert_eq!(list[0]["tags"], serde_json::json!(["go", "pci"]));
    }
}
