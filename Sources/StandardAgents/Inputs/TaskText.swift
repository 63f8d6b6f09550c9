import Coordinator

/// A job's task, constraints and decisions, worded for a prompt.
enum TaskText {
    /// The most decisions in the text. 50.
    static let decisionLimit = 50

    /// - Throws: `ContextError` when the role may not read them.
    static func of(_ view: RoleView) throws -> String {
        let task = view.task
        var lines = ["The task:", task.description.isEmpty ? "(no description)" : task.description]
        if !task.requirements.isEmpty {
            lines += ["", "Its requirements:"]
            lines += task.requirements.enumerated().map { "\($0 + 1). \($1.text)" }
        }
        if let constraints = try AgentSources.readable(view, "constraints")?.arrayValue, !constraints.isEmpty {
            lines += ["", "Keep to these constraints:"] + constraints.map { "- \($0.stringValue ?? $0.compact)" }
        }
        if let decisions = try AgentSources.readable(view, "decisions")?.arrayValue, !decisions.isEmpty {
            lines += ["", "This has been decided already:"]
            lines += decisions.prefix(decisionLimit).map { "- \($0.stringValue ?? $0.compact)" }
        }
        return lines.joined(separator: "\n")
    }
}

extension JSONValue {
    /// The value as JSON on one line.
    fileprivate var compact: String { (try? json()) ?? "?" }
}
