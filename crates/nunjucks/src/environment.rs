//! The filters and functions that whoever renders adds to those of the language.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use serde_json::Value as Json;

/// A filter: the value, and what stands in the parentheses. An error is a sentence for the author of the template.
pub type Filter = Arc<dyn Fn(&Json, &[Json]) -> Result<Json, String> + Send + Sync>;

/// A function: what stands in the parentheses. An error is a sentence for the author of the template.
pub type Function = Arc<dyn Fn(&[Json]) -> Result<Json, String> + Send + Sync>;

/// What a template can use beside the language itself.
#[derive(Clone, Default)]
pub struct Environment {
    filters: BTreeMap<String, Filter>,
    functions: BTreeMap<String, Function>,
}

impl Environment {
    /// Adds a filter, in the place of one of the same name.
    #[must_use]
    pub fn with_filter(
        mut self,
        name: &str,
        filter: impl Fn(&Json, &[Json]) -> Result<Json, String> + Send + Sync + 'static,
    ) -> Self {
        self.filters.insert(name.to_owned(), Arc::new(filter));
        self
    }

    /// Adds a function, in the place of one of the same name. A value of the context hides it.
    #[must_use]
    pub fn with_function(
        mut self,
        name: &str,
        function: impl Fn(&[Json]) -> Result<Json, String> + Send + Sync + 'static,
    ) -> Self {
        self.functions.insert(name.to_owned(), Arc::new(function));
        self
    }

    pub(crate) fn function(&self, name: &str) -> Option<&Function> {
        self.functions.get(name)
    }

    pub(crate) fn filter(&self, name: &str) -> Option<&Filter> {
        self.filters.get(name)
    }

    /// The names of all filters, those of the language among them.
    pub fn filters(&self) -> impl Iterator<Item = &str> {
        self.filters.keys().map(String::as_str).chain(crate::filters::NAMES)
    }

    /// Whether there is a filter of this name.
    pub(crate) fn knows_filter(&self, name: &str) -> bool {
        self.filters.contains_key(name) || crate::filters::NAMES.contains(&name)
    }
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.filters.keys()).entries(self.functions.keys()).finish()
    }
}

#[cfg(test)]
mod tests {
    const DOCUMENT: &str = include_str!("../../../docs/template-language.md");

    /// The names in the first column of the last table below a heading.
    fn described(heading: &str) -> Vec<&'static str> {
        let section =
            DOCUMENT.split("\n## ").find(|section| section.starts_with(heading)).unwrap_or_default();
        let table = section.rsplit("| --- | --- |").next().unwrap_or_default();
        let name = |line: &'static str| line.strip_prefix("| `")?.split(['`', '(']).next();
        sorted(table.lines().filter_map(name))
    }

    fn sorted<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
        let mut names: Vec<&str> = names.into_iter().collect();
        names.sort_unstable();
        names
    }

    #[test]
    fn all_filters_and_tests_are_described() {
        assert_eq!(described("Filters"), sorted(crate::filters::NAMES));
        assert_eq!(described("Tests"), sorted(crate::checks::NAMES));
    }
}
