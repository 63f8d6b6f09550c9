import Support

extension Condition {
    /// Whether the condition holds.
    public func holds(in snapshot: ContextSnapshot) -> Bool {
        switch self {
        case .exists(let path): (snapshot.value(at: path) ?? .null) != .null
        case .equals(let path, let value): (snapshot.value(at: path) ?? .null) == value
        case .oneOf(let path, let values): values.contains(snapshot.value(at: path) ?? .null)
        case .decided(let agent, let choice): Self.choice(of: agent, in: snapshot)?.hasBytes(of: choice) ?? false
        case .not(let condition): !condition.holds(in: snapshot)
        case .all(let conditions): conditions.allSatisfy { $0.holds(in: snapshot) }
        case .any(let conditions): conditions.contains { $0.holds(in: snapshot) }
        }
    }

    /// The last choice of an approval; `nil` before it was answered.
    private static func choice(of agent: String, in snapshot: ContextSnapshot) -> String? {
        snapshot.value(at: ContextPath(segments: [ContextState.decisions]))?.arrayValue?
            .last { $0["agent"]?.stringValue?.hasBytes(of: agent) ?? false }?["choice"]?.stringValue
    }

    /// The parts for which the condition does not hold, each with what stands on the blackboard; none if it holds.
    ///
    /// Of several alternatives none holds then, and all of them are among the parts.
    func gaps(in snapshot: ContextSnapshot) -> [Gap] {
        guard !holds(in: snapshot) else { return [] }
        switch self {
        case .exists(let path): return [Gap(path, in: snapshot, wanted: "a value there")]
        case .equals(let path, let value): return [Gap(path, in: snapshot, wanted: Gap.text(value))]
        case .oneOf(let path, let values):
            return [Gap(path, in: snapshot, wanted: "one of \(Gap.list(values.map(Gap.text)))")]
        case .decided(let agent, let choice):
            let decided = Self.choice(of: agent, in: snapshot).map { "was decided as \(Gap.text(.string($0)))" }
            let name = Gap.text(.string(agent))
            return [Gap(found: "\(name) \(decided ?? "has not been decided")", wanted: Gap.text(.string(choice)))]
        case .not(.exists(let path)): return [Gap(path, in: snapshot, wanted: "nothing there")]
        case .not(.equals(let path, let value)):
            return [Gap(path, in: snapshot, wanted: "anything but \(Gap.text(value))")]
        case .not(let condition): return [Gap(excluded: condition)]
        case .any([]): return [Gap(found: "there is no alternative", wanted: "one of none")]
        case .all(let conditions), .any(let conditions): return conditions.flatMap { $0.gaps(in: snapshot) }
        }
    }

    /// A part of a condition that does not hold.
    struct Gap: Sendable, Hashable {
        /// The most bytes of a value, or of a condition, that a message quotes.
        private static let quotedBytes = 120
        /// The most values of a list that a message quotes.
        private static let quotedValues = 5

        /// Where nothing stands although something is wanted.
        let missing: ContextPath?
        /// What is the case, such as `artifacts.validation.passed is false`.
        let found: String
        /// What should be the case instead, such as `true`.
        let wanted: String

        init(_ path: ContextPath, in snapshot: ContextSnapshot, wanted: String) {
            let value = snapshot.value(at: path) ?? .null
            let name = ForeignText.line(Excerpt.of(path.description, atMost: Self.quotedBytes))
            missing = value == .null ? path : nil
            found = value == .null ? "\(name) is missing" : "\(name) is \(Self.text(value))"
            self.wanted = wanted
        }

        /// - Parameter excluded: a condition that holds, and must not.
        init(excluded: Condition) {
            let text = ForeignText.line(Excerpt.of(excluded.description, atMost: Self.quotedBytes))
            self.init(found: "'\(text)' holds", wanted: "that it does not")
        }

        init(found: String, wanted: String) {
            (missing, self.found, self.wanted) = (nil, found, wanted)
        }

        /// A value as messages quote it: a short one as JSON, a large one by its kind, since it may be a whole artifact.
        static func text(_ value: JSONValue) -> String {
            switch value {
            case .null, .bool, .integer, .number: (try? value.json()) ?? value.kindName
            case .string(let text): "\"\(ForeignText.line(Excerpt.of(text, atMost: quotedBytes)))\""
            case .array(let elements): elements.isEmpty ? "an empty list" : "a list of \(elements.count)"
            case .object(let members): members.isEmpty ? "an empty object" : "an object of \(members.count)"
            }
        }

        static func list(_ texts: [String]) -> String {
            texts.prefix(quotedValues).joined(separator: ", ")
                + (texts.count > quotedValues ? " and \(texts.count - quotedValues) more" : "")
        }
    }
}
