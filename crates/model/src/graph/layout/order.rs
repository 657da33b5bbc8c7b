//! The order within layers: sweeps up and down put each vertex where its neighbours are, the best order seen is kept.

use super::rows::Rows;

/// Sweeps at most.
const SWEEPS: usize = 16;
/// Sweeps without a better order after which it is left at that.
const PATIENCE: usize = 4;

/// Sorts each row so that few edges cross.
pub(super) fn reduce_crossings(rows: &mut Rows) {
    let mut place = places(rows);
    let mut best = (crossings(rows, &place), rows.rows.clone());
    let mut in_vain = 0;
    for sweep in 0..SWEEPS {
        if best.0 == 0 || in_vain == PATIENCE {
            break;
        }
        let down = sweep % 2 == 0;
        for number in 1..rows.rows.len() {
            let row = if down { number } else { rows.rows.len() - 1 - number };
            sort(rows, row, down, &mut place);
        }
        let crossings = crossings(rows, &place);
        if crossings < best.0 {
            best = (crossings, rows.rows.clone());
            in_vain = 0;
        } else {
            in_vain += 1;
        }
    }
    rows.rows = best.1;
}

/// The place of each vertex in its row.
fn places(rows: &Rows) -> Vec<usize> {
    let mut places = vec![0; rows.layer.len()];
    for row in &rows.rows {
        for (place, vertex) in row.iter().enumerate() {
            places[*vertex] = place;
        }
    }
    places
}

/// Sorts a row by the mean place of neighbours in the row before, or after.
fn sort(rows: &mut Rows, row: usize, down: bool, place: &mut [usize]) {
    let neighbours = if down { &rows.before } else { &rows.after };
    // Places count as parts of the whole row, so that those without neighbours stay among the others.
    let part = |vertex: usize| {
        let length = rows.rows[rows.layer[vertex]].len();
        #[expect(clippy::cast_precision_loss, reason = "rows have thousands of vertices, not quadrillions")]
        let part = (place[vertex] as f64 + 0.5) / length as f64;
        part
    };
    let mean = |vertex: usize| {
        let neighbours = &neighbours[vertex];
        #[expect(clippy::cast_precision_loss, reason = "as above")]
        let count = neighbours.len() as f64;
        if neighbours.is_empty() {
            part(vertex)
        } else {
            neighbours.iter().map(|other| part(*other)).sum::<f64>() / count
        }
    };
    let mut sorted: Vec<(f64, usize)> =
        rows.rows[row].iter().map(|vertex| (mean(*vertex), *vertex)).collect();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    for (number, (_, vertex)) in sorted.into_iter().enumerate() {
        rows.rows[row][number] = vertex;
        place[vertex] = number;
    }
}

/// How many edges cross between all layers.
fn crossings(rows: &Rows, place: &[usize]) -> usize {
    let mut all = 0;
    for (number, row) in rows.rows.iter().enumerate().skip(1) {
        // Ends in the layer before, in the order of this one: each pair that is not in order is a crossing.
        let mut passed = Counts::new(rows.rows[number - 1].len());
        let mut count = 0;
        for vertex in row {
            let ends = || rows.before[*vertex].iter().map(|other| place[*other]);
            all += ends().map(|end| count - passed.up_to(end)).sum::<usize>();
            for end in ends() {
                passed.add(end);
                count += 1;
            }
        }
    }
    all
}

/// Counts by place that answer how many lie up to one (a Fenwick tree).
struct Counts(Vec<usize>);

impl Counts {
    fn new(places: usize) -> Self {
        Self(vec![0; places + 1])
    }

    fn add(&mut self, place: usize) {
        let mut at = place + 1;
        while at < self.0.len() {
            self.0[at] += 1;
            at += at & at.wrapping_neg();
        }
    }

    fn up_to(&self, place: usize) -> usize {
        let (mut at, mut sum) = (place + 1, 0);
        while at > 0 {
            sum += self.0[at];
            at -= at & at.wrapping_neg();
        }
        sum
    }
}
