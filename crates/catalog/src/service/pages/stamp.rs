//! Links of a page about a past moment lead to the same moment.

use model::{
    Dependents, DependentsPage, EntityDetail, EntityLink, EntityList, EntitySummary, GraphPage, People,
};

/// An answer whose links can be made to lead to a moment.
pub(super) trait Stamp {
    /// The links that lead to pages which know of moments.
    fn links(&mut self) -> Vec<&mut EntityLink>;

    /// Makes those links lead to the moment that have none yet; an empty text is now.
    fn stamp(&mut self, at: &str) {
        let at = at.trim();
        if at.is_empty() {
            return;
        }
        for link in self.links() {
            if link.at.is_empty() {
                at.clone_into(&mut link.at);
            }
        }
    }
}

impl Stamp for EntitySummary {
    fn links(&mut self) -> Vec<&mut EntityLink> {
        std::iter::once(&mut self.link).chain(&mut self.owner).chain(&mut self.system).collect()
    }
}

impl Stamp for EntityList {
    fn links(&mut self) -> Vec<&mut EntityLink> {
        let of_groups = self.groups.iter_mut().flat_map(|group| &mut group.items);
        of_groups.chain(&mut self.items).flat_map(Stamp::links).collect()
    }
}

impl Stamp for People {
    fn links(&mut self) -> Vec<&mut EntityLink> {
        let portions = [&mut self.below, &mut self.members, &mut self.groups, &mut self.owned.direct];
        let shown = portions.into_iter().flat_map(|portion| &mut portion.shown);
        self.above.iter_mut().chain(shown).collect()
    }
}

impl Stamp for EntityDetail {
    fn links(&mut self) -> Vec<&mut EntityLink> {
        let mut links = self.summary.links();
        links.extend(self.relations.iter_mut().flat_map(|group| &mut group.targets));
        links.extend(self.people.iter_mut().flat_map(Stamp::links));
        links.extend(self.ancestry.iter_mut().map(|ancestor| &mut ancestor.link));
        links
    }
}

impl Stamp for Dependents {
    fn links(&mut self) -> Vec<&mut EntityLink> {
        self.by_distance.iter_mut().flat_map(|portion| &mut portion.shown).collect()
    }
}

impl Stamp for DependentsPage {
    fn links(&mut self) -> Vec<&mut EntityLink> {
        std::iter::once(&mut self.link).chain(self.dependents.links()).collect()
    }
}

impl Stamp for GraphPage {
    fn links(&mut self) -> Vec<&mut EntityLink> {
        let nodes = self.graph.nodes.iter_mut().map(|node| &mut node.link);
        nodes.chain(self.dependents.links()).chain(&mut self.starts.shown).collect()
    }
}
