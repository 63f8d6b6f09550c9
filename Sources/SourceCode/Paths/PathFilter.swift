/// A selection of paths, ready to be asked about many: a path is cut once, and walked through all patterns together.
///
/// Names without wildcards cost one look-up, however many patterns there are; a wildcard is compared with each name that
/// can stand there.
struct PathFilter: Sendable {
    private let include: PatternTree?
    private let exclude: PatternTree

    init(_ selection: PathSelection) {
        include = selection.include.isEmpty ? nil : PatternTree(selection.include)
        exclude = PatternTree(selection.exclude)
    }

    /// Whether a path is selected, as ``PathSelection/contains(_:)`` says it.
    func contains(_ path: String) -> Bool {
        let names = path.utf8.split(separator: UInt8(ascii: "/")).map(Array.init)
        return include?.matches(names) != false && !exclude.matches(names)
    }
}

/// Patterns by their segments.
private struct PatternTree: Sendable {
    private struct Node: Sendable {
        var names: [[UInt8]: Int] = [:]
        var globs: [(glob: [UInt8], node: Int)] = []
        /// The node after `**`, which stays reached whatever follows.
        var anyDepth: Int?
        var isAnyDepth = false
        var isEnd = false
    }

    private var nodes = [Node()]

    init(_ patterns: [PathPattern]) {
        for pattern in patterns where !pattern.segments.isEmpty {
            var node = 0
            for segment in pattern.segments { node = child(of: node, segment) }
            nodes[node].isEnd = true
        }
    }

    private mutating func child(of node: Int, _ segment: PathPattern.Segment) -> Int {
        switch segment {
        case .anyDepth:
            if let known = nodes[node].anyDepth { return known }
            nodes.append(Node(isAnyDepth: true))
            nodes[node].anyDepth = nodes.count - 1
        case .name(let name) where PathPattern.hasWildcard(name):
            nodes.append(Node())
            nodes[node].globs.append((name, nodes.count - 1))
        case .name(let name):
            if let known = nodes[node].names[name] { return known }
            nodes.append(Node())
            nodes[node].names[name] = nodes.count - 1
        }
        return nodes.count - 1
    }

    func matches(_ path: [[UInt8]]) -> Bool {
        var reached = withAnyDepth([0])
        for name in path {
            // Everything below a full match matches too.
            if reached.contains(where: { nodes[$0].isEnd }) { return true }
            var next: Set<Int> = []
            for index in reached {
                let node = nodes[index]
                if node.isAnyDepth { next.insert(index) }
                if let child = node.names[name] { next.insert(child) }
                for (glob, child) in node.globs where PathPattern.glob(glob, name) { next.insert(child) }
            }
            if next.isEmpty { return false }
            reached = withAnyDepth(next)
        }
        return reached.contains { nodes[$0].isEnd }
    }

    /// The nodes, and those that `**` reaches from them without a name.
    private func withAnyDepth(_ reached: Set<Int>) -> Set<Int> {
        reached.union(reached.compactMap { nodes[$0].anyDepth })
    }
}
