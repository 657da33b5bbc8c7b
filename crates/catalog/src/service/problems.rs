//! Everything that is wrong, from three sources: files that could not be read well, relations to nothing, orphans.

use std::sync::Arc;

use model::{EntityRef, FacetValue, Problem, ProblemCode, ProblemList, ProblemListQuery, Severity};
use platform::access::{Caller, Permission};
use platform::error::Error;
use rustc_hash::FxHashMap;

use super::Catalog;
use crate::view::View;

/// Problems on one page.
const PAGE_SIZE: usize = 50;

/// The problems of the files, and the whole list as it was made for one revision.
#[derive(Default)]
pub(super) struct ProblemCache {
    files: Arc<Vec<Problem>>,
    all: Option<(u64, Arc<Problems>)>,
}

/// All problems of one revision.
pub(super) struct Problems {
    pub(super) list: Vec<Problem>,
    /// How many each entity has, by reference.
    pub(super) by_entity: FxHashMap<String, u32>,
}

impl Catalog {
    /// One page of the problems, with counts by kind and severity over everything.
    ///
    /// # Errors
    /// The caller may not read entities.
    pub async fn problems(&self, caller: &Caller, query: &ProblemListQuery) -> Result<ProblemList, Error> {
        self.inner.policy.check(caller, Permission::CatalogEntityRead)?;
        let all = self.all_problems();
        let text = query.text.to_lowercase();
        let selected: Vec<&Problem> = all
            .list
            .iter()
            .filter(|problem| {
                query.code.is_empty() || query.code.iter().any(|code| code == problem.code.as_str())
            })
            .filter(|problem| {
                query.severity.is_empty()
                    || query.severity.iter().any(|severity| severity == problem.severity.as_str())
            })
            .filter(|problem| text.is_empty() || mentions(problem, &text))
            .collect();
        let page_count = selected.len().div_ceil(PAGE_SIZE).max(1);
        let page = (query.page.max(1) as usize).min(page_count);
        let problems =
            selected.iter().skip((page - 1) * PAGE_SIZE).take(PAGE_SIZE).map(|problem| (*problem).clone());
        Ok(ProblemList {
            problems: self.with_positions(problems.collect()).await,
            total: u32::try_from(selected.len()).unwrap_or(u32::MAX),
            page: u32::try_from(page).unwrap_or(u32::MAX),
            page_count: u32::try_from(page_count).unwrap_or(u32::MAX),
            by_code: count(all.list.iter().map(|problem| problem.code.as_str())),
            by_severity: count(all.list.iter().map(|problem| problem.severity.as_str())),
            seq: self.view_seq(),
        })
    }

    /// All problems in order. Made once per revision, whoever asks first.
    pub(super) fn all_problems(&self) -> Arc<Problems> {
        let revision = self.inner.seen.borrow().change;
        if let Some((made_for, all)) = &self.inner.problems.lock().all
            && *made_for == revision
        {
            return Arc::clone(all);
        }
        let files = Arc::clone(&self.inner.problems.lock().files);
        let mut list: Vec<Problem> = files.iter().cloned().collect();
        {
            let view = self.inner.view.read();
            list.extend(dangling(&view));
            list.extend(orphans(&view));
        }
        list.sort();
        let mut by_entity = FxHashMap::default();
        for entity_ref in list.iter().filter_map(|problem| problem.entity_ref.as_ref()) {
            *by_entity.entry(entity_ref.clone()).or_default() += 1;
        }
        let all = Arc::new(Problems { list, by_entity });
        self.inner.problems.lock().all = Some((revision, Arc::clone(&all)));
        all
    }

    /// The problems of one entity, and those of its file that are about no other.
    pub(super) async fn problems_of(&self, entity_ref: &EntityRef, file: Option<&str>) -> Vec<Problem> {
        let all = self.all_problems();
        let is_about = |problem: &&Problem| match &problem.entity_ref {
            Some(about) => about == entity_ref.as_str(),
            None => file.is_some() && problem.position.as_ref().map(|at| at.file.as_str()) == file,
        };
        self.with_positions(all.list.iter().filter(is_about).cloned().collect()).await
    }

