import Support

extension JobResult {
    /// What the job's validation came to, as an agent wrote it at `artifacts.validation`: the verdict of `result.json`.
    ///
    /// It is read from the artifact, whoever wrote it: a standard validator, or an agent of one's own that writes
    /// `{"passed": false, "commands": [{"argv": […], "outcome": "failed"}], "requirements": [{"text": …, "status": …}]}`.
    /// Members that do not have their form are left out.
    public struct Validation: Sendable, Hashable, Codable {
        /// Whether nothing that was checked failed. It is also `true` where nothing was checked: see the other members.
        public var passed: Bool
        /// What came out and what it is about, in a few sentences; `nil` when the agent gives none.
        public var statement: String?
        /// The commands in their order.
        public var commands: [Command]
        /// The requirements in their order.
        public var requirements: [Requirement]

        package init(passed: Bool, statement: String?, commands: [Command], requirements: [Requirement]) {
            self.passed = passed
            self.statement = statement
            self.commands = commands
            self.requirements = requirements
        }

        /// One command that was to pass.
        public struct Command: Sendable, Hashable, Codable {
            /// The program and its arguments.
            public var arguments: [String]
            /// How it ended: `passed`, `failed`, `timed_out`, `not_started`, `not_run`.
            public var outcome: String
            /// The exit status; `nil` after a signal, a timeout, or when it never ran.
            public var exitStatus: Int?
            /// The signal that ended it.
            public var signal: Int?
            /// The line of its output that says most about a failure, at most 300 characters; `nil` without one.
            public var headline: String?

            package init(arguments: [String], outcome: String, exitStatus: Int?, signal: Int?, headline: String?) {
                self.arguments = arguments
                self.outcome = outcome
                self.exitStatus = exitStatus
                self.signal = signal
                self.headline = headline
            }

            /// Whether it passed.
            public var hasPassed: Bool { outcome == Self.passed }
            static let passed = "passed"

            enum CodingKeys: String, CodingKey {
                case arguments = "argv"
                case outcome, signal, headline
                case exitStatus = "exit_status"
            }
        }

        /// One requirement of the task.
        public struct Requirement: Sendable, Hashable, Codable {
            /// The sentence.
            public var text: String
            /// What is known of it: `verified`, `failed` or `unverified`.
            public var status: String
            /// Why, in a sentence; `nil` when none is given.
            public var reason: String?

            package init(text: String, status: String, reason: String?) {
                self.text = text
                self.status = status
                self.reason = reason
            }
        }
    }

    /// The job's validation; `nil` when no agent wrote one.
    public var validation: Validation? { artifacts[ValidationArtifact.name].flatMap(Validation.init) }
}

extension JobResult.Validation {
    /// The most characters of a text that is meant to be one line.
    static let lineLimit = 300

    /// Reads the artifact; `nil` when it does not say whether the validation passed.
    package init?(_ artifact: JSONValue) {
        guard let passed = artifact["passed"]?.boolValue else { return nil }
        self.init(
            passed: passed, statement: artifact["statement"]?.stringValue,
            commands: (artifact["commands"]?.arrayValue ?? []).compactMap(Command.init),
            requirements: (artifact["requirements"]?.arrayValue ?? []).compactMap(Requirement.init))
    }
}

extension JobResult.Validation.Command {
    fileprivate init?(_ value: JSONValue) {
        guard let elements = value["argv"]?.arrayValue, !elements.isEmpty, let outcome = value["outcome"]?.stringValue
        else { return nil }
        let arguments = elements.compactMap(\.stringValue)
        // Without one of its arguments it would be another command.
        guard arguments.count == elements.count else { return nil }
        self.init(
            arguments: arguments, outcome: outcome,
            exitStatus: value["exit_status"]?.integerValue.flatMap { Int(exactly: $0) },
            signal: value["signal"]?.integerValue.flatMap { Int(exactly: $0) },
            headline: value["headline"]?.stringValue.flatMap { text in
                text.isEmpty ? nil : String(ForeignText.cut(text, to: JobResult.Validation.lineLimit).text)
            })
    }
}

extension JobResult.Validation.Requirement {
    fileprivate init?(_ value: JSONValue) {
        guard let text = value["text"]?.stringValue, let status = value["status"]?.stringValue else { return nil }
        self.init(text: text, status: status, reason: value["reason"]?.stringValue)
    }
}

// Absent values are null and not missing, as in the rest of the result.

extension JobResult.Validation {
    public func encode(to encoder: any Encoder) throws {
        try encoder.encodeMembers(
            of: CodingKeys.self, (.passed, passed), (.statement, statement), (.commands, commands),
            (.requirements, requirements))
    }

    enum CodingKeys: String, CodingKey { case passed, statement, commands, requirements }
}

extension JobResult.Validation.Command {
    public func encode(to encoder: any Encoder) throws {
        try encoder.encodeMembers(
            of: CodingKeys.self, (.arguments, arguments), (.outcome, outcome), (.exitStatus, exitStatus),
            (.signal, signal), (.headline, headline))
    }
}

extension JobResult.Validation.Requirement {
    public func encode(to encoder: any Encoder) throws {
        try encoder.encodeMembers(of: CodingKeys.self, (.text, text), (.status, status), (.reason, reason))
    }

    enum CodingKeys: String, CodingKey { case text, status, reason }
}
