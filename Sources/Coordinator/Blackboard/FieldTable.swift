/// Which merge rule governs which place.
struct FieldTable: Sendable {
    /// Longest pattern first: the first that covers a path rules.
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

    /// The field a path belongs to and its rule.
    ///
    /// - Throws: ``ContextError`` for a place above declared fields, such as `artifacts`.
    func field(of path: ContextPath) throws -> (path: ContextPath, rule: MergeRule) {
        if path.segments.isEmpty {
            throw ContextError(.invalidWrite, [path], "the whole blackboard cannot be written; name a field")
        }
        for declaration in declarations {
            switch declaration.pattern.match(path.segments) {
            case .covered:
                let depth = declaration.pattern.segments.prefix { $0 != .rest }.count
                return (ContextPath(segments: Array(path.segments.prefix(depth))), declaration.merge)
            case .above:
                throw ContextError(
                    .invalidWrite, [path], "\(path) holds fields of its own (\(declaration.pattern)); write those")
            case .outside: continue
            }
        }
        return (ContextPath(segments: [path.segments[0]]), .singleWriter)
    }

    /// Why two roles whose agents may run at once must not write as they declare, if so.
    ///
    /// - Parameter ordered: whether `needs` puts one agent before the other; then `replace` is well defined.
    func collision(_ left: Role, _ right: Role, ordered: Bool) -> (field: ContextPattern, rule: MergeRule)? {
        for mine in left.writes {
            for theirs in right.writes where mine.intersects(theirs) {
                if let found = collision(mine, theirs, ordered: ordered) { return found }
            }
        }
        return nil
    }

    private func collision(
        _ mine: ContextPattern, _ theirs: ContextPattern, ordered: Bool
    ) -> (field: ContextPattern, rule: MergeRule)? {
        for declaration in declarations
        where declaration.pattern.intersects(mine) && declaration.pattern.intersects(theirs) {
            switch declaration.merge {
            case .singleWriter: return (declaration.pattern, declaration.merge)
            case .replace where !ordered: return (declaration.pattern, declaration.merge)
            default: break
            }
            // A more general rule no longer matters once this one covers all that both may write.
            if declaration.pattern.contains(mine) || declaration.pattern.contains(theirs) { return nil }
        }
        let declared = declarations.contains { $0.pattern.contains(mine) || $0.pattern.contains(theirs) }
        return declared ? nil : (mine, .singleWriter)
    }
}
