//! Everything that is wrong, from three sources: files that could not be read well, relations to nothing, orphans.

use std::sync::Arc;

use model::{
    CatalogStatus, EntityRef, FacetValue, Portion, Problem, ProblemCode, ProblemList, ProblemListQuery,
    Severity,
};
use platform::access::Caller;
use platform::error::Error;
use rustc_hash::{FxHashMap, FxHashSet};

use super::Catalog;
use super::pages::{Reader, cut, moment, owned_by};
use crate::view::View;

/// Problems on one page.
const PAGE_SIZE: usize = 50;
/// Owners that are counted, beside those that a query names.
const OWNERS: usize = 60;
/// Characters of a reference that leads nowhere; those of entities are shorter.
const REFERENCE: usize = 200;

/// The problems of the files, and the whole list as it was made for one revision.
#[derive(Default)]
pub(super) struct ProblemCache {
    files: Arc<Vec<Problem>>,
    all: Option<(u64, Arc<Problems>)>,
}

/// All problems of one revision.
#[derive(Default)]
pub(super) struct Problems {
    pub(super) list: Vec<Problem>,
    /// What each entity has, by reference.
    pub(super) by_entity: FxHashMap<String, Tally>,
    /// How many the entities of each owner have, the most first.
    by_owner: Vec<FacetValue>,
}

/// The problems of one entity, counted.
#[derive(Clone, Copy, Default)]
pub(super) struct Tally {
    pub(super) count: u32,
    /// Whether one of them is an error.
    pub(super) has_error: bool,
}

impl Catalog {
    /// One page of the problems, with counts by kind and severity over everything.
    ///
    /// # Errors
    /// The caller may not read entities.
    pub async fn problems(&self, caller: &Caller, query: &ProblemListQuery) -> Result<ProblemList, Error> {
        let reader = self.reader(caller)?;
        let all = reader.problems();
        let text = query.text.to_lowercase();
        let owned = (!query.owner.is_empty()).then(|| reader.owned_refs(&all, &query.owner));
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
            .filter(|problem| {
                owned.as_ref().is_none_or(|owned| {
                    problem.entity_ref.as_ref().is_some_and(|entity_ref| owned.contains(entity_ref))
                })
            })
            .filter(|problem| text.is_empty() || mentions(problem, &text))
            .collect();
        let page_count = selected.len().div_ceil(PAGE_SIZE).max(1);
        let page = (query.page.max(1) as usize).min(page_count);
        let problems =
            selected.iter().skip((page - 1) * PAGE_SIZE).take(PAGE_SIZE).map(|problem| (*problem).clone());
        Ok(ProblemList {
            problems: reader.with_positions(problems.collect()).await,
            total: u32::try_from(selected.len()).unwrap_or(u32::MAX),
            page: u32::try_from(page).unwrap_or(u32::MAX),
            page_count: u32::try_from(page_count).unwrap_or(u32::MAX),
            by_code: count(all.list.iter().map(|problem| problem.code.as_str())),
            by_severity: count(all.list.iter().map(|problem| problem.severity.as_str())),
            by_owner: all.owners(&query.owner),
        })
    }

    /// What the frame around every page shows.
    ///
    /// # Errors
    /// The caller may not read entities.
    pub fn status(&self, caller: &Caller) -> Result<CatalogStatus, Error> {
        let reader = self.reader(caller)?;
        // Before all else: what changes from here on is news to the page.
        let change = self.inner.seen.borrow().change;
        let problem_count = u32::try_from(reader.problems().list.len()).unwrap_or(u32::MAX);
        let (seq, changed) = reader.view(|view| (view.seq(), view.changed()));
        let changed = if changed > 0 { moment(changed) } else { String::new() };
        Ok(CatalogStatus { seq, changed, change, problem_count, unread: 0 })
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
}

impl Reader<'_> {
    /// All problems, the worst first: by severity, then by file and line; what has no place comes first of its severity.
    /// Made once per revision, whoever asks first.
    pub(super) fn problems(self) -> Arc<Problems> {
        let catalog = &self.catalog().inner;
        let revision = catalog.seen.borrow().change;
        if let Some((made_for, all)) = &catalog.problems.lock().all
            && *made_for == revision
        {
            return Arc::clone(all);
        }
        let files = Arc::clone(&catalog.problems.lock().files);
        let mut list: Vec<Problem> = files.iter().cloned().collect();
        self.view(|view| {
            list.extend(dangling(view));
            list.extend(orphans(view));
        });
        // The order of problems by themselves begins with the place.
        list.sort_by(|left, right| left.severity.cmp(&right.severity).then_with(|| left.cmp(right)));
        let mut by_entity: FxHashMap<String, Tally> = FxHashMap::default();
        for problem in &list {
            let Some(entity_ref) = &problem.entity_ref else { continue };
            let tally = by_entity.entry(entity_ref.clone()).or_default();
            tally.count += 1;
            tally.has_error |= problem.severity == Severity::Error;
        }
        let by_owner = self.view(|view| by_owner(view, &by_entity));
        let all = Arc::new(Problems { list, by_entity, by_owner });
        catalog.problems.lock().all = Some((revision, Arc::clone(&all)));
        all
    }

