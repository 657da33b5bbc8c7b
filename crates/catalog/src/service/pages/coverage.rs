//! How many entities say what one wants to know of them: sets that are in the view as they are, so counting is all.

use model::{Coverage, Filter, ProblemListQuery};
use roaring::RoaringBitmap;

use crate::view::View;

/// What is counted: title, kind, key of the index.
const QUESTIONS: [(&str, &str, &str); 5] = [
    ("Components in a system", "component", "spec.system"),
    ("Components with a lifecycle", "component", "spec.lifecycle"),
    ("Components with a description", "component", "metadata.description"),
    ("Components with documentation", "component", "metadata.annotations.backstage.io/techdocs-ref"),
    ("APIs that a component provides", "api", "relations.apiprovidedby"),
];

/// The answers; nothing for kinds that the catalog does not have.
pub(super) fn coverage(view: &View) -> Vec<Coverage> {
    let of_kind =
        |kind: &str| view.evaluate(&Filter::In { key: "kind".to_owned(), values: vec![kind.to_owned()] });
    let with = |key: &str| view.evaluate(&Filter::Exists(key.to_owned()));
    let share = |title: &str, of: &RoaringBitmap, have: &RoaringBitmap| {
        (!of.is_empty()).then(|| Coverage {
            title: title.to_owned(),
            have: u32::try_from(of.intersection_len(have)).unwrap_or(u32::MAX),
            of: u32::try_from(of.len()).unwrap_or(u32::MAX),
            lacking: None,
        })
    };
    let components = of_kind("component");
    let dangling = view.dangling().filter(|(_, relation, _)| *relation == "ownedBy");
    let owned = with("relations.ownedby") - dangling.map(|(id, ..)| id).collect::<RoaringBitmap>();
    let mut owners = share("Components with an owner that exists", &components, &owned);
    if let Some(owners) = owners.as_mut().filter(|owners| owners.have < owners.of) {
        owners.lacking = Some(unowned());
    }
    let others =
        QUESTIONS.into_iter().filter_map(|(title, kind, key)| share(title, &of_kind(kind), &with(key)));
    owners.into_iter().chain(others).collect()
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
