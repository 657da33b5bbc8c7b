//! Beginnings of long texts. A page holds each text up to three times (drawn, as data for the browser, in attributes), so
//! what is longer than anybody reads is left off.

/// The text, or its first `most` characters and an ellipsis.
pub(in crate::service) fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
    }
}

/// The first lines that fit into `most` bytes, or as much of a longer line; and how many bytes were left off.
pub(super) fn head(mut text: String, most: usize) -> (String, u64) {
    let length = text.len();
    if length > most {
        let end = text.floor_char_boundary(most);
        text.truncate(text[..end].rfind('\n').map_or(end, |line_end| line_end + 1));
    }
    let left_off = length - text.len();
    (text, left_off as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_cut_between_characters() {
        for (text, most, expected) in [
            ("", 3, ""),
            ("abc", 3, "abc"),
            ("abcd", 3, "abc…"),
            ("ab cd", 3, "ab…"),
            ("äöüß", 3, "äöü…"),
            ("👩\u{200d}🚀 goes", 1, "👩…"),
        ] {
            assert_eq!(cut(text, most), expected, "{text:?} at {most}");
        }
    }

    #[test]
    fn documents_are_cut_between_lines_where_they_have_some() {
        for (text, most, expected, left_off) in [
            ("a: 1\nb: 2\n", 10, "a: 1\nb: 2\n", 0),
            ("a: 1\nb: 2\n", 9, "a: 1\n", 5),
            ("a: 1\nb: 2\n", 5, "a: 1\n", 5),
            ("a: 1\nb: 2\n", 3, "a: ", 7),
            ("ää", 3, "ä", 2),
        ] {
            assert_eq!(head(text.to_owned(), most), (expected.to_owned(), left_off), "{text:?} at {most}");
        }
    }
}
