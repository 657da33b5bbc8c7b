//! What the graph shows: the state of its address, under the names that Backstage gives its parameters.

use serde::{Deserialize, Serialize};

use super::Curve;

/// Where arrows point in the picture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Direction {
    /// From left to right.
    #[default]
    LR,
    /// From right to left.
    RL,
    /// From top to bottom.
    TB,
    /// From bottom to top.
    BT,
}

impl Direction {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::LR, Self::RL, Self::TB, Self::BT];

    /// As it stands in the address.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::LR => "LR",
            Self::RL => "RL",
            Self::TB => "TB",
            Self::BT => "BT",
        }
    }

    /// Whether arrows run sideways.
    #[must_use]
    pub fn is_horizontal(self) -> bool {
        matches!(self, Self::LR | Self::RL)
    }

    fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|direction| direction.word() == word)
    }
}

/// What boxes of the picture hold together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Grouping {
    /// What is part of one system.
    System,
    /// What is part of one domain, by way of its system as well.
    Domain,
    /// What one group or user owns.
    Owner,
}

impl Grouping {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::System, Self::Domain, Self::Owner];

    /// As it stands in the address.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Domain => "domain",
            Self::Owner => "owner",
        }
    }

    fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|grouping| grouping.word() == word)
    }
}

/// The graph page: the state of its address.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct GraphQuery {
    /// References of the entities that everything else is around, as they were written.
    pub roots: Vec<String>,
    /// How many relations away from a root an entity may be; nothing means any number.
    pub max_depth: Option<u32>,
    /// Kinds in lower case; with some, others are shown as roots only. Nothing means all.
    pub kinds: Vec<String>,
    /// Relation types that are followed, each from its own side. Nothing means all.
    pub relations: Vec<String>,
    /// Whether a relation is drawn in one of its two directions only.
    pub unidirectional: bool,
    /// Whether one arrow stands for a relation and its reverse.
    pub merge_relations: bool,
    /// Whether the filters are there to see.
    #[serde(default = "shown")]
    pub show_filters: bool,
    /// Where arrows point.
    pub direction: Direction,
    /// How arrows bend.
    pub curve: Curve,
    /// What boxes hold together; nothing means that there are none.
    pub group: Option<Grouping>,
    /// References of entities whose neighbours are shown however far away they are.
    pub expanded: Vec<String>,
    /// References of entities whose relations are not followed.
    pub collapsed: Vec<String>,
    /// Words in the name of an entity to start at, or to add.
    pub text: String,
    /// The page of the list in words, from 1.
    pub page: u32,
    /// The moment that is shown: a date, a time or a `seq`; empty for now.
    #[serde(default)]
    pub at: String,
    /// The moment that it is compared with; empty for no comparison.
    #[serde(default)]
    pub compare: String,
}

const fn shown() -> bool {
    true
}

impl Default for GraphQuery {
    fn default() -> Self {
        Self {
            roots: Vec::new(),
            max_depth: None,
            kinds: Vec::new(),
            relations: Vec::new(),
            unidirectional: true,
            merge_relations: true,
            show_filters: true,
            direction: Direction::default(),
            curve: Curve::default(),
            group: None,
            expanded: Vec::new(),
            collapsed: Vec::new(),
            text: String::new(),
            page: 1,
            at: String::new(),
            compare: String::new(),
        }
    }
}

impl GraphQuery {
    /// Everything around one entity.
    #[must_use]
    pub fn around(entity_ref: &str) -> Self {
        Self { roots: vec![entity_ref.to_owned()], ..Self::default() }
    }

    /// The same with more shown around an entity: what was hidden by hand, or what the depth leaves out.
    #[must_use]
    pub fn expand(&self, entity_ref: &str) -> Self {
        let mut next = Self { page: 1, ..self.clone() };
        let before = next.collapsed.len();
        next.collapsed.retain(|other| other != entity_ref);
        if next.collapsed.len() == before {
            add(&mut next.expanded, entity_ref.to_owned());
        }
        next
    }