    /// Those of the entities with problems that one of these has.
    fn owned_refs(self, all: &Problems, owners: &[String]) -> FxHashSet<String> {
        self.view(|view| {
            let owned = owned_by(view, owners);
            let is_owned = |entity_ref: &&String| view.id_of(entity_ref).is_some_and(|id| owned.contains(id));
            all.by_entity.keys().filter(is_owned).cloned().collect()
        })
    }

    /// The first problems of one entity, `most` of them.
    pub(super) async fn problems_of(self, entity_ref: &EntityRef, most: usize) -> Portion<Problem> {
        self.first(most, |problem| problem.entity_ref.as_deref() == Some(entity_ref.as_str())).await
    }

    /// The first problems in one file that are about no entity, `most` of them.
    pub(super) async fn problems_in(self, file: &str, most: usize) -> Portion<Problem> {
        let is_there = |problem: &Problem| problem.position.as_ref().is_some_and(|at| at.file == file);
        self.first(most, |problem| problem.entity_ref.is_none() && is_there(problem)).await
    }

    async fn first(self, most: usize, is_meant: impl Fn(&Problem) -> bool) -> Portion<Problem> {
        let all = self.problems();
        let Portion { shown, left_off } =
            Portion::of(all.list.iter().filter(|problem| is_meant(problem)), most);
        Portion { shown: self.with_positions(shown.into_iter().cloned().collect()).await, left_off }
    }

    /// Finds the line of each dangling relation in its file. Only for what is shown: it reads the files.
    async fn with_positions(self, problems: Vec<Problem>) -> Vec<Problem> {
        let unplaced: Vec<(usize, Unplaced)> = self.view(|view| {
            let place = |(index, problem): (usize, &Problem)| Some((index, Unplaced::of(view, problem)?));
            problems.iter().enumerate().filter_map(place).collect()
        });
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

impl Problems {
    /// The owners with most problems, and those that are chosen.
    fn owners(&self, chosen: &[String]) -> Vec<FacetValue> {
        let is_chosen =
            |facet: &FacetValue| chosen.iter().any(|owner| owner.eq_ignore_ascii_case(&facet.value));
        let (most, rest) = self.by_owner.split_at(OWNERS.min(self.by_owner.len()));
        most.iter().chain(rest.iter().filter(|facet| is_chosen(facet))).cloned().collect()
    }
}

fn by_owner(view: &View, by_entity: &FxHashMap<String, Tally>) -> Vec<FacetValue> {
    let mut counts = FxHashMap::<&str, u32>::default();
    for (entity_ref, tally) in by_entity {
        for owner in view.id_of(entity_ref).map(|id| view.targets(id, "ownedby")).unwrap_or_default() {
            *counts.entry(owner).or_default() += tally.count;
        }
    }
    let mut values: Vec<FacetValue> =
        counts.into_iter().map(|(value, count)| FacetValue { value: cut(value, REFERENCE), count }).collect();
    values.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.value.cmp(&b.value)));
    values
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
    let problem = |(id, relation_type, target)| {
        let (source, target) = (view.entity_ref(id), cut(target, REFERENCE));
        Problem {
            code: ProblemCode::DanglingRelation,
            severity: Severity::Warning,
            message: format!("{source} says {relation_type} {target}, which is not in the catalog"),
            found: Some(target),
            allowed: None,
            help: Some("Check the spelling, kind and namespace, or add the entity that is meant.".to_owned()),
            entity_ref: Some(source.to_owned()),
            position: None,
        }
    };
    view.dangling().map(problem).collect()
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

#[cfg(test)]
mod tests {
    use model::{EntityListQuery, Position};
    use platform::access::Policy;
    use platform::error::ErrorKind;
    use serde_json::json;
    use testkit::TestDatabase;
    use tokio::sync::mpsc;

    use super::*;

    fn problem(severity: Severity, file: &str, line: u32) -> Problem {
        Problem {
            position: Some(Position { file: file.to_owned(), line, column: 1, text: String::new() }),
            code: ProblemCode::Field,
            severity,
            entity_ref: None,
            message: String::new(),
            found: None,
            allowed: None,
            help: None,
        }
    }

    fn reader() -> Caller {
        Caller::Service { subject: "test".to_owned() }
    }

