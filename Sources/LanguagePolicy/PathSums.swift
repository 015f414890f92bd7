/// What is known of the paths through a tree of tokens while it is read: their sums so far, and where reading on may
/// still change which is the best.
///
/// Log-probabilities are never above zero, so the sum of a path's first tokens, divided by its length, is the most its
/// mean can become: a path whose bound is below the best whole mean is done with (branch and bound, Land and Doig 1960).
/// What is guessed to be the best is read together with the prompt, as in speculative decoding.
struct PathSums {
    let tree: TokenTree
    /// Of the tokens known so far, nats.
    private(set) var values: [Double]
    private var known: [Int]
    /// Whether a node was computed, so that its children are known.
    var isRead: [Bool]

    init(_ tree: TokenTree) {
        self.tree = tree
        values = tree.texts.map { _ in 0 }
        known = tree.texts.map { _ in 0 }
        isRead = tree.nodes.map { _ in false }
    }

    mutating func add(_ gain: Double, to node: Int) {
        for path in tree.nodes[node].paths {
            values[path] += gain
            known[path] += 1
        }
    }

    func isWhole(_ path: Int) -> Bool { known[path] == tree.texts[path].count }

    /// All there is to compute.
    var inner: [Int] { tree.nodes.indices.filter { tree.nodes[$0].isInner } }

    /// What to compute first: the text that is guessed to be the best, and of long texts the first tokens, as their bounds
    /// are weak while little of them is known.
    func draft(_ guess: Int?) -> [Int] {
        inner.filter { index in
            let node = tree.nodes[index]
            return node.depth == 1 && node.paths.contains { tree.texts[$0].count > 2 }
                || guess.map(node.paths.contains) ?? false
        }
    }

    /// What to compute next: the most promising path of those that may still be the best; nothing if there is none.
    var next: [Int] {
        let best = tree.texts.indices.filter(isWhole).map(mean).max() ?? -.infinity
        let open = tree.texts.indices.filter { !isWhole($0) && mean($0) > best }
        return open.max { mean($0) < mean($1) }.map { unread(on: [$0]) } ?? []
    }

    private func mean(_ path: Int) -> Double { values[path] / Double(max(1, tree.texts[path].count)) }

    private func unread(on paths: Set<Int>) -> [Int] {
        inner.filter { !isRead[$0] && !paths.isDisjoint(with: tree.nodes[$0].paths) }
    }
}
