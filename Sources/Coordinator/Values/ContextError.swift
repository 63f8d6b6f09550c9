import TelemetryCatalog

/// Why the blackboard refused a read or a contribution.
public struct ContextError: Error, Sendable, CustomStringConvertible {
    /// The kind of refusal.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Value: String, CaseIterable {
            case accessDenied, conflict, invalidWrite, undecodable, brokenLog, eventsMissed, invalidPath, absent
        }
        private let value: Value

        /// The role may not read or write there.
        public static let accessDenied = Code(value: .accessDenied)
        /// Another agent wrote the field, and its merge rule allows one writer.
        public static let conflict = Code(value: .conflict)
        /// The value does not fit the field.
        public static let invalidWrite = Code(value: .invalidWrite)
        /// The value does not have the type its key declares.
        public static let undecodable = Code(value: .undecodable)
        /// A path written in source is none.
        public static let invalidPath = Code(value: .invalidPath)
        /// There is no value at a path whose value is needed.
        public static let absent = Code(value: .absent)
        /// An event log has a gap, a repeat or another job's event.
        public static let brokenLog = Code(value: .brokenLog)
        /// A reader of events is further behind than the context keeps them.
        public static let eventsMissed = Code(value: .eventsMissed)

        /// The code's name, as it is written in Swift.
        public var description: String { value.rawValue }

        /// Every code.
        package static var all: [Code] { Value.allCases.map { Code(value: $0) } }
    }

    /// The kind of refusal; compare errors by it.
    public let code: Code
    /// The paths concerned.
    public let paths: [ContextPath]
    /// What happened and what to do.
    public let message: String

    init(_ code: Code, _ paths: [ContextPath], _ message: String) {
        self.code = code
        self.paths = paths
        self.message = message
    }

    public var description: String { message }

    /// The refusal of a path that names nothing.
    static func unreadable(_ path: ContextPath) -> ContextError {
        ContextError(.invalidPath, [path], path.fault?.description ?? "'\(path)' is not a context path")
    }

    static func denied(_ verb: String, _ paths: [ContextPath], role: Role) -> ContextError {
        let allowed = (verb == "read" ? role.reads : role.writes).map(\.description).joined(separator: ", ")
        let list = paths.map(\.description).joined(separator: ", ")
        return ContextError(
            .accessDenied, paths,
            "role '\(role.name)' may not \(verb) \(list); it may \(verb) \(allowed.isEmpty ? "nothing" : allowed)")
    }
}

extension ContextError: ClassifiedError {
    public var failureClass: FailureClass {
        code == .conflict ? .transient : .permanent
    }

    public var errorType: String {
        switch code {
        case .accessDenied: ErrorType.accessDenied
        case .conflict: ErrorType.contextConflict
        case .invalidWrite, .undecodable, .invalidPath: ErrorType.invalidOutput
        default: ErrorType.other
        }
    }
}
