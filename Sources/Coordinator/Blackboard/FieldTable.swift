/// The merge rule of each path.
struct FieldTable: Sendable {
    /// Longest pattern first: the first pattern that covers a path decides.
    private let declarations: [FieldDeclaration]

    private static let builtIn: [FieldDeclaration] = [
        FieldDeclaration("task", merge: .singleWriter),
        FieldDeclaration("constraints", merge: .append),
        FieldDeclaration("decisions", merge: .append),
        FieldDeclaration("artifacts.*", merge: .singleWriter),
        FieldDeclaration("agents.*", merge: .singleWriter),
    ]

    init(_ declarations: [FieldDeclaration]) {
        let own = Set(declarations.map(\.pattern))
        self.declarations = (declarations + Self.builtIn.filter { !own.contains($0.pattern) })
            .enumerated()
            .sorted { ($1.element.pattern.segments.count, $0.offset) < ($0.element.pattern.segments.count, $1.offset) }
            .map(\.element)
    }

    /// The field that a path belongs to, and the field's rule.
    ///
    /// - Throws: ``ContextError`` for a path above declared fields, such as `artifacts`.
    func field(of path: ContextPath) throws -> (path: ContextPath, rule: MergeRule) {
        if path.segments.isEmpty {
            throw ContextError(.invalidWrite, [path], "the whole blackboard cannot be written; name a field")
        }
        for declaration in declarations {
            switch declaration.pattern.match(path.segments) {
            case .covered:
                return (
                    ContextPath(segments: Array(path.segments.prefix(declaration.pattern.depth))), declaration.merge
                )
            case .above:
                throw ContextError(
                    .invalidWrite, [path], "\(path) holds fields of its own (\(declaration.pattern)); write those")
            case .outside: continue
            }
        }
        return (ContextPath(segments: [path.segments[0]]), .singleWriter)
    }

    /// Whether every field that the pattern intersects lies at the pattern's depth or below it, so that writes under
    /// two different patterns of that depth cannot meet in one field.
    func isApart(_ path: ContextPattern) -> Bool {
        for declaration in declarations where declaration.pattern.intersects(path) {
            if declaration.pattern.depth < path.segments.count { return false }
            if declaration.pattern.contains(path) { return true }
        }
        return false
    }

    /// The field on which the declared writes of two roles collide, and its rule; `nil` when their agents may run at
    /// once.
    ///
    /// - Parameter ordered: whether `needs` orders the two agents; then `replace` is well defined.
    func collision(_ left: Role, _ right: Role, ordered: Bool) -> (field: ContextPattern, rule: MergeRule)? {
        for mine in left.writes {
            for theirs in right.writes {
                if let found = collision(mine, theirs, ordered: ordered) { return found }
            }
        }
        return nil
    }

    private func collision(
        _ mine: ContextPattern, _ theirs: ContextPattern, ordered: Bool
    ) -> (field: ContextPattern, rule: MergeRule)? {
        for declaration in declarations {
            let pattern = declaration.pattern
            // Two paths inside one field are writes to the same field, however they differ below it.
            if pattern.intersects(mine), pattern.intersects(theirs), mine.intersects(theirs, within: pattern.depth) {
                switch declaration.merge {
                case .singleWriter: return (pattern, declaration.merge)
                case .replace where !ordered: return (pattern, declaration.merge)
                default: break
                }
            }
            // A more general rule no longer matters once this one covers everything that one of the two may write.
            if pattern.contains(mine) || pattern.contains(theirs) { return nil }
        }
        return mine.intersects(theirs, within: 1) ? (mine.prefix(1), .singleWriter) : nil
    }
}
