//! The page of one entity: what it shows of a document that may take megabytes.

use std::sync::Arc;

use model::annotation::{EDIT_URL, MANAGED_BY_LOCATION, MANAGED_BY_ORIGIN_LOCATION, ORPHAN, VIEW_URL};
use model::{Ancestor, Entity, EntityDetail, EntityRef, Link, Portion, RelationGroup, VersionSummary};
use platform::access::Caller;
use platform::error::Error;
use platform::markdown;

use super::Reader;
use super::api::api;
use super::changes::summarize;
use super::graph::neighbours;
use super::moment::{Then, clock};
use super::people::people;
use super::short::{cut, head};
use super::stamp::Stamp;
use super::summary::{link_to, summary};
use crate::service::Catalog;
use crate::service::ancestry::Step;
use crate::service::entities::no_entity;
use crate::store;
use crate::view::{EntityId, View};

/// Versions shown in the history.
const HISTORY: usize = 20;
/// Versions looked through for when an entity came and went.
const MARKS: u64 = 1_000;
/// Problems shown of the entity, and as many of its file.
const PROBLEMS: usize = 20;
/// Links shown, and as many labels and annotations.
const FACTS: usize = 100;
/// Characters of the description.
const DESCRIPTION: usize = 5_000;
/// Characters of an annotation, or of what a link is called.
const VALUE: usize = 500;
/// Bytes of an address. Browsers follow longer ones, servers do not answer them.
const ADDRESS: usize = 4_000;
/// Bytes of the YAML.
const YAML: usize = 100_000;

impl Catalog {
    /// Everything that the page of an entity shows.
    ///
    /// # Errors
    /// The caller may not read entities, or there is no such entity.
    pub async fn entity(
        &self,
        caller: &Caller,
        entity_ref: &EntityRef,
        at: &str,
    ) -> Result<EntityDetail, Error> {
        let reader = self.reader(caller)?;
        let then = reader.then(at).await?;
        if then.is_past() && then.view(|view| view.id(entity_ref).is_none()) {
            return Err(unknown_then(reader, entity_ref, &then).await?);
        }
        let problems = if then.is_past() { Arc::default() } else { reader.problems() };
        let (document, short) = then.view(|view| {
            let id = view.id(entity_ref).ok_or_else(|| no_entity(entity_ref))?;
            let summary = summary(view, id, &problems.by_entity).ok_or_else(|| no_entity(entity_ref))?;
            let (people, shown_there) = people(view, id, &summary.link.kind).unzip();
            let relations = relations(view, id, shown_there.unwrap_or_default(), usize::MAX);
            let neighbours = neighbours(view, id, at);
            let time = then.time.clone();
            let short =
                EntityDetail { summary, relations, neighbours, people, time, ..EntityDetail::default() };
            Ok::<_, Error>((view.document(id).to_vec(), short))
        })?;
        let entity: Entity = serde_json::from_slice(&document).map_err(Error::internal)?;
        // Large definitions take a while, and readers of other pages shall not wait for them.
        let (entity, api) = if entity.kind().eq_ignore_ascii_case("api") {
            let read = move || {
                let api = api(&entity);
                (entity, api)
            };
            tokio::task::spawn_blocking(read).await.map_err(Error::internal)?
        } else {
            (entity, None)
        };
        let mut detail = EntityDetail {
            api,
            history: history(reader, entity_ref, then.seq.unwrap_or(i64::MAX)).await?,
            // What led to a file is known of now alone.
            ancestry: if then.is_past() { Vec::new() } else { ancestry(reader, entity_ref).await? },
            ..shown(&entity, short)
        };
        (detail.yaml, detail.yaml_left_off) = head(yaml(entity)?, YAML);
        if then.is_past() {
            detail.summary.problem_count = 0;
        }
        if detail.summary.problem_count > 0 {
            detail.problems = reader.problems_of(entity_ref, PROBLEMS).await;
            if let Some(file) = &detail.source_file {
                detail.file_problems = reader.problems_in(file, PROBLEMS).await;
            }
        }
        detail.stamp(at);
        Ok(detail)
    }
}

/// What an entity is related to, by type, without these types; of each type so many.
pub(super) fn relations(view: &View, id: EntityId, without: &[&str], most: usize) -> Vec<RelationGroup> {
    let mut groups: Vec<RelationGroup> = Vec::new();
    let all = view.relations(id).into_iter();
    for (relation_type, target, _) in all.filter(|(relation_type, ..)| !without.contains(relation_type)) {
        if groups.last().is_none_or(|group| group.relation_type != relation_type) {
            groups
                .push(RelationGroup { relation_type: relation_type.to_owned(), ..RelationGroup::default() });
        }
        let Some(group) = groups.last_mut() else { continue };
        if group.targets.len() < most {
            group.targets.push(link_to(view, target));
        } else {
            group.left_off += 1;
        }
    }
    groups
}

