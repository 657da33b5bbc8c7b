//! The filters of the list pages: each is a parameter of the address. Knows the queries' fields and nothing about how they
//! look.

use leptos::prelude::*;
use model::{EntityListQuery, FacetValue, GraphQuery, ProblemListQuery};

use super::address::Address;
use super::words;
use crate::ui::{Choice, FacetGroup};

/// One filter of a list: its name in the address, its heading, and the values chosen in the query.
pub(crate) struct Filter<Q: 'static> {
    /// Key of the facet in the service's answer.
    pub(crate) key: &'static str,
    /// Name of the parameter in the address.
    pub(crate) param: &'static str,
    /// Heading in the filter panel.
    pub(crate) title: &'static str,
    /// What a value is called.
    pub(crate) label: fn(&str) -> String,
    /// The values that a query has.
    pub(crate) chosen: fn(&Q) -> &Vec<String>,
    /// The same, to change them.
    pub(crate) chosen_mut: fn(&mut Q) -> &mut Vec<String>,
}

/// The filters of the catalog table, in the order of the panel.
pub(crate) static ENTITY_FILTERS: [Filter<EntityListQuery>; 7] = [
    Filter {
        key: "kind",
        param: "kind",
        title: "Kind",
        label: str::to_owned,
        chosen: |query| &query.kind,
        chosen_mut: |query| &mut query.kind,
    },
    Filter {
        key: "spec.type",
        param: "type",
        title: "Type",
        label: str::to_owned,
        chosen: |query| &query.spec_type,
        chosen_mut: |query| &mut query.spec_type,
    },
    Filter {
        key: "relations.ownedBy",
        param: "owner",
        title: "Owner",
        label: words::owner,
        chosen: |query| &query.owner,
        chosen_mut: |query| &mut query.owner,
    },
    Filter {
        key: "relations.partOf",
        param: "system",
        title: "System",
        label: words::system,
        chosen: |query| &query.system,
        chosen_mut: |query| &mut query.system,
    },
    Filter {
        key: "spec.lifecycle",
        param: "lifecycle",
        title: "Lifecycle",
        label: str::to_owned,
        chosen: |query| &query.lifecycle,
        chosen_mut: |query| &mut query.lifecycle,
    },
    Filter {
        key: "metadata.namespace",
        param: "namespace",
        title: "Namespace",
        label: str::to_owned,
        chosen: |query| &query.namespace,
        chosen_mut: |query| &mut query.namespace,
    },
    Filter {
        key: "metadata.tags",
        param: "tag",
        title: "Tag",
        label: str::to_owned,
        chosen: |query| &query.tag,
        chosen_mut: |query| &mut query.tag,
    },
];

/// The filters of the list of problems.
pub(crate) static PROBLEM_FILTERS: [Filter<ProblemListQuery>; 3] = [
    Filter {
        key: "severity",
        param: "severity",
        title: "Severity",
        label: words::sentence,
        chosen: |query| &query.severity,
        chosen_mut: |query| &mut query.severity,
    },
    Filter {
        key: "code",
        param: "code",
        title: "What is wrong",
        label: words::problem_code,
        chosen: |query| &query.code,
        chosen_mut: |query| &mut query.code,
    },
    Filter {
        key: "owner",
        param: "owner",
        title: "Owner",
        label: words::owner,
        chosen: |query| &query.owner,
        chosen_mut: |query| &mut query.owner,
    },
];

/// The filters of the graph.
pub(crate) static GRAPH_FILTERS: [Filter<GraphQuery>; 2] = [
    Filter {
        key: "kind",
        param: "selectedKinds[]",
        title: "Kind",
        label: words::kind,
        chosen: |query| &query.kinds,
        chosen_mut: |query| &mut query.kinds,
    },
    Filter {
        key: "relation",
        param: "selectedRelations[]",
        title: "Relation",
        label: words::relation,
        chosen: |query| &query.relations,
        chosen_mut: |query| &mut query.relations,
    },
];

/// A query with words that are searched for.
pub(crate) trait Search: Address {
    /// The words.
    fn text_mut(&mut self) -> &mut String;

    /// The first page of a search for `text` with the filters as they are.
    fn searching(&self, text: &str) -> Self {
        let mut next = self.on_page(1);
        text.trim().clone_into(next.text_mut());
        next
    }
}

impl Search for EntityListQuery {
    fn text_mut(&mut self) -> &mut String {
        &mut self.text
    }
}