    /// The same with less shown around an entity: what was expanded by hand, or all that hangs on it alone.
    #[must_use]
    pub fn collapse(&self, entity_ref: &str) -> Self {
        let mut next = Self { page: 1, ..self.clone() };
        let before = next.expanded.len();
        next.expanded.retain(|other| other != entity_ref);
        if next.expanded.len() == before {
            add(&mut next.collapsed, entity_ref.to_owned());
        }
        next
    }

    /// The query that the parameters of an address stand for (what follows the question mark). What is not known is left
    /// out.
    #[must_use]
    pub fn from_query_string(text: &str) -> Self {
        let mut query = Self::default();
        for (key, value) in form_urlencoded::parse(text.as_bytes()) {
            let value = value.trim();
            if value.is_empty() {
                continue;
            }
            match base(&key) {
                "rootEntityRefs" => add(&mut query.roots, value.to_owned()),
                "selectedKinds" => add(&mut query.kinds, value.to_lowercase()),
                "selectedRelations" => add(&mut query.relations, value.to_owned()),
                // `∞`, as Backstage writes it, is no number and so no limit.
                "maxDepth" => query.max_depth = value.parse().ok(),
                "unidirectional" => query.unidirectional = value == "true",
                "mergeRelations" => query.merge_relations = value == "true",
                "showFilters" => query.show_filters = value == "true",
                "direction" => query.direction = Direction::parse(value).unwrap_or_default(),
                "curve" => query.curve = Curve::parse(value).unwrap_or_default(),
                "group" => query.group = Grouping::parse(value),
                "expanded" => add(&mut query.expanded, value.to_owned()),
                "collapsed" => add(&mut query.collapsed, value.to_owned()),
                "page" => query.page = value.parse().unwrap_or(1).max(1),
                "text" => value.clone_into(&mut query.text),
                "at" => value.clone_into(&mut query.at),
                "compare" => value.clone_into(&mut query.compare),
                _ => {}
            }
        }
        query
    }

    /// The parameters of the address, without the question mark; defaults are left out.
    #[must_use]
    pub fn to_query_string(&self) -> String {
        let default = Self::default();
        let mut pairs = form_urlencoded::Serializer::new(String::new());
        for (key, values) in [
            ("rootEntityRefs[]", &self.roots),
            ("selectedKinds[]", &self.kinds),
            ("selectedRelations[]", &self.relations),
            ("expanded[]", &self.expanded),
            ("collapsed[]", &self.collapsed),
        ] {
            for value in values {
                pairs.append_pair(key, value);
            }
        }
        if let Some(depth) = self.max_depth {
            pairs.append_pair("maxDepth", &depth.to_string());
        }
        for (key, value, usual) in [
            ("unidirectional", self.unidirectional, default.unidirectional),
            ("mergeRelations", self.merge_relations, default.merge_relations),
            ("showFilters", self.show_filters, default.show_filters),
        ] {
            if value != usual {
                pairs.append_pair(key, if value { "true" } else { "false" });
            }
        }
        if self.direction != default.direction {
            pairs.append_pair("direction", self.direction.word());
        }
        if self.curve != default.curve {
            pairs.append_pair("curve", self.curve.word());
        }
        if let Some(group) = self.group {
            pairs.append_pair("group", group.word());
        }
        if self.page > 1 {
            pairs.append_pair("page", &self.page.to_string());
        }
        for (key, value) in [("text", &self.text), ("at", &self.at), ("compare", &self.compare)] {
            if !value.is_empty() {
                pairs.append_pair(key, value);
            }
        }
        pairs.finish()
    }
}

/// The name of a parameter without what marks it as a list: `kinds[]`, and `kinds[0]` as some libraries write it.
fn base(key: &str) -> &str {
    key.split_once('[').map_or(key, |(base, _)| base)
}

fn add(values: &mut Vec<String>, value: String) {
    if !values.contains(&value) {
        values.push(value);
    }
}