    /// For the follower: the problems of the files, as the refresh state has them.
    pub(crate) fn set_file_problems(&self, mut problems: Vec<Problem>) {
        problems.sort();
        {
            let mut cache = self.inner.problems.lock();
            if *cache.files == problems {
                return;
            }
            cache.files = Arc::new(problems);
            cache.all = None;
        }
        // A file can break without any entity changing; open pages have to hear of it all the same.
        self.inner.seen.send_modify(|revision| revision.change += 1);
    }

    /// Finds the line of each dangling relation in its file. Only for what is shown: it reads the files.
    async fn with_positions(&self, problems: Vec<Problem>) -> Vec<Problem> {
        let unplaced: Vec<(usize, Unplaced)> = {
            let view = self.inner.view.read();
            let place = |(index, problem): (usize, &Problem)| Some((index, Unplaced::of(&view, problem)?));
            problems.iter().enumerate().filter_map(place).collect()
        };
        if unplaced.is_empty() {
            return problems;
        }
        let fallback = problems.clone();
        let placed = tokio::task::spawn_blocking(move || {
            let mut problems = problems;
            for (index, place) in unplaced {
                problems[index].position = place.find();
            }
            problems
        });
        placed.await.unwrap_or(fallback)
    }
}

/// A problem of an entity whose line in the file is still to be found.
struct Unplaced {
    file: std::path::PathBuf,
    entity_ref: EntityRef,
    pointer: String,
}

impl Unplaced {
    fn of(view: &View, problem: &Problem) -> Option<Self> {
        if problem.position.is_some() {
            return None;
        }
        let entity_ref = EntityRef::parse(problem.entity_ref.as_deref()?).ok()?;
        let entity: model::Entity = serde_json::from_slice(view.document(view.id(&entity_ref)?)).ok()?;
        let file = entity.annotation(model::annotation::MANAGED_BY_LOCATION)?.strip_prefix("file:")?.into();
        let pointer = match (problem.code, &problem.found) {
            (ProblemCode::DanglingRelation, Some(target)) => {
                let target = EntityRef::parse(target).ok()?;
                model::pointer_of_reference(&entity, &target)?
            }
            _ => "/metadata/name".to_owned(),
        };
        Some(Self { file, entity_ref, pointer })
    }

    fn find(&self) -> Option<model::Position> {
        crate::reading::locate(&self.file, &self.entity_ref, &self.pointer)
    }
}

fn dangling(view: &View) -> Vec<Problem> {
    view.dangling()
        .map(|(id, relation_type, target)| Problem {
            code: ProblemCode::DanglingRelation,
            severity: Severity::Warning,
            message: format!(
                "{} says {relation_type} {target}, which is not in the catalog",
                view.entity_ref(id)
            ),
            found: Some(target.to_owned()),
            allowed: None,
            help: Some("Check the spelling, kind and namespace, or add the entity that is meant.".to_owned()),
            entity_ref: Some(view.entity_ref(id).to_string()),
            position: None,
        })
        .collect()
}

fn orphans(view: &View) -> Vec<Problem> {
    let key = format!("metadata.annotations.{}", model::annotation::ORPHAN);
    let filter = model::Filter::In { key, values: vec!["true".to_owned()] };
    view.evaluate(&filter)
        .iter()
        .map(|id| Problem {
            code: ProblemCode::Orphan,
            severity: Severity::Warning,
            message: format!("No file describes {} any more", view.entity_ref(id)),
            found: None,
            allowed: None,
            help: Some(
                "Put its file back, or set catalog.orphanStrategy to delete so that such entities are removed."
                    .to_owned(),
            ),
            entity_ref: Some(view.entity_ref(id).to_string()),
            position: None,
        })
        .collect()
}

fn mentions(problem: &Problem, lower: &str) -> bool {
    let contains = |text: &str| text.to_lowercase().contains(lower);
    contains(&problem.message)
        || problem.entity_ref.as_deref().is_some_and(contains)
        || problem.position.as_ref().is_some_and(|position| contains(&position.file))
}

fn count<'a>(values: impl Iterator<Item = &'a str>) -> Vec<FacetValue> {
    let mut counts = std::collections::BTreeMap::<&str, u32>::new();
    for value in values {
        *counts.entry(value).or_default() += 1;
    }
    counts.into_iter().map(|(value, count)| FacetValue { value: value.to_owned(), count }).collect()
}