    #[tokio::test]
    async fn the_worst_comes_first_then_files_in_order() {
        let component = json!({"kind": "Component", "metadata": {"name": "a"}, "spec": {"owner": "nobody"}});
        let (catalog, _database) = Catalog::of(&[component]).await;
        catalog.set_file_problems(vec![
            problem(Severity::Warning, "a.yaml", 1),
            problem(Severity::Error, "b.yaml", 10),
            problem(Severity::Error, "b.yaml", 9),
            problem(Severity::Error, "a.yaml", 20),
        ]);
        let list = catalog.problems(&reader(), &ProblemListQuery::default()).await.expect("problems");
        let place = |problem: &Problem| {
            let at =
                problem.position.as_ref().map_or("-".to_owned(), |at| format!("{}:{}", at.file, at.line));
            format!("{} {at}", problem.severity.as_str())
        };
        assert_eq!(
            list.problems.iter().map(place).collect::<Vec<_>>(),
            ["error a.yaml:20", "error b.yaml:9", "error b.yaml:10", "warning -", "warning a.yaml:1"]
        );
        let overview = catalog.overview(&reader()).await.expect("an overview");
        assert_eq!(overview.problems, list.problems, "the home page has the same order");
    }

    #[tokio::test]
    async fn problems_are_found_by_who_owns_what_has_them() {
        let component = |name: &str, owner: &str| json!({"kind": "Component", "metadata": {"name": name}, "spec": {"owner": owner}});
        let (catalog, _database) =
            Catalog::of(&[component("a", "x"), component("b", "x"), component("c", "user:default/y")]).await;
        catalog.set_file_problems(vec![problem(Severity::Error, "a.yaml", 1)]);
        let list = async |owner: &[&str]| {
            let owner = owner.iter().map(|owner| (*owner).to_owned()).collect();
            let query = ProblemListQuery { owner, ..ProblemListQuery::default() };
            catalog.problems(&reader(), &query).await.expect("problems")
        };
        let all = list(&[]).await;
        let owners: Vec<_> = all.by_owner.iter().map(|owner| (owner.value.as_str(), owner.count)).collect();
        assert_eq!((all.total, owners), (4, vec![("group:default/x", 2), ("user:default/y", 1)]));
        for (owner, total) in [
            (&["group:default/x"][..], 2),
            (&["Group:default/X"], 2),
            (&["user:default/y"], 1),
            (&["group:default/x", "user:default/y"], 3),
            (&["group:default/none"], 0),
        ] {
            assert_eq!(list(owner).await.total, total, "{owner:?}");
        }
    }

    #[tokio::test]
    async fn an_entity_shows_the_first_of_its_problems_and_of_its_file() {
        let missing: Vec<String> = (0..25).map(|number| format!("resource:missing-{number}")).collect();
        let component = json!({
            "kind": "Component",
            "metadata": {
                "name": "a",
                "annotations": { model::annotation::MANAGED_BY_LOCATION: "file:/nowhere/a.yaml" },
            },
            "spec": { "dependsOn": missing },
        });
        let (catalog, _database) = Catalog::of(&[component]).await;
        let elsewhere = problem(Severity::Error, "/nowhere/b.yaml", 1);
        let of_file = (1..=22).map(|line| problem(Severity::Error, "/nowhere/a.yaml", line));
        catalog.set_file_problems(of_file.chain([elsewhere]).collect());
        let entity_ref = EntityRef::new("component", "default", "a");
        let detail = catalog.entity(&reader(), &entity_ref, "").await.expect("a page");
        assert_eq!((detail.problems.shown.len(), detail.problems.left_off), (20, 5));
        assert_eq!((detail.file_problems.shown.len(), detail.file_problems.left_off), (20, 2));
    }

    /// The database is empty, so that even looking into it would fail in another way.
    #[tokio::test]
    async fn nobody_causes_no_work() {
        let database = TestDatabase::sqlite().await;
        let catalog = Catalog::new(database.connection(), Policy::default(), mpsc::channel(1).0, None);
        let (nobody, entity_ref) = (Caller::Nobody, EntityRef::new("component", "default", "a"));
        let refusals = [
            catalog.overview(&nobody).await.err(),
            catalog.list(&nobody, &EntityListQuery::default()).await.err(),
            catalog.entity(&nobody, &entity_ref, "").await.err(),
            catalog.problems(&nobody, &ProblemListQuery::default()).await.err(),
            catalog.status(&nobody).err(),
            catalog.moment(&nobody, Some(crate::AsOf::Seq(1))).await.err(),
        ];
        for (index, refusal) in refusals.into_iter().enumerate() {
            let kind = refusal.map(|error| error.kind());
            assert_eq!(kind, Some(ErrorKind::Unauthenticated), "function {index}");
        }
        assert!(catalog.inner.problems.lock().all.is_none(), "the problems were gathered for nobody");
    }
}
