//! What Backstage's endpoint answers: documents of the type `software-catalog`, as its collator makes them.

use std::collections::HashMap;

use catalog::view::EntityId;
use model::{EntityRef, Filter, Fragment, SearchQuery};
use platform::access::Caller;
use platform::error::Error;
use platform::markdown;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Narrowing, Search};
use crate::fields;
use crate::fragments;
use crate::query::Typed;

/// Bytes of a description in which a page looks for the words.
const DESCRIPTION: usize = 8 * 1024;

/// One page of documents.
#[derive(Debug, Default)]
pub(crate) struct Results {
    /// The documents with what was found in them, the best first.
    pub(crate) documents: Vec<(Document, Highlight)>,
    /// On all pages.
    pub(crate) total: usize,
}

/// Where the words are in a document.
#[derive(Debug, Default)]
pub(crate) struct Highlight {
    pub(crate) title: Vec<Fragment>,
    pub(crate) text: Vec<Fragment>,
}

/// An entity as a document of the search.
#[derive(Debug, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Document {
    /// Title or name.
    title: String,
    /// The description; of people and groups behind their name.
    text: String,
    /// `spec.type`, or `other`.
    component_type: String,
    /// The same.
    #[serde(rename = "type")]
    document_type: String,
    namespace: String,
    kind: String,
    lifecycle: String,
    owner: String,
    /// The address of the entity's page.
    location: String,
    authorization: Authorization,
}

/// What a permission to see the document is about.
#[derive(Debug, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Authorization {
    /// Reference of the entity.
    resource_ref: String,
}

impl Search {
    /// One page of documents for a text, from `offset`.
    ///
    /// # Errors
    /// The caller may not read entities, or the index is not there yet.
    pub(crate) async fn documents(
        &self,
        caller: &Caller,
        term: &str,
        filter: &Filter,
        offset: usize,
        limit: usize,
    ) -> Result<Results, Error> {
        self.enter_up_to_date(caller).await?;
        let typed = Typed::new(term);
        let found = self.find(caller, &typed, &Narrowing::Filter(filter), offset.saturating_add(limit))?;
        let mut documents = Vec::new();
        self.catalog.read_documents(caller, &found.ids(offset, limit), |_, document| {
            let document =
                document.and_then(|bytes| serde_json::from_slice::<fields::Document<'_>>(bytes).ok());
            documents.extend(document.map(|document| Document::of(&document)));
        })?;
        let documents = documents.into_iter().map(|document| {
            let highlight = Highlight {
                title: fragments::whole(&document.title, &typed),
                text: fragments::whole(&document.text, &typed),
            };
            (document, highlight)
        });
        Ok(Results { documents: documents.collect(), total: found.hits.len() })
    }

    /// The descriptions of entities without the marks of Markdown, by reference.
    pub(super) fn texts(&self, caller: &Caller, ids: &[EntityId]) -> Result<HashMap<String, String>, Error> {
        let mut texts = HashMap::new();
        self.catalog.read_documents(caller, ids, |_, document| {
            let document =
                document.and_then(|bytes| serde_json::from_slice::<fields::Document<'_>>(bytes).ok());
            if let Some(document) = document
                && let Some(description) = document.metadata.description.as_str()
            {
                let entity_ref =
                    EntityRef::new(&document.kind, document.namespace(), &document.metadata.name);
                let begin = &description[..description.floor_char_boundary(DESCRIPTION)];
                texts.insert(entity_ref.to_string(), begin.to_owned());
            }
        })?;
        // The view is not held while this is done.
        texts.values_mut().for_each(|text| *text = markdown::to_text(text));
        Ok(texts)
    }
}

impl Document {
    /// The type of these documents.
    pub(crate) const TYPE: &'static str = SearchQuery::CATALOG;

    fn of(document: &fields::Document<'_>) -> Self {
        let text = |value: &serde_json::Value| value.as_str().map(str::to_owned);
        let (kind, name) = (document.kind.to_string(), document.metadata.name.to_string());
        let namespace = document.namespace().to_owned();
        let description = text(&document.metadata.description);
        let is_someone = ["user", "group"].iter().any(|someone| kind.eq_ignore_ascii_case(someone));
        let display_name = document.display_name().filter(|_| is_someone).map(str::to_owned);
        let spec_type = text(&document.spec.spec_type).unwrap_or_else(|| "other".to_owned());
        let entity_ref = EntityRef::new(&kind, &namespace, &name);
        let link = model::EntityLink {
            kind: kind.clone(),
            namespace: namespace.clone(),
            name: name.clone(),
            ..model::EntityLink::default()
        };
        Self {
            title: text(&document.metadata.title).unwrap_or(name),
            text: display_name.into_iter().chain(description).collect::<Vec<_>>().join(" : "),
            component_type: spec_type.clone(),
            document_type: spec_type,
            lifecycle: text(&document.spec.lifecycle).unwrap_or_default(),
            owner: text(&document.spec.owner).unwrap_or_default(),
            location: link.href().to_lowercase(),
            authorization: Authorization { resource_ref: entity_ref.to_string() },
            namespace,
            kind,
        }
    }
}
