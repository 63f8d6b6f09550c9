import Coordinator

// The form of a request on the control socket: one JSON object on one line.

extension StoreRequest: Codable {
    /// The version of the form.
    package static let schemaVersion = 1

    private enum CodingKeys: String, CodingKey {
        case schemaVersion = "schema_version"
        case command
        case job = "job_id"
        case agent, round, item, choice, remark, digest, name, value, reason, resolution, contribution, call, result
    }

    private enum Command: String, Codable {
        case approve, signal, cancel, resolve
        // A name of its own: a holder of an earlier version would take it for one about the whole attempt.
        case resolveCall = "resolve_call"
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let version = try container.decode(Int.self, forKey: .schemaVersion)
        guard version == Self.schemaVersion else {
            throw DecodingError.dataCorruptedError(
                forKey: .schemaVersion, in: container,
                debugDescription: "schema_version \(version) is not known; known is \(Self.schemaVersion)")
        }
        let action: Action
        switch try container.decode(Command.self, forKey: .command) {
        case .approve:
            action = .approve(
                try Self.run(in: container),
                ApprovalAnswer(
                    try container.decode(String.self, forKey: .choice),
                    remark: try container.decodeIfPresent(String.self, forKey: .remark),
                    digest: try container.decodeIfPresent(String.self, forKey: .digest),
                    call: try container.decodeIfPresent(String.self, forKey: .call)))
        case .signal:
            action = .signal(
                name: try container.decode(String.self, forKey: .name),
                value: try container.decode(JSONValue.self, forKey: .value))
        case .cancel: action = .cancel(reason: try container.decode(String.self, forKey: .reason))
        case .resolve:
            action = .resolve(
                try Self.run(in: container),
                try container.decode(JobEvent.DoubtResolved.Resolution.self, forKey: .resolution),
                try container.decodeIfPresent(Contribution.self, forKey: .contribution))
        case .resolveCall:
            action = .resolveCall(
                try Self.run(in: container), call: try container.decode(String.self, forKey: .call),
                try container.decode(JobEvent.DoubtResolved.Resolution.self, forKey: .resolution),
                try container.decodeIfPresent(JSONValue.self, forKey: .result) ?? .null)
        }
        self.init(job: try container.decode(String.self, forKey: .job), action)
    }

    private static func run(in container: KeyedDecodingContainer<CodingKeys>) throws -> RunIdentity {
        RunIdentity(
            agent: try container.decode(String.self, forKey: .agent),
            round: try container.decodeIfPresent(Int.self, forKey: .round),
            item: try container.decodeIfPresent(Int.self, forKey: .item))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(Self.schemaVersion, forKey: .schemaVersion)
        try container.encode(job, forKey: .job)
        func encode(_ command: Command, _ run: RunIdentity? = nil) throws {
            try container.encode(command, forKey: .command)
            try container.encodeIfPresent(run?.agent, forKey: .agent)
            try container.encodeIfPresent(run?.round, forKey: .round)
            try container.encodeIfPresent(run?.item, forKey: .item)
        }
        switch action {
        case .approve(let run, let answer):
            try encode(.approve, run)
            try container.encode(answer.choice, forKey: .choice)
            try container.encodeIfPresent(answer.remark, forKey: .remark)
            try container.encodeIfPresent(answer.digest, forKey: .digest)
            try container.encodeIfPresent(answer.call, forKey: .call)
        case .signal(let name, let value):
            try encode(.signal)
            try container.encode(name, forKey: .name)
            try container.encode(value, forKey: .value)
        case .cancel(let reason):
            try encode(.cancel)
            try container.encode(reason, forKey: .reason)
        case .resolve(let run, let resolution, let contribution):
            try encode(.resolve, run)
            try container.encode(resolution, forKey: .resolution)
            try container.encodeIfPresent(contribution, forKey: .contribution)
        case .resolveCall(let run, let call, let resolution, let result):
            try encode(.resolveCall, run)
            try container.encode(call, forKey: .call)
            try container.encode(resolution, forKey: .resolution)
            try container.encode(result, forKey: .result)
        }
    }
}
