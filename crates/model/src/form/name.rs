//! Names of inputs: the JSON pointer of what they hold, and for what stands beside a value a suffix.
//!
//! A pointer begins with `/` and never has a letter behind `~`, so a name is no property of the DOM's form, a suffix
//! can't be part of a pointer, and names of different values differ.

use std::fmt::Write as _;

/// The name of the buttons that change a list or remove a file; their value says what to do.
pub const OPERATION: &str = "~do";

/// How many items of a list stand on the page.
pub(super) const COUNT: &str = "~count";
/// A value as JSON.
pub(super) const JSON: &str = "~json";
/// The properties of an object that have no field of their own, as JSON.
pub(super) const REST: &str = "~rest";
/// Which of the alternatives is chosen; the number of the choice follows.
pub(super) const CHOSEN: &str = "~of";

/// The pointer to a member of the value at `parent` (RFC 6901).
pub(super) fn child(parent: &str, key: &str) -> String {
    format!("{parent}/{}", key.replace('~', "~0").replace('/', "~1"))
}

/// The keys along a pointer.
pub(super) fn keys(pointer: &str) -> impl Iterator<Item = String> {
    pointer.split('/').skip(1).map(|key| key.replace("~1", "/").replace("~0", "~"))
}

/// A pointer as the name of an input. Browsers change line breaks in names, and HTML has no NUL, so what controls
/// something is written as `%` and its bytes, and so is `%`.
pub(super) fn of(pointer: &str) -> String {
    let mut name = String::with_capacity(pointer.len());
    for letter in pointer.chars() {
        if letter.is_control() || letter == '%' {
            let mut bytes = [0; 4];
            for byte in letter.encode_utf8(&mut bytes).bytes() {
                // Writing to a text never fails.
                let _ = write!(name, "%{byte:02X}");
            }
        } else {
            name.push(letter);
        }
    }
    name
}
