//! The address of the search page.

use model::SearchQuery;
use proptest::prelude::*;

#[test]
fn addresses_are_those_of_backstage() {
    let address = "query=pay%20me&types[]=software-catalog&filters[kind]=Component&filters[lifecycle][]=a&filters[lifecycle][1]=b&pageCursor=MQ%3D%3D&filters[colour]=red";
    let query = SearchQuery::from_query_string(address);
    assert_eq!((query.term.as_str(), query.cursor.as_str()), ("pay me", "MQ=="));
    assert_eq!(query.types, ["software-catalog"]);
    assert_eq!(
        (query.values("kind"), query.values("spec.lifecycle")),
        (&["Component".to_owned()][..], &["a".to_owned(), "b".to_owned()][..])
    );
    assert_eq!(
        query.href(),
        "/search?query=pay+me&types%5B%5D=software-catalog&filters%5Bkind%5D=Component&filters%5Blifecycle%5D=a&filters%5Blifecycle%5D=b&pageCursor=MQ%3D%3D"
    );
    assert_eq!(SearchQuery::default().href(), "/search");
}

#[test]
fn a_filter_starts_from_the_first_page() {
    let query = SearchQuery { cursor: "MQ==".to_owned(), term: "x".to_owned(), ..SearchQuery::default() };
    let chosen = query.toggled("kind", "API");
    assert_eq!(chosen.href(), "/search?query=x&filters%5Bkind%5D=API");
    assert_eq!(chosen.toggled("kind", "api").href(), "/search?query=x");
}

proptest! {
    #[test]
    fn an_address_is_its_state(term in "[^\\s].{0,20}[^\\s]", kind in "\\w{1,9}", cursor in "[a-z]{0,5}") {
        let mut query = SearchQuery { term, cursor, ..SearchQuery::default() }.toggled("kind", &kind);
        query.cursor = "x".to_owned();
        let address = query.href();
        let (_, parameters) = address.split_once('?').unwrap();
        prop_assert_eq!(SearchQuery::from_query_string(parameters), query);
    }
}
