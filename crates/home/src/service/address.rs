//! Which addresses can be saved: those of the portal's own lists, as these lists would write them themselves.

use model::{EntityListQuery, GraphQuery, ProblemListQuery};
use platform::error::Error;

/// Bytes of an address. Browsers follow longer ones, proxies do not.
const LONGEST: usize = 2_000;

/// The address as its page writes it: parameters in their order, without what the page does not know, on the first page.
/// So nothing is saved that leads out of the portal, and equal states have equal addresses.
///
/// # Errors
/// It is not an address of one of the lists, or too long.
pub(super) fn canonical(address: &str) -> Result<String, Error> {
    let (path, parameters) = address.split_once('?').unwrap_or((address, ""));
    let parameters = match path {
        "/catalog" => {
            EntityListQuery { page: 1, ..EntityListQuery::from_query_string(parameters) }.to_query_string()
        }
        "/problems" => {
            ProblemListQuery { page: 1, ..ProblemListQuery::from_query_string(parameters) }.to_query_string()
        }
        "/catalog-graph" => GraphQuery::from_query_string(parameters).to_query_string(),
        _ => {
            return Err(Error::input(
                "Only addresses of the catalog, the graph and the problems can be saved, such as /catalog?kind=API.",
            ));
        }
    };
    let canonical = if parameters.is_empty() { path.to_owned() } else { format!("{path}?{parameters}") };
    if canonical.len() > LONGEST {
        return Err(Error::input(format!(
            "The view is too long to be saved: its address has more than {LONGEST} characters. Choose fewer filters."
        )));
    }
    Ok(canonical)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_address_is_one_of_ours_or_none() {
        for (given, expected) in [
            ("/catalog", Some("/catalog")),
            ("/catalog?", Some("/catalog")),
            ("/catalog?page=7&kind=API&kind=API", Some("/catalog?kind=API")),
            ("/catalog?utm_source=x&owner=group:default/a", Some("/catalog?owner=group%3Adefault%2Fa")),
            ("/catalog?text=%00<script>", Some("/catalog?text=%00%3Cscript%3E")),
            ("/problems?severity=error&page=2", Some("/problems?severity=error")),
            (
                "/catalog-graph?rootEntityRefs[]=component:default/a",
                Some("/catalog-graph?rootEntityRefs%5B%5D=component%3Adefault%2Fa"),
            ),
            ("", None),
            ("/", None),
            ("//evil.example/catalog", None),
            ("/\\evil.example", None),
            ("https://evil.example/catalog", None),
            ("javascript:alert(1)", None),
            ("/catalog/default/component/a", None),
            ("/catalog#x", None),
            ("/catalog/../api/portico/events", None),
            ("catalog", None),
        ] {
            assert_eq!(canonical(given).ok().as_deref(), expected, "{given}");
        }
        assert!(canonical(&format!("/catalog?text={}", "x".repeat(LONGEST))).is_err());
    }

    proptest! {
        #[test]
        fn whatever_is_saved_stays_in_the_portal(address in ".*", parameters in ".*") {
            for address in [address.clone(), format!("/catalog?{parameters}"), format!("{address}?{parameters}")] {
                if let Ok(saved) = canonical(&address) {
                    prop_assert!(saved.starts_with("/catalog") || saved.starts_with("/problems"), "{saved}");
                    prop_assert!(saved.is_ascii() && !saved.contains(|c: char| c.is_control() || c == '\\'), "{saved}");
                    prop_assert_eq!(canonical(&saved).ok(), Some(saved));
                }
            }
        }
    }
}
