/// Texts as a tree of tokens: what they share stands once.
struct TokenTree {
    struct Node {
        var token: Int32
        /// 1 for the first token after the prompt.
        var depth: Int
        /// Indices of the texts that go through it.
        var paths: [Int]
        var children: [Int] = []
        /// A text's last token is foretold by the one before it: it need not be computed itself.
        var isInner: Bool { !children.isEmpty }
    }

    /// Parents before children.
    private(set) var nodes: [Node] = []
    private(set) var roots: [Int] = []
    let texts: [[Int32]]

    init(_ texts: [[Int32]]) {
        self.texts = texts
        for (path, tokens) in texts.enumerated() {
            var parent: Int?
            for (index, token) in tokens.enumerated() {
                let siblings = parent.map { nodes[$0].children } ?? roots
                let child: Int
                if let known = siblings.first(where: { nodes[$0].token == token }) {
                    child = known
                } else {
                    child = nodes.count
                    nodes.append(Node(token: token, depth: index + 1, paths: []))
                    if let parent { nodes[parent].children.append(child) } else { roots.append(child) }
                }
                nodes[child].paths.append(path)
                parent = child
            }
        }
    }
}
