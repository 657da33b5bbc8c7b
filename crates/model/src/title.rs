//! What kinds and relations are called where people read them, and the pictures that stand for kinds.

/// What the relations of one type are called, seen from their source.
#[must_use]
pub fn relation_title(relation_type: &str) -> String {
    let known = match relation_type {
        "ownedBy" => "Owned by",
        "ownerOf" => "Owns",
        "partOf" => "Part of",
        "hasPart" => "Consists of",
        "dependsOn" => "Depends on",
        "dependencyOf" => "Used by",
        "providesApi" => "Provides APIs",
        "apiProvidedBy" => "Provided by",
        "consumesApi" => "Consumes APIs",
        "apiConsumedBy" => "Consumed by",
        "parentOf" => "Parent of",
        "childOf" => "Child of",
        "memberOf" => "Member of",
        "hasMember" => "Members",
        other => return sentence(other),
    };
    known.to_owned()
}

/// A kind as it is written in files, whatever its case here.
#[must_use]
pub fn kind_title(kind: &str) -> String {
    let known = crate::known_kinds().find(|known| known.eq_ignore_ascii_case(kind));
    known.map_or_else(|| sentence(kind), str::to_owned)
}

/// `camelCase` as words with a capital at the start.
#[must_use]
pub fn sentence(name: &str) -> String {
    let mut words = String::with_capacity(name.len() + 4);
    for letter in name.chars() {
        if words.is_empty() {
            words.push(letter.to_ascii_uppercase());
        } else if letter.is_ascii_uppercase() {
            words.push(' ');
            words.push(letter.to_ascii_lowercase());
        } else {
            words.push(letter);
        }
    }
    words
}

/// The id of the picture that stands for a kind; kinds of the installation's own share one.
#[must_use]
pub fn kind_icon(kind: &str) -> String {
    const KNOWN: [&str; 10] = [
        "airesource",
        "api",
        "component",
        "domain",
        "group",
        "location",
        "resource",
        "system",
        "template",
        "user",
    ];
    let lower = kind.to_ascii_lowercase();
    if KNOWN.contains(&lower.as_str()) { format!("kind-{lower}") } else { "kind-other".to_owned() }
}
