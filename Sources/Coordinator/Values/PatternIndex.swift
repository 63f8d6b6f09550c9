import Support

/// Patterns by their segments: what relates to a path or to a pattern is found by walking its segments once, however
/// many patterns there are.
///
/// A pattern goes by its rank, its number in the list that the index was made of.
package struct PatternIndex: Sendable {
    private struct Node: Sendable {
        var literals: [ExactString: Int] = [:]
        var any: Int?
        /// The ranks of the patterns that end here, ascending; each covers whatever is below.
        var ends: [Int] = []
        /// The lowest rank of the patterns that go on below.
        var lowestBelow: Int?
    }

    private var nodes = [Node()]

    package init(_ patterns: some Sequence<ContextPattern>) {
        // What covers nothing is in no node.
        for (rank, pattern) in patterns.enumerated() where !pattern.isUnreadable { add(pattern, rank) }
    }

    private mutating func add(_ pattern: ContextPattern, _ rank: Int) {
        var node = 0
        for segment in pattern.segments where segment != .rest {
            nodes[node].lowestBelow = nodes[node].lowestBelow ?? rank
            let next: Int?
            switch segment {
            case .literal(let name): next = nodes[node].literals[name]
            case .any, .rest, .unreadable: next = nodes[node].any
            }
            if let next {
                node = next
                continue
            }
            nodes.append(Node())
            if case .literal(let name) = segment {
                nodes[node].literals[name] = nodes.count - 1
            } else {
                nodes[node].any = nodes.count - 1
            }
            node = nodes.count - 1
        }
        nodes[node].ends.append(rank)
    }

    /// Whether one of the patterns covers the path, or something below it.
    package func reaches(_ path: ContextPath) -> Bool { match(path.segments) != .outside }

    /// How the path relates to all of the patterns together: covered by one, else above one, else outside.
    func match(_ path: some Collection<String>) -> ContextPattern.Match {
        var isCovered = false
        let ends = walk(path) { if !$0.ends.isEmpty { isCovered = true } }
        if isCovered { return .covered }
        return ends.contains { nodes[$0].lowestBelow != nil } ? .above : .outside
    }

    /// The pattern of the lowest rank that the path is not outside of.
    func first(_ path: some Collection<String>) -> (rank: Int, match: ContextPattern.Match)? {
        var covering: Int?
        let ends = walk(path) { if let rank = $0.ends.first { covering = min(covering ?? rank, rank) } }
        let above = ends.compactMap { nodes[$0].lowestBelow }.min()
        switch (covering, above) {
        case (let covering?, let above?): return covering < above ? (covering, .covered) : (above, .above)
        case (let covering?, nil): return (covering, .covered)
        case (nil, let above?): return (above, .above)
        case (nil, nil): return nil
        }
    }

    /// Visits every node that the path, or the beginning of it, leads to.
    ///
    /// - Returns: the nodes that the whole path leads to.
    private func walk(_ path: some Collection<String>, _ visit: (Node) -> Void) -> [Int] {
        var reached = [0]
        visit(nodes[0])
        for name in path where !reached.isEmpty {
            reached = reached.flatMap { node in [nodes[node].literals[name], nodes[node].any].compactMap(\.self) }
            for node in reached { visit(nodes[node]) }
        }
        return reached
    }

    /// The ranks of the patterns that cover some path together with this one, ascending, and how many nodes were looked at.
    func intersecting(_ pattern: ContextPattern) -> (ranks: [Int], looks: Int) {
        if pattern.isUnreadable { return ([], 0) }
        var found = nodes[0].ends
        var reached = [0]
        var looks = 0
        for segment in pattern.segments {
            looks += reached.count
            switch segment {
            case .literal(let name):
                reached = reached.flatMap { node in [nodes[node].literals[name], nodes[node].any].compactMap(\.self) }
            case .any: reached = reached.flatMap(children)
            case .rest, .unreadable: break
            }
            if segment != .rest { for node in reached { found += nodes[node].ends } }
        }
        // Whatever goes on below the end of the pattern lies within it.
        var below = reached.flatMap(children)
        while let node = below.popLast() {
            looks += 1
            found += nodes[node].ends
            below += children(node)
        }
        return (found.sorted(), looks)
    }

    private func children(_ node: Int) -> [Int] { nodes[node].literals.values + [nodes[node].any].compactMap(\.self) }
}
