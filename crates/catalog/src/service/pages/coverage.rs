//! How many entities say what one wants to know of them: sets that are in the view as they are, so counting is all.

use model::{Coverage, EntityListQuery, Filter, ProblemListQuery};
use roaring::RoaringBitmap;

use crate::view::View;

/// What is counted: title, kind, dotted path.
const QUESTIONS: [(&str, &str, &str); 5] = [
    ("Components that name a system", "Component", "spec.system"),
    ("Components with a lifecycle", "Component", "spec.lifecycle"),
    ("Components with a description", "Component", "metadata.description"),
    ("Components with documentation", "Component", "metadata.annotations.backstage.io/techdocs-ref"),
    ("APIs that a component provides", "API", "relations.apiProvidedBy"),
];

/// The answers; nothing for kinds that the catalog does not have.
pub(super) fn coverage(view: &View) -> Vec<Coverage> {
    let of_kind =
        |kind: &str| view.evaluate(&Filter::In { key: "kind".to_owned(), values: vec![kind.to_lowercase()] });
    let with = |path: &str| view.evaluate(&Filter::Exists(path.to_lowercase()));
    let share = |title: &str, of: &RoaringBitmap, have: &RoaringBitmap, lacking: String| {
        let [have, of] =
            [of.intersection_len(have), of.len()].map(|count| u32::try_from(count).unwrap_or(u32::MAX));
        let lacking = (have < of).then_some(lacking);
        (of > 0).then(|| Coverage { title: title.to_owned(), have, of, lacking })
    };
    let dangling = view.dangling().filter(|(_, relation, _)| *relation == "ownedBy");
    let owned = with("relations.ownedBy") - dangling.map(|(id, ..)| id).collect::<RoaringBitmap>();
    let owners = share("Components with an owner that exists", &of_kind("Component"), &owned, unowned());
    let others = QUESTIONS
        .into_iter()
        .filter_map(|(title, kind, path)| share(title, &of_kind(kind), &with(path), without(kind, path)));
    owners.into_iter().chain(others).collect()
}

/// Where the entities of a kind are listed that lack a field.
fn without(kind: &str, path: &str) -> String {
    let query = EntityListQuery {
        kind: vec![kind.to_owned()],
        lacks: vec![path.to_owned()],
        ..EntityListQuery::default()
    };
    format!("/catalog?{}", query.to_query_string())
}

/// Where the owners that do not exist are listed. (An owner has to be named, else there is no component.)
fn unowned() -> String {
    let query = ProblemListQuery {
        code: vec![model::ProblemCode::DanglingRelation.as_str().to_owned()],
        text: "ownedBy".to_owned(),
        ..ProblemListQuery::default()
    };
    format!("/problems?{}", query.to_query_string())
}
