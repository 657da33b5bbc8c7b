//! How many rows go into one statement.

/// Rows per statement. With at most 10 columns this stays far below what the engines bind in one statement
/// (SQLite 32 766 values, PostgreSQL 65 535), and larger statements are not faster.
pub(super) const ROWS: usize = 1_000;

/// Bytes per statement, so that a thousand huge documents are not held in one message (PostgreSQL allows 1
/// GB).
const BYTES: usize = 16 * 1024 * 1024;

/// Divides rows into statements. A row that alone exceeds the limit gets its own statement.
pub(super) fn split<T>(rows: Vec<T>, weight: impl Fn(&T) -> usize) -> impl Iterator<Item = Vec<T>> {
    let mut rows = rows.into_iter().peekable();
    std::iter::from_fn(move || {
        let first = rows.next()?;
        let mut bytes = weight(&first);
        let mut part = vec![first];
        while part.len() < ROWS {
            let Some(row) = rows.next_if(|row| bytes + weight(row) <= BYTES) else { break };
            bytes += weight(&row);
            part.push(row);
        }
        Some(part)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sizes of the statements for rows of these weights.
    fn sizes(weights: Vec<usize>) -> Vec<usize> {
        split(weights, |weight| *weight).map(|part| part.len()).collect()
    }

    #[test]
    fn statements_are_limited_by_rows_and_by_bytes() {
        assert_eq!(sizes(vec![]), Vec::<usize>::new());
        assert_eq!(sizes(vec![1; ROWS]), [ROWS]);
        assert_eq!(sizes(vec![1; 2 * ROWS + 1]), [ROWS, ROWS, 1]);
        assert_eq!(sizes(vec![BYTES / 2, BYTES / 2, 1]), [2, 1]);
        assert_eq!(sizes(vec![1, BYTES + 1, 1]), [1, 1, 1], "a row above the limit goes alone");
    }

    #[test]
    fn no_row_is_lost_and_the_order_stays() {
        let rows: Vec<usize> = (0..2_500).map(|row| row * 50).collect();
        assert_eq!(split(rows.clone(), |row| *row).flatten().collect::<Vec<_>>(), rows);
    }
}
