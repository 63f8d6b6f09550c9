/// The merge rule of each path.
struct FieldTable: Sendable {
    /// Longest pattern first: the first pattern that covers a path decides.
    let declarations: [FieldDeclaration]
    private let index: PatternIndex
    private let hasReducers: Bool

    /// The fields of every blackboard, unless a job declares them otherwise.
    static let builtIn: [FieldDeclaration] = [
        FieldDeclaration("task", merge: .singleWriter),
        FieldDeclaration("constraints", merge: .append),
        FieldDeclaration("decisions", merge: .append),
        FieldDeclaration("artifacts.*", merge: .singleWriter),
        FieldDeclaration("agents.*", merge: .singleWriter),
        FieldDeclaration("signals.*", merge: .replace),
    ]

    init(_ declarations: [FieldDeclaration]) {
        let own = Set(declarations.map(\.pattern))
        self.declarations = (declarations + Self.builtIn.filter { !own.contains($0.pattern) })
            .enumerated()
            .sorted { ($1.element.pattern.segments.count, $0.offset) < ($0.element.pattern.segments.count, $1.offset) }
            .map(\.element)
        index = PatternIndex(self.declarations.map(\.pattern))
        hasReducers = self.declarations.contains(where: \.merge.isCustom)
    }

    /// Whether a contribution writes to a field whose reducer is code.
    ///
    /// - Throws: ``ContextError`` for a path above declared fields.
    func hasReducers(for contribution: Contribution) throws -> Bool {
        try hasReducers && contribution.changes(in: self).contains(where: \.rule.isCustom)
    }

    /// The field that a path belongs to, and the field's rule.
    ///
    /// - Throws: ``ContextError`` for a path above declared fields, such as `artifacts`.
    func field(of path: ContextPath) throws -> (path: ContextPath, rule: MergeRule) {
        if path.isUnreadable { throw ContextError.unreadable(path) }
        if path.segments.isEmpty {
            throw ContextError(.invalidWrite, [path], "the whole blackboard cannot be written; name a field")
        }
        guard let (rank, match) = index.first(path.segments) else {
            return (ContextPath(segments: [path.segments[0]]), .singleWriter)
        }
        let declaration = declarations[rank]
        switch match {
        case .above:
            throw ContextError(
                .invalidWrite, [path], "\(path) holds fields of its own (\(declaration.pattern)); write those")
        case .covered, .outside:
            return (ContextPath(segments: Array(path.segments.prefix(declaration.pattern.depth))), declaration.merge)
        }
    }

    /// Whether a declaration names this field of the blackboard's root, or one below it.
    func declares(_ root: String) -> Bool {
        declarations.contains { declaration in
            guard case .literal(let name)? = declaration.pattern.segments.first else { return false }
            return name.string.hasBytes(of: root)
        }
    }

    /// The fields of which a role with this pattern among its writes may be the only writer, or, with `replace`, the
    /// only one at its time. Fields that fold have any number of writers, and nobody claims them.
    ///
    /// - Returns: the claims, and how many nodes of the declarations' index were looked at for them.
    func claims(of pattern: ContextPattern) -> (claims: [FieldClaim], looks: Int) {
        var claims: [FieldClaim] = []
        let (ranks, looks) = index.intersecting(pattern)
        for rank in ranks {
            let declaration = declarations[rank]
            let depth = declaration.pattern.depth
            switch declaration.merge {
            case .singleWriter, .replace:
                // Two paths inside one field are writes to the same field, however they differ below it.
                claims.append(
                    FieldClaim(
                        declaration: rank, scope: pattern.prefix(depth), depth: depth, field: declaration.pattern,
                        rule: declaration.merge))
            default: break
            }
            // A more general rule no longer matters once this one covers everything that the pattern does.
            if declaration.pattern.contains(pattern) { return (claims, looks) }
        }
        let scope = pattern.prefix(1)
        claims.append(FieldClaim(declaration: nil, scope: scope, depth: 1, field: scope, rule: .singleWriter))
        return (claims, looks)
    }
}

/// What a pattern of paths that a role may write covers of one declared field, or of a field that nothing declares.
struct FieldClaim: Sendable, Hashable {
    /// The declaration's rank; `nil` for a field that nothing declares.
    let declaration: Int?
    /// The pattern down to the field.
    let scope: ContextPattern
    /// The field's depth.
    let depth: Int
    /// The field, as messages name it.
    let field: ContextPattern
    let rule: MergeRule

    /// Whether the scope is one field: all of its segments are literal, down to the field.
    var isOneField: Bool { scope.isLiteral && scope.segments.count == depth }

    /// Whether agents with this and the other claim may write the same field.
    func meets(_ other: FieldClaim) -> Bool { declaration == other.declaration && scope.intersects(other.scope) }
}
