/// A typed field of the blackboard: its path, its type, how parallel writes to it merge, and what it holds at first.
///
/// Writer and reader share one constant:
/// ```swift
/// extension ContextKey where Value == [Finding] {
///     static var findings: Self { Self("artifacts.findings", merge: .append) }
/// }
///
/// AgentTask("reviewer", writes: .findings) { view, attempt in [Finding(file: "A.swift", text: "unused")] }
/// let findings = try result.value(for: .findings)
/// ```
public struct ContextKey<Value: Codable & Sendable>: Sendable {
    /// The field's path.
    public let path: ContextPath
    /// How contributions of several agents merge.
    public let merge: MergeRule
    /// What the field holds when a ``Job`` that is given the key starts; `nil` for nothing.
    public let initial: Value?

    /// Declares a field.
    ///
    /// - Parameters:
    ///   - path: the field's path; a literal that is no path is refused when a job is run with the key.
    ///   - merge: how contributions of several agents merge.
    ///   - initial: what the field holds when a ``Job`` that is given the key starts.
    public init(_ path: ContextPath, merge: MergeRule = .singleWriter, initial: Value? = nil) {
        self.path = path
        self.merge = merge
        self.initial = initial
    }

    /// The same key with a value to start with: a typed input of a ``Job``.
    ///
    /// ```swift
    /// let job = Job(task: "Review what changed") {
    ///     ContextKey.files.starting(with: ["Sources/Parser.swift"])
    ///     AgentTask("reviewer", forEach: .files, writes: .findings) { view, file, attempt in try await review(file) }
    /// }
    /// ```
    public func starting(with value: Value) -> Self { Self(path, merge: merge, initial: value) }

    /// The declaration without its value's type, for ``JobContext``.
    public var field: FieldDeclaration { FieldDeclaration(ContextPattern(path), merge: merge) }
}

/// A field's pattern and merge rule.
///
/// ```swift
/// let context = JobContext(id: "job-1", fields: [FieldDeclaration("notes.*", merge: .append)])
/// ```
public struct FieldDeclaration: Sendable, Hashable {
    /// The paths the rule governs.
    public let pattern: ContextPattern
    /// How contributions of several agents merge.
    public let merge: MergeRule

    /// Declares how writes to the paths that a pattern covers merge. Of several patterns the longest decides.
    public init(_ pattern: ContextPattern, merge: MergeRule) {
        self.pattern = pattern
        self.merge = merge
    }
}

/// How the contributions of several agents to one field become one value.
///
/// The merged value is the fold over the contributions in (stage, registration) order, in whatever order they came.
///
/// ```swift
/// let findings = ContextKey<[Finding]>("artifacts.findings", merge: .append)
/// ```
public enum MergeRule: Sendable, Hashable {
    /// One agent owns the field; a second registered writer is refused.
    case singleWriter
    /// The last in order wins; writers that are not ordered by `needs` are refused.
    case replace
    /// Lists are joined in order.
    case append
    /// Lists are joined in order without repeats.
    case union
    /// Objects are merged deeply; where both hold a value, the last in order wins.
    case merge
    /// A reducer of your own.
    case custom(Reducer)

    /// The rule's name in job files.
    public var name: String {
        switch self {
        case .singleWriter: "single_writer"
        case .replace: "replace"
        case .append: "append"
        case .union: "union"
        case .merge: "merge"
        case .custom(let reducer): reducer.name
        }
    }

    var isCustom: Bool {
        if case .custom = self { true } else { false }
    }

    /// The rules a job file may name.
    public static let named: [MergeRule] = [.singleWriter, .replace, .append, .union, .merge]

    /// A reducer, equal by name.
    ///
    /// ```swift
    /// let largest = MergeRule.Reducer(name: "largest") { value, contributed in
    ///     contributed.reduce(value ?? 0) { ($0.doubleValue ?? 0) < ($1.doubleValue ?? 0) ? $1 : $0 }
    /// }
    /// let peak = ContextKey<Double>("artifacts.peak", merge: .custom(largest))
    /// ```
    public struct Reducer: Sendable, Hashable {
        /// A name for events and messages.
        public let name: String
        /// Folds the elements of one contribution into the field's value.
        ///
        /// It must hold that r(r(s, xs), ys) = r(s, xs + ys), it must depend on nothing else, and be quick: it is called
        /// outside of the context's lock, but contributions to fields with reducers wait for each other, and one whose
        /// reducer takes longer than the context's `reducerTimeout`, or throws, is refused.
        public let reduce: @Sendable (_ value: JSONValue?, _ contributed: [JSONValue]) throws -> JSONValue

        /// Names a reducer.
        public init(
            name: String, reduce: @escaping @Sendable (JSONValue?, [JSONValue]) throws -> JSONValue
        ) {
            self.name = name
            self.reduce = reduce
        }

        public static func == (left: Reducer, right: Reducer) -> Bool { left.name == right.name }
        public func hash(into hasher: inout Hasher) { hasher.combine(name) }
    }
}
