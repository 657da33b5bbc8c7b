//! Addresses of the list pages: each filter is a parameter, so links, forms and the back button all speak the same
//! state. Knows the queries' fields and nothing about how they look.

use model::{EntityListQuery, FacetValue, GraphQuery, ProblemListQuery};

use super::words;
use crate::ui::Choice;

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
    chosen: fn(&Q) -> &Vec<String>,
    chosen_mut: fn(&mut Q) -> &mut Vec<String>,
}

/// The filters of the catalog table, in the order of the panel.
pub(crate) static ENTITY_FILTERS: [Filter<EntityListQuery>; 6] = [
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
pub(crate) static PROBLEM_FILTERS: [Filter<ProblemListQuery>; 2] = [
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

/// A query whose state is an address.
pub(crate) trait Address: Clone + PartialEq + Send + Sync + 'static {
    /// The page that understands the query.
    const PATH: &'static str;
    /// The parameters, without the question mark; empty when everything is as by default.
    fn parameters(&self) -> String;
    /// The words that are searched for.
    fn text_mut(&mut self) -> &mut String;
    /// The page of the results, from 1, where they come in pages.
    fn page_mut(&mut self) -> Option<&mut u32>;

    /// The address of this state.
    fn href(&self) -> String {
        match self.parameters() {
            parameters if parameters.is_empty() => Self::PATH.to_owned(),
            parameters => format!("{}?{parameters}", Self::PATH),
        }
    }

    /// The same list on another page.
    fn on_page(&self, page: u32) -> Self {
        let mut next = self.clone();
        if let Some(current) = next.page_mut() {
            *current = page;
        }
        next
    }

    /// The first page of a search for `text` with the filters as they are.
    fn searching(&self, text: &str) -> Self {
        let mut next = self.on_page(1);
        text.trim().clone_into(next.text_mut());
        next
    }
}

impl Address for EntityListQuery {
    const PATH: &'static str = "/catalog";

    fn href(&self) -> String {
        let path = if self.from.is_empty() { Self::PATH } else { Self::COMPARE };
        match self.parameters() {
            parameters if parameters.is_empty() => path.to_owned(),
            parameters => format!("{path}?{parameters}"),
        }
    }

    fn parameters(&self) -> String {
        self.to_query_string()
    }

    fn text_mut(&mut self) -> &mut String {
        &mut self.text
    }

    fn page_mut(&mut self) -> Option<&mut u32> {
        Some(&mut self.page)
    }
}

impl Address for ProblemListQuery {
    const PATH: &'static str = "/problems";

    fn parameters(&self) -> String {
        self.to_query_string()
    }

    fn text_mut(&mut self) -> &mut String {
        &mut self.text
    }

    fn page_mut(&mut self) -> Option<&mut u32> {
        Some(&mut self.page)
    }
}

impl Address for GraphQuery {
    const PATH: &'static str = "/catalog-graph";

    fn parameters(&self) -> String {
        self.to_query_string()
    }

    fn text_mut(&mut self) -> &mut String {
        &mut self.text
    }

    fn page_mut(&mut self) -> Option<&mut u32> {
        Some(&mut self.page)
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

    /// The choices by name: those with results, and those that are chosen all the same.
    pub(crate) fn choices(&self, query: &Q, values: &[FacetValue]) -> Vec<Choice> {
        let chosen = (self.chosen)(query);
        let is = |value: &str| chosen.iter().any(|other| other.eq_ignore_ascii_case(value));
        let mut choices: Vec<Choice> = values
            .iter()
            .map(|facet| Choice {
                value: facet.value.clone(),
                label: (self.label)(&facet.value),
                count: facet.count,
                chosen: is(&facet.value),
            })
            .collect();
        for value in chosen {
            if !values.iter().any(|facet| facet.value.eq_ignore_ascii_case(value)) {
                let choice =
                    Choice { value: value.clone(), label: (self.label)(value), count: 0, chosen: true };
                choices.push(choice);
            }
        }
        choices.sort_by_cached_key(|choice| choice.label.to_ascii_lowercase());
        choices
    }

    /// The chosen values.
    pub(crate) fn chosen<'a>(&self, query: &'a Q) -> &'a [String] {
        (self.chosen)(query)
    }
}

#[cfg(test)]
mod tests {
    use model::{EntityListQuery, FacetValue};

    use super::{Address, ENTITY_FILTERS};

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
        let choices = filter.choices(&query, &[facet("service", 3), facet("Library", 2)]);
        let seen: Vec<_> =
            choices.iter().map(|choice| (choice.label.as_str(), choice.count, choice.chosen)).collect();
        assert_eq!(seen, [("Library", 2, false), ("service", 3, false), ("website", 0, true)]);
    }
}