impl Search for ProblemListQuery {
    fn text_mut(&mut self) -> &mut String {
        &mut self.text
    }
}

impl Search for GraphQuery {
    fn text_mut(&mut self) -> &mut String {
        &mut self.text
    }
}

impl<Q: Address> Filter<Q> {
    /// The first page with `value` chosen, or no longer chosen.
    pub(crate) fn toggled(&self, query: &Q, value: &str) -> Q {
        let mut next = query.on_page(1);
        let chosen = (self.chosen_mut)(&mut next);
        match chosen.iter().position(|other| other.eq_ignore_ascii_case(value)) {
            Some(position) => {
                chosen.remove(position);
            }
            None => chosen.push(value.to_owned()),
        }
        next
    }

    /// What a value is called: as the entity that it refers to, if that has a title.
    pub(crate) fn name(&self, value: &str, titles: &[(String, String)]) -> String {
        let title = titles.iter().find(|(of, _)| of.eq_ignore_ascii_case(value));
        title.map_or_else(|| (self.label)(value), |(_, title)| title.clone())
    }

    /// The choices by name: those with results, and those that are chosen all the same.
    pub(crate) fn choices(
        &self,
        query: &Q,
        values: &[FacetValue],
        titles: &[(String, String)],
    ) -> Vec<Choice> {
        let chosen = (self.chosen)(query);
        let is = |value: &str| chosen.iter().any(|other| other.eq_ignore_ascii_case(value));
        let mut choices: Vec<Choice> = values
            .iter()
            .map(|facet| Choice {
                value: facet.value.clone(),
                label: self.name(&facet.value, titles),
                count: facet.count,
                chosen: is(&facet.value),
            })
            .collect();
        for value in chosen {
            if !values.iter().any(|facet| facet.value.eq_ignore_ascii_case(value)) {
                let choice =
                    Choice { value: value.clone(), label: self.name(value, titles), count: 0, chosen: true };
                choices.push(choice);
            }
        }
        choices.sort_by_cached_key(|choice| choice.label.to_ascii_lowercase());
        choices
    }

    /// The choices as fields of a form; nothing where a choice would leave the list as it is.
    pub(crate) fn group(
        &self,
        query: &Q,
        values: &[FacetValue],
        titles: &[(String, String)],
        left_off: u32,
    ) -> Option<AnyView> {
        let choices = self.choices(query, values, titles);
        let useful = choices.len() > 1 || choices.iter().any(|choice| choice.chosen);
        useful.then(|| view! { <FacetGroup title=self.title name=self.param choices left_off/> }.into_any())
    }

    /// The chosen values.
    pub(crate) fn chosen<'a>(&self, query: &'a Q) -> &'a [String] {
        (self.chosen)(query)
    }
}

#[cfg(test)]
mod tests {
    use model::{EntityListQuery, FacetValue};

    use super::{Address as _, ENTITY_FILTERS};

    fn facet(value: &str, count: u32) -> FacetValue {
        FacetValue { value: value.to_owned(), count }
    }

    #[test]
    fn each_filter_is_the_parameter_of_its_name() {
        for filter in &ENTITY_FILTERS {
            let query = filter.toggled(&EntityListQuery::default(), "some value");
            let address = format!("{}=some%20value", filter.param);
            assert_eq!(EntityListQuery::from_query_string(&address), query, "{}", filter.param);
            assert!(query.href().starts_with(&format!("/catalog?{}=", filter.param)), "{}", query.href());
        }
    }

    #[test]
    fn choosing_twice_is_not_choosing() {
        let filter = &ENTITY_FILTERS[0];
        let once = filter.toggled(&EntityListQuery::default().on_page(4), "component");
        assert_eq!(once.page, 1);
        assert_eq!(filter.toggled(&once, "Component"), EntityListQuery::default());
    }

    #[test]
    fn a_chosen_value_without_results_stays_visible() {
        let filter = &ENTITY_FILTERS[1];
        let query = filter.toggled(&EntityListQuery::default(), "website");
        let choices = filter.choices(&query, &[facet("service", 3), facet("Library", 2)], &[]);
        let seen: Vec<_> =
            choices.iter().map(|choice| (choice.label.as_str(), choice.count, choice.chosen)).collect();
        assert_eq!(seen, [("Library", 2, false), ("service", 3, false), ("website", 0, true)]);
    }
}
