//! The kinds that the catalog knows and what their `spec` looks like, as Backstage 1.55 defines them.

#[cfg(test)]
mod tests;

use serde_json::{Map, Value};

/// What a field may hold.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Shape {
    /// A text that is not empty.
    Text,
    /// A text of at most this many characters, not empty.
    ShortText(usize),
    /// One of these texts.
    OneOf(&'static [&'static str]),
    /// A list of texts that are not empty.
    Texts,
    /// Any text, also an empty one.
    AnyText,
    /// A list of any texts.
    AnyTexts,
    /// A text or a boolean.
    TextOrFlag,
    /// An object with these fields; whatever else it has is a text.
    TextsByKey(&'static [Field]),
    /// An object with these fields, and any others.
    Object(&'static [Field]),
    /// A list of at least this many objects with these fields, and any others.
    Objects(usize, &'static [Field]),
    /// An object with these fields, or a list of such objects.
    ObjectOrObjects(&'static [Field]),
}

/// A field of an object.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) required: bool,
    /// A field that may stand in its place; Portico knows more of these than Backstage.
    pub(crate) instead: Option<&'static str>,
    pub(crate) shape: Shape,
}

impl Field {
    /// Whether an object lacks it.
    pub(crate) fn is_missing(&self, object: &Map<String, Value>) -> bool {
        self.required
            && !object.contains_key(self.name)
            && self.instead.is_none_or(|instead| !object.contains_key(instead))
    }
}

const fn required(name: &'static str, shape: Shape) -> Field {
    Field { name, required: true, instead: None, shape }
}

const fn required_unless(instead: &'static str, name: &'static str, shape: Shape) -> Field {
    Field { name, required: true, instead: Some(instead), shape }
}

const fn optional(name: &'static str, shape: Shape) -> Field {
    Field { name, required: false, instead: None, shape }
}

/// A kind, or a kind with a certain `spec.type`.
#[derive(Debug)]
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    pub(crate) api_versions: &'static [&'static str],
    /// Only for this `spec.type`; nothing is for every type that has no entry of its own.
    pub(crate) spec_type: Option<&'static str>,
    pub(crate) spec: &'static [Field],
}

const V1: &[&str] = &["backstage.io/v1alpha1", "backstage.io/v1beta1"];
const V1ALPHA1: &[&str] = &["backstage.io/v1alpha1"];
const V1BETA3: &[&str] = &["scaffolder.backstage.io/v1beta3"];

const TYPE: Field = required("type", Shape::Text);
const LIFECYCLE: Field = required("lifecycle", Shape::Text);
const OWNER: Field = required("owner", Shape::Text);
const SYSTEM: Field = optional("system", Shape::Text);
const PROFILE: Field = optional(
    "profile",
    Shape::Object(&[
        optional("displayName", Shape::Text),
        optional("email", Shape::Text),
        optional("picture", Shape::Text),
    ]),
);
const PERMISSIONS: Field =
    optional("backstage:permissions", Shape::Object(&[optional("tags", Shape::AnyTexts)]));
const OUTPUT: Field = optional(
    "output",
    Shape::TextsByKey(&[
        optional(
            "links",
            Shape::Objects(
                0,
                &[
                    optional("if", Shape::TextOrFlag),
                    optional("url", Shape::Text),
                    optional("entityRef", Shape::Text),
                    optional("title", Shape::Text),
                    optional("icon", Shape::Text),
                ],
            ),
        ),
        optional(
            "text",
            Shape::Objects(
                0,
                &[
                    optional("if", Shape::TextOrFlag),
                    optional("title", Shape::Text),
                    optional("icon", Shape::Text),
                    optional("content", Shape::AnyText),
                ],
            ),
        ),
    ]),
);
const DECORATOR: &[Field] = &[optional("id", Shape::AnyText), optional("input", Shape::Object(&[]))];

const fn kind(name: &'static str, api_versions: &'static [&'static str], spec: &'static [Field]) -> Kind {
    Kind { name, api_versions, spec_type: None, spec }
}

const fn typed(
    name: &'static str,
    api_versions: &'static [&'static str],
    spec_type: &'static str,
    spec: &'static [Field],
) -> Kind {
    Kind { name, api_versions, spec_type: Some(spec_type), spec }
}

