//! Layers as rows of vertices: nodes, and bends where a long edge passes a layer.

use super::layers::Line;

/// Bends of all edges together. The longest edges get none when there would be more: they run straight across the picture.
const MAX_BENDS: usize = 20_000;

/// Vertices in rows. The numbers below `nodes` are nodes, the others bends.
#[derive(Debug, Default)]
pub(super) struct Rows {
    /// How many nodes there are.
    pub(super) nodes: usize,
    /// The vertices of each layer in their order.
    pub(super) rows: Vec<Vec<usize>>,
    /// The layer of each vertex.
    pub(super) layer: Vec<usize>,
    /// Of each vertex: those of the layer before that lead to it.
    pub(super) before: Vec<Vec<usize>>,
    /// Of each vertex: those of the layer after that it leads to.
    pub(super) after: Vec<Vec<usize>>,
    /// Of each line: the bends between its nodes.
    pub(super) bends: Vec<Vec<usize>>,
}

impl Rows {
    /// Puts nodes and bends into their layers, those that are joined near each other. Only lines that `bends` get any.
    pub(super) fn new(layer: &[usize], lines: &[Line], bends: impl Fn(&Line) -> bool) -> Self {
        let mut rows = Self {
            nodes: layer.len(),
            rows: vec![Vec::new(); layer.iter().max().map_or(0, |last| last + 1)],
            layer: layer.to_vec(),
            before: vec![Vec::new(); layer.len()],
            after: vec![Vec::new(); layer.len()],
            bends: vec![Vec::new(); lines.len()],
        };
        let length = |line: usize| layer[lines[line].to] - layer[lines[line].from];
        let mut room = MAX_BENDS;
        for line in super::sorted_by_key(lines.len(), |line| (length(line), line)) {
            let Some(count) = length(line).checked_sub(1) else { continue };
            if count == 0 || (count <= room && bends(&lines[line])) {
                room -= count;
                rows.join(line, lines[line], count);
            }
        }
        rows.fill();
        rows
    }

    /// Whether it is a node and no bend.
    pub(super) fn is_node(&self, vertex: usize) -> bool {
        vertex < self.nodes
    }

    fn join(&mut self, line: usize, Line { from, to, .. }: Line, bends: usize) {
        let mut last = from;
        for number in 0..bends {
            let bend = self.layer.len();
            self.layer.push(self.layer[from] + number + 1);
            self.before.push(Vec::new());
            self.after.push(Vec::new());
            self.bends[line].push(bend);
            self.link(last, bend);
            last = bend;
        }
        self.link(last, to);
    }

    fn link(&mut self, from: usize, to: usize) {
        self.after[from].push(to);
        self.before[to].push(from);
    }

    /// Takes vertices into the rows, depth first, so that each part of the graph stays together.
    fn fill(&mut self) {
        let mut seen = vec![false; self.layer.len()];
        let mut stack = Vec::new();
        for start in 0..self.nodes {
            stack.push(start);
            while let Some(vertex) = stack.pop() {
                if std::mem::replace(&mut seen[vertex], true) {
                    continue;
                }
                self.rows[self.layer[vertex]].push(vertex);
                let neighbours = self.after[vertex].iter().chain(&self.before[vertex]).rev();
                stack.extend(neighbours.filter(|other| !seen[**other]));
            }
        }
    }
}
