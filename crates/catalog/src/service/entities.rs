//! What the REST API asks of the view. Answers are bytes, because documents are kept as ready JSON.

use std::sync::Arc;

use bytes::Bytes;
use model::{EntityRef, Fields, Filter};
use platform::access::{Caller, Permission};
use platform::error::Error;
use roaring::RoaringBitmap;
use serde_json::{Map, Value, json};

use super::ancestry::Step;
use super::answers::{FacetsOf, PageOf};
use super::{AsOf, Catalog};
use crate::view::{EntityId, Order, Page, Start, View};

/// Bytes that the relations of most entities fit in.
const ROOM_FOR_RELATIONS: usize = 768;

/// Which entities, and at which moment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Selection {
    /// Entities that satisfy this; nothing means all.
    pub filter: Option<Filter>,
    /// And that contain this text.
    pub full_text: Option<FullText>,
    /// A past moment; nothing means now.
    pub as_of: Option<AsOf>,
}

/// A text to find in some fields.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FullText {
    /// Part of the value, in any case.
    pub term: String,
    /// Lower-case dotted paths.
    pub fields: Vec<String>,
}

/// Which part of the selected entities.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Paging {
    /// How they are sorted; nothing means by reference.
    pub order: Option<Order>,
    /// Where the page starts.
    pub start: Start,
    /// How many entities it holds at most.
    pub limit: usize,
}

impl Selection {
    /// The selected entities of a view.
    pub(super) fn of(&self, view: &View) -> RoaringBitmap {
        let within = match &self.filter {
            Some(filter) => view.evaluate(filter),
            None => view.all().clone(),
        };
        match &self.full_text {
            Some(text) => view.full_text(&text.term, &text.fields, &within),
            None => within,
        }
    }
}

impl Catalog {
    /// Writes one page of the selected entities as a JSON array. With an order, entities without that field are on no
    /// page.
    ///
    /// # Errors
    /// The caller may not read entities.
    pub async fn query_entities(
        &self,
        caller: &Caller,
        selection: &Selection,
        paging: &Paging,
        fields: Option<&Fields>,
        out: &mut Vec<u8>,
    ) -> Result<Arc<Page>, Error> {
        self.read(caller, selection.as_of, |view| {
            let find = || view.page(&selection.of(view), paging.order.as_ref(), &paging.start, paging.limit);
            let page = match selection.as_of {
                // Ids of a past view are its own.
                Some(_) => Arc::new(find()),
                None => {
                    let (selection, paging) = (selection.clone(), paging.clone());
                    self.inner.answers.page(PageOf { seq: view.seq(), selection, paging }, |_| find())
                }
            };
            out.push(b'[');
            write_items(view, &page.ids, fields, out);
            out.push(b']');
            page
        })
        .await
    }

    /// The ids of all selected entities in order; those without a field of the order come last.
    ///
    /// # Errors
    /// The caller may not read entities.
    pub async fn entity_ids(
        &self,
        caller: &Caller,
        selection: &Selection,
        orders: &[Order],
    ) -> Result<Vec<EntityId>, Error> {
        self.read(caller, selection.as_of, |view| view.sorted(&selection.of(view), orders)).await
    }

    /// Writes entities as JSON, separated by commas. Those deleted since are left out.
    ///
    /// # Errors
    /// The caller may not read entities.
    pub async fn write_entities(
        &self,
        caller: &Caller,
        as_of: Option<AsOf>,
        ids: &[EntityId],
        fields: Option<&Fields>,
        out: &mut Vec<u8>,
    ) -> Result<(), Error> {
        self.read(caller, as_of, |view| write_items(view, ids, fields, out)).await
    }

    /// One entity by reference, as JSON.
    ///
    /// # Errors
    /// The caller may not read entities, or there is no such entity.
    pub async fn entity_by_ref(
        &self,
        caller: &Caller,
        entity_ref: &EntityRef,
        as_of: Option<AsOf>,
    ) -> Result<Vec<u8>, Error> {
        self.read(caller, as_of, |view| {
            let id = view.id(entity_ref).ok_or_else(|| no_entity(entity_ref))?;
            Ok(entity_bytes(view, id))
        })
        .await?
    }

    /// One entity by uid, as JSON.
    ///
    /// # Errors
    /// The caller may not read entities, or there is no such entity.
    pub async fn entity_by_uid(&self, caller: &Caller, uid: &str) -> Result<Vec<u8>, Error> {
        self.read(caller, None, |view| {
            let id =
                view.id_by_uid(uid).ok_or_else(|| Error::not_found(format!("No entity with uid {uid}")))?;
            Ok(entity_bytes(view, id))
        })
        .await?
    }

