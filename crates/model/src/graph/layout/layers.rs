//! Edges without cycles, and a layer for each node behind those that lead to it.

/// Rounds in which nodes are pulled towards what they lead to.
const PULLS: usize = 4;

/// Nodes that a layer may always have.
const LAYER: usize = 24;

/// Layers that arrows may pass through one after the other.
const LAYERS: usize = 60;

/// An edge of the picture, from an earlier layer to a later one, or within one of the layers that were merged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// The node in the earlier layer.
    pub(super) from: usize,
    /// The node in the later layer.
    pub(super) to: usize,
    /// Whether the edge itself leads the other way.
    pub(super) turned: bool,
}

/// Turns edges around until there is no cycle: those that lead back to where a depth-first search came from.
pub(super) fn acyclic(count: usize, edges: &[(usize, usize)]) -> Vec<Line> {
    #[derive(Clone, Copy, PartialEq)]
    enum Seen {
        No,
        OnTheWay,
        Done,
    }
    let (mut out, mut sources) = (vec![Vec::new(); count], vec![true; count]);
    for (edge, (from, to)) in edges.iter().enumerate() {
        out[*from].push(edge);
        sources[*to] = false;
    }
    let mut lines: Vec<Line> = edges.iter().map(|&(from, to)| Line { from, to, turned: false }).collect();
    let mut seen = vec![Seen::No; count];
    // Where nothing leads is where reading starts.
    let starts = (0..count).filter(|node| sources[*node]).chain((0..count).filter(|node| !sources[*node]));
    let mut stack: Vec<(usize, usize)> = Vec::new();
    for start in starts {
        if seen[start] != Seen::No {
            continue;
        }
        seen[start] = Seen::OnTheWay;
        stack.push((start, 0));
        while let Some((node, next)) = stack.last_mut() {
            let Some(edge) = out[*node].get(*next).copied() else {
                seen[*node] = Seen::Done;
                stack.pop();
                continue;
            };
            *next += 1;
            let (from, to) = edges[edge];
            match seen[to] {
                Seen::Done => {}
                Seen::OnTheWay => lines[edge] = Line { from: to, to: from, turned: true },
                Seen::No => {
                    seen[to] = Seen::OnTheWay;
                    stack.push((to, 0));
                }
            }
        }
    }
    lines
}

/// The layer of each node, from 0 and without gaps: as early as those before it allow, and late where more leads away
/// from it than to it, so that edges are short.
pub(super) fn layers(count: usize, lines: &[Line]) -> Vec<usize> {
    let (mut before, mut after) = (vec![Vec::new(); count], vec![Vec::new(); count]);
    for line in lines {
        before[line.to].push(line.from);
        after[line.from].push(line.to);
    }
    let order = topological(&before, &after);
    let mut layer = vec![0_usize; count];
    for &node in &order {
        layer[node] = before[node].iter().map(|other| layer[*other] + 1).max().unwrap_or(0);
    }
    for _ in 0..PULLS {
        for &node in order.iter().rev() {
            if after[node].len() > before[node].len()
                && let Some(next) = after[node].iter().map(|other| layer[*other]).min()
            {
                // At least 1, because it comes after this one.
                layer[node] = next - 1;
            }
        }
    }
    without_gaps(&mut layer);
    layer
}

/// Merges layers where there are very many: what depends on each other in a long chain would stand in a picture of a hundred
/// thousand pixels. Arrows within a merged layer bend back.
pub(super) fn few(mut layer: Vec<usize>) -> Vec<usize> {
    let count = layer.iter().max().map_or(0, |last| last + 1);
    if count > LAYERS {
        layer.iter_mut().for_each(|layer| *layer = *layer * LAYERS / count);
        without_gaps(&mut layer);
    }
    layer
}

/// Splits layers of very many nodes into several behind each other, so that the picture is no endless strip.
pub(super) fn short(layer: &[usize]) -> Vec<usize> {
    let mut members = vec![0_usize; layer.iter().max().map_or(0, |last| last + 1)];
    let rank: Vec<usize> = layer
        .iter()
        .map(|layer| {
            members[*layer] += 1;
            members[*layer] - 1
        })
        .collect();
    // About as many nodes in a layer as there are layers of them, a node being wider than high.
    let most = (LAYER..).step_by(LAYER / 2).find(|most| most * most >= 6 * layer.len()).unwrap_or(usize::MAX);
    let mut start = 0;
    let starts: Vec<(usize, usize)> = members
        .iter()
        .map(|count| {
            let parts = count.div_ceil(most);
            let begin = start;
            start += parts;
            (begin, count.div_ceil(parts.max(1)).max(1))
        })
        .collect();
    layer
        .iter()
        .zip(rank)
        .map(|(layer, rank)| {
            let (begin, length) = starts[*layer];
            begin + rank / length
        })
        .collect()
}

/// The nodes in an order in which all lines lead forwards.
fn topological(before: &[Vec<usize>], after: &[Vec<usize>]) -> Vec<usize> {
    let mut waiting: Vec<usize> = before.iter().map(Vec::len).collect();
    let mut order: Vec<usize> = (0..before.len()).filter(|node| waiting[*node] == 0).collect();
    let mut next = 0;
    while let Some(&node) = order.get(next) {
        next += 1;
        for &other in &after[node] {
            waiting[other] -= 1;
            if waiting[other] == 0 {
                order.push(other);
            }
        }
    }
    order
}

fn without_gaps(layer: &mut [usize]) {
    let mut used: Vec<usize> = layer.to_vec();
    used.sort_unstable();
    used.dedup();
    for place in layer {
        *place = used.partition_point(|other| other < place);
    }
}