/// Adds what the page shows of the document, except for its text.
pub(super) fn shown(entity: &Entity, short: EntityDetail) -> EntityDetail {
    let is_address = |url: &str| url.len() <= ADDRESS;
    let address = |annotation| entity.annotation(annotation).filter(|url| is_address(url)).map(str::to_owned);
    let pair = |(key, value): (&str, &str)| (key.to_owned(), cut(value, VALUE));
    // The page draws no icons and no types of links.
    let link = |Link { url, title, .. }| Link {
        title: title.map(|title| cut(&title, VALUE)),
        url,
        icon: None,
        link_type: None,
    };
    let file = entity.annotation(MANAGED_BY_LOCATION);
    EntityDetail {
        description_html: entity.description().map(|text| markdown::to_html(&cut(text, DESCRIPTION))),
        email: entity
            .spec()
            .and_then(|spec| spec.get("profile")?.get("email")?.as_str())
            .map(|email| cut(email, VALUE)),
        links: Portion::of(entity.links().into_iter().filter(|link| is_address(&link.url)).map(link), FACTS),
        view_url: address(VIEW_URL),
        edit_url: address(EDIT_URL),
        labels: Portion::of(entity.labels().map(pair), FACTS),
        annotations: Portion::of(entity.annotations().map(pair), FACTS),
        source_file: file.and_then(|file| file.strip_prefix("file:")).map(str::to_owned),
        ..short
    }
}

/// Why there is no such entity at a moment: when it came and went.
async fn unknown_then(reader: Reader<'_>, entity_ref: &EntityRef, then: &Then<'_>) -> Result<Error, Error> {
    let marks = store::history_marks(reader.database(), entity_ref.as_str(), MARKS).await?;
    let seq = then.seq.unwrap_or(i64::MAX);
    let (after, until): (Vec<_>, Vec<_>) = marks.iter().partition(|mark| mark.seq > seq);
    let time = |mark: &store::VersionMark| clock(mark.valid_from);
    let gone = until.first().map(|mark| format!(" It was removed on {}.", time(mark)));
    let comes = after.last().map(|mark| match &gone {
        Some(_) => format!(" It came back on {}.", time(mark)),
        None => format!(" The log knows it from {}.", time(mark)),
    });
    let never = (marks.is_empty()).then_some(" The log holds no version of it at all.");
    Ok(Error::not_found(format!(
        "{entity_ref} was not in the catalog at this moment ({}).{}{}{}",
        then.time.words,
        gone.as_deref().unwrap_or_default(),
        comes.as_deref().unwrap_or_default(),
        never.unwrap_or_default(),
    )))
}

/// The newest versions of an entity up to a `seq`, newest first.
async fn history(
    reader: Reader<'_>,
    entity_ref: &EntityRef,
    until: i64,
) -> Result<Vec<VersionSummary>, Error> {
    // One more than is shown, because each is told by its difference from the one before.
    let versions =
        store::history_until(reader.database(), entity_ref.as_str(), until, HISTORY as u64 + 1).await?;
    let older = versions.iter().skip(1).map(Some).chain(std::iter::once(None));
    Ok(versions.iter().zip(older).take(HISTORY).map(|(version, older)| summarize(version, older)).collect())
}

/// The Location entities that led to an entity, the registered one first.
async fn ancestry(reader: Reader<'_>, entity_ref: &EntityRef) -> Result<Vec<Ancestor>, Error> {
    let steps = reader.ancestry(entity_ref).await?;
    Ok(reader.view(|view| {
        let ancestor = |step: Step| Ancestor {
            link: link_to(view, &step.entity_ref),
            registered: step.registered,
            location: step.location.map(|location| cut(&location, VALUE)),
        };
        steps.into_iter().skip(1).rev().map(ancestor).collect()
    }))
}

/// The entity as its authors wrote it, in YAML: without what the catalog added.
pub(super) fn yaml(entity: Entity) -> Result<String, Error> {
    let mut document = entity.into_map();
    for derived in ["relations", "status"] {
        document.shift_remove(derived);
    }
    if let Some(metadata) = document.get_mut("metadata").and_then(serde_json::Value::as_object_mut) {
        metadata.shift_remove("uid");
        metadata.shift_remove("etag");
        if let Some(annotations) = metadata.get_mut("annotations").and_then(serde_json::Value::as_object_mut)
        {
            for added in [MANAGED_BY_LOCATION, MANAGED_BY_ORIGIN_LOCATION, ORPHAN] {
                annotations.shift_remove(added);
            }
            if annotations.is_empty() {
                metadata.shift_remove("annotations");
            }
        }
    }
    serde_saphyr::to_string(&document).map_err(Error::internal)
}