    /// Many entities by reference, as `{"items":[…]}` in the order asked for, with null for those that do not exist
    /// or do not satisfy the filter.
    ///
    /// # Errors
    /// The caller may not read entities.
    pub async fn entities_by_refs(
        &self,
        caller: &Caller,
        refs: &[String],
        filter: Option<&Filter>,
        fields: Option<&Fields>,
        as_of: Option<AsOf>,
    ) -> Result<Vec<u8>, Error> {
        self.read(caller, as_of, |view| {
            let within = filter.map(|filter| view.evaluate(filter));
            let find = |text: &String| {
                // Most references are canonical already.
                let id = view.id_of(text).or_else(|| view.id(&EntityRef::parse(text).ok()?))?;
                within.as_ref().is_none_or(|within| within.contains(id)).then_some(id)
            };
            let ids: Vec<Option<EntityId>> = refs.iter().map(find).collect();
            let room = |id: &EntityId| view.document(*id).len() + ROOM_FOR_RELATIONS;
            let mut bytes =
                Vec::with_capacity(ids.iter().flatten().map(room).sum::<usize>() + refs.len() * 5);
            bytes.extend_from_slice(b"{\"items\":[");
            for (index, id) in ids.into_iter().enumerate() {
                if index > 0 {
                    bytes.push(b',');
                }
                match id {
                    Some(id) => write_items(view, &[id], fields, &mut bytes),
                    None => bytes.extend_from_slice(b"null"),
                }
            }
            bytes.extend_from_slice(b"]}");
            bytes
        })
        .await
    }

    /// Values and counts of each field over the entities that satisfy the filter, as
    /// `{"facets": {"<field>": [{"value", "count"}]}}`.
    ///
    /// # Errors
    /// The caller may not read entities.
    pub async fn facets(
        &self,
        caller: &Caller,
        filter: Option<Filter>,
        as_of: Option<AsOf>,
        facets: Vec<String>,
    ) -> Result<Bytes, Error> {
        self.read(caller, as_of, |view| {
            let question = FacetsOf { seq: view.seq(), filter, facets };
            self.inner.answers.facets(question, |question| facets_json(view, question))
        })
        .await
    }

    /// The Location entities that led to an entity, up to the registered one, as
    /// `{"rootEntityRef", "items": [{"entity", "parentEntityRefs"}]}`.
    ///
    /// # Errors
    /// The caller may not read entities, or there is no such entity.
    pub async fn ancestry(&self, caller: &Caller, entity_ref: &EntityRef) -> Result<Vec<u8>, Error> {
        let reader = self.reader(caller)?;
        let mut items = Vec::new();
        for Step { entity_ref, parent, .. } in reader.ancestry(entity_ref).await? {
            let document = reader.view(|view| view.id_of(&entity_ref).map(|id| entity_bytes(view, id)));
            // What is gone since ends the chain.
            let Some(document) = document else { break };
            let entity: Value = serde_json::from_slice(&document).map_err(Error::internal)?;
            items.push(json!({"entity": entity, "parentEntityRefs": Vec::from_iter(parent)}));
        }
        let body = json!({"rootEntityRef": entity_ref.to_string(), "items": items});
        serde_json::to_vec(&body).map_err(Error::internal)
    }

    /// What is wrong with an entity that is not in the catalog; nothing when it is valid.
    ///
    /// # Errors
    /// The caller may not validate, or the location is not a location reference.
    pub fn validate(
        &self,
        caller: &Caller,
        entity: &Value,
        location: &str,
    ) -> Result<Vec<model::Violation>, Error> {
        self.inner.policy.check(caller, Permission::CatalogEntityValidate)?;
        let location = location
            .parse::<model::LocationRef>()
            .map_err(|error| Error::input(format!("location is not valid: {error}")))?;
        if location.kind != "url" {
            return Err(Error::input(
                "location must be of type url, such as url:https://example.com/catalog-info.yaml",
            ));
        }
        Ok(model::validate(entity))
    }
}

pub(super) fn no_entity(entity_ref: &EntityRef) -> Error {
    Error::not_found(format!(
        "No entity named '{}' found, with kind '{}' in namespace '{}'",
        entity_ref.name(),
        entity_ref.kind(),
        entity_ref.namespace()
    ))
}

fn facets_json(view: &View, FacetsOf { filter, facets, .. }: &FacetsOf) -> Bytes {
    let within = filter.as_ref().map_or_else(|| view.all().clone(), |filter| view.evaluate(filter));
    let counts = |facet: &String| {
        let values = view.facets(&within, &facet.to_lowercase());
        let values = values.into_iter().map(|(value, count)| json!({"value": value, "count": count}));
        (facet.clone(), Value::Array(values.collect()))
    };
    let facets: Map<String, Value> = facets.iter().map(counts).collect();
    json!({"facets": facets}).to_string().into()
}

fn entity_bytes(view: &View, id: EntityId) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(view.document(id).len() + ROOM_FOR_RELATIONS);
    view.write_entity(id, &mut bytes);
    bytes
}

/// Writes the entities that still exist, separated by commas.
fn write_items(view: &View, ids: &[EntityId], fields: Option<&Fields>, out: &mut Vec<u8>) {
    let mut buffer = Vec::new();
    let mut first = true;
    if fields.is_none() {
        // Once instead of by doubling: relations take about as much again as a small document.
        out.reserve(ids.iter().map(|id| view.document(*id).len() + ROOM_FOR_RELATIONS).sum());
    }
    for id in ids.iter().copied().filter(|id| view.all().contains(*id)) {
        if !first {
            out.push(b',');
        }
        first = false;
        let Some(fields) = fields else {
            view.write_entity(id, out);
            continue;
        };
        buffer.clear();
        view.write_entity(id, &mut buffer);
        // Documents in the view were parsed when they were taken in, so this cannot fail.
        let entity: Value = serde_json::from_slice(&buffer).unwrap_or_default();
        let selected = serde_json::to_vec(&fields.select(&entity)).unwrap_or_default();
        out.extend_from_slice(&selected);
    }
}
