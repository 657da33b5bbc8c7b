//! Catalogs that look like those of real organisations: skewed ownership, systems of a dozen components, tags that few
//! or many share, annotations on most things. The same seed gives the same files.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context, Result, ensure};

/// Entities per descriptor file.
const PER_FILE: u32 = 5;
/// Files per folder on disk, so that no folder grows without bound.
const FILES_PER_FOLDER: u32 = 100;

const TAGS: [&str; 24] = [
    "java",
    "go",
    "rust",
    "python",
    "typescript",
    "kotlin",
    "scala",
    "ruby",
    "payments",
    "critical",
    "pci",
    "internal",
    "public",
    "batch",
    "stream",
    "ml",
    "frontend",
    "backend",
    "mobile",
    "data",
    "legacy",
    "beta",
    "edge",
    "platform",
];
const LIFECYCLES: [&str; 4] = ["production", "production", "experimental", "deprecated"];
const COMPONENT_TYPES: [&str; 4] = ["service", "service", "library", "website"];
const API_TYPES: [&str; 4] = ["openapi", "asyncapi", "graphql", "grpc"];
const RESOURCE_TYPES: [&str; 4] = ["database", "s3-bucket", "kafka-topic", "cache"];
const WORDS: [&str; 20] = [
    "order", "basket", "invoice", "ledger", "search", "profile", "shipping", "stock", "price", "session",
    "audit", "report", "message", "media", "route", "ticket", "quota", "token", "event", "report",
];

/// What was written.
pub(crate) struct Written {
    pub(crate) entities: u32,
    pub(crate) files: u32,
}

/// How many entities of each kind a catalog of a given size has; components fill the rest.
#[derive(Clone, Copy)]
pub(crate) struct Shape {
    pub(crate) groups: u32,
    pub(crate) users: u32,
    pub(crate) domains: u32,
    pub(crate) systems: u32,
    pub(crate) apis: u32,
    pub(crate) resources: u32,
    pub(crate) components: u32,
}

impl Shape {
    /// The shape of a catalog of this many entities.
    pub(crate) fn of(entities: u32) -> Self {
        let share = |per_mille: u32| (entities * per_mille / 1000).max(1);
        let mut shape = Self {
            groups: share(20),
            users: share(180),
            domains: share(5),
            systems: share(45),
            apis: share(150),
            resources: share(150),
            components: 0,
        };
        let others =
            shape.groups + shape.users + shape.domains + shape.systems + shape.apis + shape.resources;
        shape.components = entities.saturating_sub(others).max(1);
        shape
    }

    fn total(self) -> u32 {
        self.groups + self.users + self.domains + self.systems + self.apis + self.resources + self.components
    }
}

/// A small generator with good spread (`SplitMix64`), so that runs on any machine agree.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `bound`, which is at least 1.
    pub(crate) fn below(&mut self, bound: u32) -> u32 {
        u32::try_from(self.next() % u64::from(bound)).unwrap_or(0)
    }

    /// A number below `bound`, small ones much more often: few teams own much.
    fn skewed(&mut self, bound: u32) -> u32 {
        let (a, b) = (self.below(bound), self.below(bound));
        u32::try_from(u64::from(a) * u64::from(b) / u64::from(bound)).unwrap_or(0)
    }

    pub(crate) fn pick<'a>(&mut self, values: &[&'a str]) -> &'a str {
        let index = self.below(u32::try_from(values.len()).unwrap_or(1));
        values[index as usize]
    }
}

/// Writes a catalog.
pub(crate) fn write(out: &Path, entities: u32, seed: u64) -> Result<Written> {
    ensure!(!out.exists(), "{} exists already", out.display());
    let shape = Shape::of(entities);
    let mut random = Random::new(seed);
    let mut files = 0;
    let mut text = String::new();
    let mut in_file = 0;
    for index in 0..shape.total() {
        entity(&mut text, index, shape, &mut random);
        in_file += 1;
        if in_file == PER_FILE || index + 1 == shape.total() {
            let folder = out.join(format!("team-{:04}/repo-{files:05}", files / FILES_PER_FOLDER));
            std::fs::create_dir_all(&folder)
                .with_context(|| format!("cannot create {}", folder.display()))?;
            std::fs::write(folder.join("catalog-info.yaml"), &text)?;
            text.clear();
            in_file = 0;
            files += 1;
        }
    }
    Ok(Written { entities: shape.total(), files })
}