/// All kinds; entries for a `spec.type` stand before the general one.
pub(crate) const KINDS: &[Kind] = &[
    kind(
        "Component",
        V1,
        &[
            TYPE,
            LIFECYCLE,
            OWNER,
            SYSTEM,
            optional("subcomponentOf", Shape::Text),
            optional("providesApis", Shape::Texts),
            optional("consumesApis", Shape::Texts),
            optional("dependsOn", Shape::Texts),
            optional("dependencyOf", Shape::Texts),
        ],
    ),
    typed(
        "API",
        V1,
        "mcp-server",
        &[
            TYPE,
            LIFECYCLE,
            OWNER,
            SYSTEM,
            required(
                "remotes",
                Shape::Objects(1, &[required("type", Shape::Text), required("url", Shape::Text)]),
            ),
        ],
    ),
    kind("API", V1, &[TYPE, LIFECYCLE, OWNER, SYSTEM, required("definition", Shape::Text)]),
    kind(
        "Resource",
        V1,
        &[TYPE, OWNER, SYSTEM, optional("dependsOn", Shape::Texts), optional("dependencyOf", Shape::Texts)],
    ),
    kind("System", V1, &[OWNER, optional("domain", Shape::Text), optional("type", Shape::Text)]),
    kind("Domain", V1, &[OWNER, optional("subdomainOf", Shape::Text), optional("type", Shape::Text)]),
    kind(
        "Group",
        V1,
        &[
            TYPE,
            PROFILE,
            optional("parent", Shape::Text),
            required("children", Shape::Texts),
            optional("members", Shape::Texts),
        ],
    ),
    kind("User", V1, &[PROFILE, required("memberOf", Shape::Texts)]),
    kind(
        "Location",
        V1,
        &[
            optional("type", Shape::Text),
            optional("target", Shape::Text),
            optional("targets", Shape::Texts),
            optional("presence", Shape::OneOf(&["required", "optional"])),
        ],
    ),
    kind(
        "Template",
        V1BETA3,
        &[
            TYPE,
            optional("owner", Shape::Text),
            optional("lifecycle", Shape::Text),
            optional("parameters", Shape::ObjectOrObjects(&[PERMISSIONS])),
            optional("secrets", Shape::Object(&[optional("schema", Shape::Object(&[]))])),
            optional(
                "presentation",
                Shape::Object(&[optional(
                    "buttonLabels",
                    Shape::Object(&[
                        optional("backButtonText", Shape::AnyText),
                        optional("createButtonText", Shape::AnyText),
                        optional("reviewButtonText", Shape::AnyText),
                    ]),
                )]),
            ),
            optional(
                "EXPERIMENTAL_recovery",
                Shape::Object(&[optional("EXPERIMENTAL_strategy", Shape::AnyText)]),
            ),
            optional("formDecorators", Shape::Objects(0, DECORATOR)),
            optional("EXPERIMENTAL_formDecorators", Shape::Objects(0, DECORATOR)),
            required(
                "steps",
                Shape::Objects(
                    0,
                    &[
                        optional("id", Shape::AnyText),
                        optional("name", Shape::AnyText),
                        required_unless("branches", "action", Shape::AnyText),
                        optional("input", Shape::Object(&[])),
                        optional("if", Shape::TextOrFlag),
                        PERMISSIONS,
                    ],
                ),
            ),
            OUTPUT,
        ],
    ),
    typed(
        "AiResource",
        V1ALPHA1,
        "skill",
        &[
            TYPE,
            LIFECYCLE,
            OWNER,
            SYSTEM,
            optional("disciplines", Shape::Texts),
            optional("categories", Shape::Texts),
            optional("agents", Shape::Texts),
            optional("dependsOn", Shape::Texts),
            optional("allowedTools", Shape::Text),
            optional("license", Shape::Text),
            optional("compatibility", Shape::ShortText(500)),
        ],
    ),
    typed(
        "AiResource",
        V1ALPHA1,
        "rule",
        &[
            TYPE,
            LIFECYCLE,
            OWNER,
            SYSTEM,
            optional("disciplines", Shape::Texts),
            required("category", Shape::Text),
            required("rationale", Shape::Text),
        ],
    ),
    typed(
        "AiResource",
        V1ALPHA1,
        "plugin",
        &[TYPE, LIFECYCLE, OWNER, SYSTEM, required("skills", Shape::Texts), optional("version", Shape::Text)],
    ),
    typed(
        "AiResource",
        V1ALPHA1,
        "marketplace",
        &[
            TYPE,
            LIFECYCLE,
            OWNER,
            SYSTEM,
            required("plugins", Shape::Texts),
            optional("version", Shape::Text),
        ],
    ),
    kind("AiResource", V1ALPHA1, &[TYPE, LIFECYCLE, OWNER, SYSTEM]),
];

/// The names of all kinds, each once.
pub fn known_kinds() -> impl Iterator<Item = &'static str> {
    KINDS.iter().filter(|kind| kind.spec_type.is_none()).map(|kind| kind.name)
}

/// The entry for a kind (exact case) with this `spec.type`.
pub(crate) fn find(name: &str, spec_type: Option<&str>) -> Option<&'static Kind> {
    let mut same_name = KINDS.iter().filter(|kind| kind.name == name);
    same_name.find(|kind| kind.spec_type.is_none() || kind.spec_type == spec_type)
}
