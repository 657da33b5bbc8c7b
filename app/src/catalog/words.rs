//! The catalog's terms in human words. Knows names and nothing about where they are shown.

use model::{ChangeKind, EntityListQuery, ProblemCode};
pub(crate) use model::{kind_title as kind, relation_title as relation, sentence};

/// Where a group of relations stands among the others: people first, then structure, then use.
pub(crate) fn relation_rank(relation_type: &str) -> usize {
    const ORDER: [&str; 14] = [
        "ownedBy",
        "partOf",
        "childOf",
        "memberOf",
        "dependsOn",
        "dependencyOf",
        "providesApi",
        "consumesApi",
        "apiProvidedBy",
        "apiConsumedBy",
        "hasPart",
        "parentOf",
        "hasMember",
        "ownerOf",
    ];
    ORDER.iter().position(|known| *known == relation_type).unwrap_or(ORDER.len())
}

/// The plural of a kind, for headings and tiles.
pub(crate) fn kinds(kind: &str) -> String {
    match kind.to_ascii_lowercase().as_str() {
        "api" => "APIs".to_owned(),
        "airesource" => "AI resources".to_owned(),
        lower if lower.ends_with('y') => format!("{}ies", &kind[..kind.len() - 1]),
        _ => format!("{kind}s"),
    }
}

/// An entity reference without what goes without saying: "payments", "team-b/payments", and the kind where it is not
/// the expected one ("user:jane").
pub(crate) fn short_reference(reference: &str, expected_kind: &str) -> String {
    let (kind, rest) = reference.split_once(':').unwrap_or(("", reference));
    let rest = rest.strip_prefix("default/").unwrap_or(rest);
    if kind.is_empty() || kind == expected_kind { rest.to_owned() } else { format!("{kind}:{rest}") }
}

/// An owner among the filters.
pub(crate) fn owner(reference: &str) -> String {
    match reference {
        EntityListQuery::NO_OWNER => "No owner".to_owned(),
        reference => short_reference(reference, "group"),
    }
}

/// A system among the filters.
pub(crate) fn system(reference: &str) -> String {
    short_reference(reference, "system")
}

/// The plain words for a problem's code as it stands in an address; the code itself where it is unknown.
pub(crate) fn problem_code(code: &str) -> String {
    serde_json::from_value::<ProblemCode>(code.into())
        .map_or_else(|_| code.to_owned(), |code| code.title().to_owned())
}

/// What happened to an entity.
pub(crate) fn change(change: ChangeKind) -> &'static str {
    match change {
        ChangeKind::Added => "Added",
        ChangeKind::Changed => "Changed",
        ChangeKind::Removed => "Removed",
    }
}

/// "1 entity", "1 284 entities": a count with thousands set apart.
pub(crate) fn count(number: u32, one: &str, many: &str) -> String {
    format!("{} {}", grouped(number), if number == 1 { one } else { many })
}

/// A number with its thousands set apart by thin spaces that don't break.
pub(crate) fn grouped(number: u32) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3 * 3);
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push('\u{202f}');
        }
        text.push(digit);
    }
    text
}

/// A number of bytes, as exact as anybody needs it.
pub(crate) fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{} kB", bytes / 1_000),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
    }
}

#[cfg(test)]
mod tests {
    use super::{grouped, kind, kinds, relation, short_reference, size};

    #[test]
    fn relations_read_like_sentences() {
        assert_eq!(relation("dependencyOf"), "Used by");
        assert_eq!(relation("deployedTo"), "Deployed to");
    }

    #[test]
    fn kinds_are_written_as_in_files() {
        for (written, expected) in
            [("api", "API"), ("airesource", "AiResource"), ("Component", "Component"), ("boat", "Boat")]
        {
            assert_eq!(kind(written), expected);
        }
    }

    #[test]
    fn kinds_have_plurals() {
        for (kind, plural) in [("Component", "Components"), ("API", "APIs"), ("Policy", "Policies")] {
            assert_eq!(kinds(kind), plural);
        }
    }

    #[test]
    fn references_lose_what_goes_without_saying() {
        for (reference, short) in [
            ("group:default/payments", "payments"),
            ("group:eu/payments", "eu/payments"),
            ("user:default/jane", "user:jane"),
            ("broken", "broken"),
        ] {
            assert_eq!(short_reference(reference, "group"), short);
        }
    }

    #[test]
    fn sizes_are_short() {
        for (bytes, text) in [(999, "999 bytes"), (1_999, "1 kB"), (999_999, "999 kB"), (2_970_000, "2.9 MB")]
        {
            assert_eq!(size(bytes), text);
        }
    }

    #[test]
    fn numbers_are_grouped() {
        for (number, text) in [(7, "7"), (1_284, "1\u{202f}284"), (1_000_000, "1\u{202f}000\u{202f}000")] {
            assert_eq!(grouped(number), text);
        }
    }
}
