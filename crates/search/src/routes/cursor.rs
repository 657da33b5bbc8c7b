//! Cursors: the number of a page, from 0, in base64, as Backstage's engines write it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use platform::error::Error;

/// Last page that can be asked for; a result that far down is not looked for by turning pages.
const LAST: usize = 1_000_000;

/// Writes the cursor of a page; nothing for the first, which an address need not name.
pub(crate) fn encode(page: usize) -> String {
    if page == 0 { String::new() } else { written(page) }
}

/// Writes the cursor of any page.
pub(crate) fn written(page: usize) -> String {
    STANDARD.encode(page.to_string())
}

/// Reads what [`encode`] wrote.
pub(crate) fn decode(text: &str) -> Result<usize, Error> {
    if text.is_empty() {
        return Ok(0);
    }
    let page = (text.len() <= 16).then(|| STANDARD.decode(text).ok()).flatten();
    let page = page.and_then(|bytes| String::from_utf8(bytes).ok()?.parse().ok());
    page.filter(|page| *page <= LAST).ok_or_else(|| {
        Error::input("The pageCursor is not one that this search gave: start again from the first page.")
    })
}

#[cfg(test)]
mod tests {
    use super::{LAST, decode, encode};

    #[test]
    fn cursors_come_back() {
        for page in [0, 1, 25, LAST] {
            assert_eq!(decode(&encode(page)).unwrap(), page);
        }
        // As Backstage writes the second page.
        assert_eq!(decode("MQ==").unwrap(), 1);
    }

    #[test]
    fn what_is_no_cursor_is_refused() {
        for text in ["x", "MQ", "LTE=", "MS41", "AAAA", "OTk5OTk5OTk5", "=", "🦀", &"MQ==".repeat(9)] {
            assert!(decode(text).is_err(), "{text}");
        }
    }
}