fn entity(out: &mut String, index: u32, shape: Shape, random: &mut Random) {
    let mut rest = index;
    let mut take = |count: u32| {
        let here = rest < count;
        if !here {
            rest -= count;
        }
        here
    };
    // A text always takes what is written to it, so the results need no look.
    let _written = if take(shape.groups) {
        let parent = if rest == 0 { String::new() } else { format!("  parent: group-{:05}\n", rest / 8) };
        head(out, "Group", &format!("group-{rest:05}"), random);
        write!(
            out,
            "spec:\n  type: team\n{parent}  children: []\n  profile:\n    displayName: Team {rest}\n---\n"
        )
    } else if take(shape.users) {
        head(out, "User", &format!("user-{rest:06}"), random);
        let group = random.below(shape.groups);
        write!(
            out,
            "spec:\n  profile:\n    displayName: Person {rest}\n    email: person-{rest}@example.com\n  memberOf: [group-{group:05}]\n---\n"
        )
    } else if take(shape.domains) {
        head(out, "Domain", &format!("domain-{rest:04}"), random);
        writeln!(out, "spec:\n  owner: {}\n---", owner(shape, random))
    } else if take(shape.systems) {
        head(out, "System", &format!("system-{rest:05}"), random);
        let domain = random.below(shape.domains);
        writeln!(out, "spec:\n  owner: {}\n  domain: domain-{domain:04}\n---", owner(shape, random))
    } else if take(shape.apis) {
        head(out, "API", &format!("api-{rest:06}"), random);
        writeln!(
            out,
            "spec:\n  type: {}\n  lifecycle: {}\n  owner: {}\n  system: system-{:05}\n  definition: |\n    openapi: 3.0.0\n    info: {{ title: API {rest}, version: 1.0.0 }}\n    paths: {{}}\n---",
            random.pick(&API_TYPES),
            random.pick(&LIFECYCLES),
            owner(shape, random),
            random.below(shape.systems)
        )
    } else if take(shape.resources) {
        head(out, "Resource", &format!("resource-{rest:06}"), random);
        writeln!(
            out,
            "spec:\n  type: {}\n  owner: {}\n  system: system-{:05}\n---",
            random.pick(&RESOURCE_TYPES),
            owner(shape, random),
            random.below(shape.systems)
        )
    } else {
        component(out, rest, shape, random)
    };
}

fn component(out: &mut String, number: u32, shape: Shape, random: &mut Random) -> std::fmt::Result {
    head(out, "Component", &component_name(number), random);
    write!(
        out,
        "spec:\n  type: {}\n  lifecycle: {}\n  owner: {}\n  system: system-{:05}\n  providesApis: [api-{:06}]\n  consumesApis: [api-{:06}, api-{:06}]\n  dependsOn:\n",
        random.pick(&COMPONENT_TYPES),
        random.pick(&LIFECYCLES),
        owner(shape, random),
        random.below(shape.systems),
        random.below(shape.apis),
        random.skewed(shape.apis),
        random.skewed(shape.apis),
    )?;
    writeln!(out, "    - resource:resource-{:06}", random.below(shape.resources))?;
    for _ in 0..random.below(3) {
        writeln!(out, "    - component:{}", component_name(random.skewed(shape.components)))?;
    }
    writeln!(out, "---")
}

/// The name of the component with this number.
pub(crate) fn component_name(number: u32) -> String {
    format!("{}-service-{number:06}", WORDS[(number % 20) as usize])
}

fn owner(shape: Shape, random: &mut Random) -> String {
    format!("group:default/group-{:05}", random.skewed(shape.groups))
}

fn head(out: &mut String, kind: &str, name: &str, random: &mut Random) {
    let (first, second) = (random.pick(&WORDS), random.pick(&WORDS));
    let tags = [random.pick(&TAGS), random.pick(&TAGS)];
    let tags = if tags[0] == tags[1] { tags[0].to_owned() } else { tags.join(", ") };
    let _written = write!(
        out,
        "apiVersion: backstage.io/v1alpha1\nkind: {kind}\nmetadata:\n  name: {name}\n  title: {kind} {name}\n  description: Keeps the {first} and the {second} of {name} in order for everyone who needs them.\n  tags: [{tags}]\n  labels:\n    example.com/tier: \"{tier}\"\n  annotations:\n    github.com/project-slug: example/{name}\n    backstage.io/techdocs-ref: dir:.\n    pagerduty.com/service-id: P{pager:06}\n  links:\n    - url: https://dashboards.example.com/{name}\n      title: Dashboard\n",
        tier = random.below(4),
        pager = random.below(1_000_000),
    );
}
