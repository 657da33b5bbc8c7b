//! Addresses of the list pages: links, forms and the back button all speak the same state.

use model::{EntityListQuery, GraphQuery, ProblemListQuery};

/// A query whose state is an address.
pub(crate) trait Address: Clone + PartialEq + Send + Sync + 'static {
    /// The page that understands the query.
    const PATH: &'static str;
    /// The parameters, without the question mark; empty when everything is as by default.
    fn parameters(&self) -> String;
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

    fn page_mut(&mut self) -> Option<&mut u32> {
        Some(&mut self.page)
    }
}

impl Address for ProblemListQuery {
    const PATH: &'static str = "/problems";

    fn parameters(&self) -> String {
        self.to_query_string()
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

    fn page_mut(&mut self) -> Option<&mut u32> {
        Some(&mut self.page)
    }
}
