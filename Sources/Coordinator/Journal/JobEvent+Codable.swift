extension JobEvent: Codable {
    enum CodingKeys: String, CodingKey {
        case schemaVersion = "schema_version"
        case sequence = "seq"
        case at
        case jobID = "job_id"
        case type, version, agent, round, item, attempt
        case traceID = "trace_id"
        case spanID = "span_id"
        case payload
    }

    /// The event's kind on the wire.
    public var type: String { kind.name }

    /// Reads an event of this version or an earlier one, of a kind that is known or not.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        schemaVersion = try container.decode(Int.self, forKey: .schemaVersion)
        guard (1...Self.schemaVersion).contains(schemaVersion) else {
            throw DecodingError.dataCorruptedError(
                forKey: .schemaVersion, in: container,
                debugDescription: "schema_version \(schemaVersion) is not known; known are 1 to \(Self.schemaVersion)")
        }
        sequence = try container.decode(Int.self, forKey: .sequence)
        at = try container.decode(Timestamp.self, forKey: .at)
        jobID = try container.decode(String.self, forKey: .jobID)
        version = try container.decode(Int.self, forKey: .version)
        agent = try container.decodeIfPresent(String.self, forKey: .agent)
        round = try container.decodeIfPresent(Int.self, forKey: .round)
        item = try container.decodeIfPresent(Int.self, forKey: .item)
        attempt = try container.decodeIfPresent(Int.self, forKey: .attempt)
        traceID = try container.decodeIfPresent(String.self, forKey: .traceID)
        spanID = try container.decodeIfPresent(String.self, forKey: .spanID)
        payload = try Self.payload(Kind(try container.decode(String.self, forKey: .type)), in: container)
    }

    private static func payload(
        _ kind: Kind, in container: KeyedDecodingContainer<CodingKeys>
    ) throws -> Payload {
        func typed<Value: Decodable>(_: Value.Type = Value.self) throws -> Value {
            try container.decode(Value.self, forKey: .payload)
        }
        return switch kind {
        case .jobSubmitted: .jobSubmitted(try typed())
        case .jobStarted: .jobStarted(try typed())
        case .agentQueued: .agentQueued(try typed())
        case .agentStateChanged: .agentStateChanged(try typed())
        case .attemptStarted: .attemptStarted(try typed())
        case .attemptSuspended: .attemptSuspended(try typed())
        case .signalReceived: .signalReceived(try typed())
        case .attemptResumed: .attemptResumed(try typed())
        case .attemptFinished: .attemptFinished(try typed())
        case .attemptCodeEnded: .attemptCodeEnded(try typed())
        case .progress: .progress(try typed())
        case .turnFinished: .turnFinished(try typed())
        case .toolStarted: .toolStarted(try typed())
        case .toolFinished: .toolFinished(try typed())
        case .retryScheduled: .retryScheduled(try typed())
        case .contextCommitted: .contextCommitted(try typed())
        case .contextConflict: .contextConflict(try typed())
        case .lateWrite: .lateWrite(try typed())
        case .accessDenied: .accessDenied(try typed())
        case .breakerStateChanged: .breakerStateChanged(try typed())
        case .agentFinished: .agentFinished(try typed())
        case .itemsStarted: .itemsStarted(try typed())
        case .itemFinished: .itemFinished(try typed())
        case .roundStarted: .roundStarted(try typed())
        case .repeatFinished: .repeatFinished(try typed())
        case .jobResumed: .jobResumed(try typed())
        case .jobInterrupted: .jobInterrupted(try typed())
        case .jobSuspended: .jobSuspended(try typed())
        case .attemptInDoubt: .attemptInDoubt(try typed())
        case .doubtResolved: .doubtResolved(try typed())
        case .cancelRequested: .cancelRequested(try typed())
        case .jobFinished: .jobFinished(try typed())
        default:
            // `nil` would be JSON's null here.
            .unknown(
                kind, container.contains(.payload) ? try container.decode(JSONValue.self, forKey: .payload) : .none)
        }
    }

    /// Writes the event in the version of the envelope that it was read in, without what it did not say. Members of known
    /// events that this version does not know are not kept.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(schemaVersion, forKey: .schemaVersion)
        try container.encode(sequence, forKey: .sequence)
        try container.encode(at, forKey: .at)
        try container.encode(jobID, forKey: .jobID)
        try container.encode(type, forKey: .type)
        try container.encode(version, forKey: .version)
        try container.encodeIfPresent(agent, forKey: .agent)
        try container.encodeIfPresent(round, forKey: .round)
        try container.encodeIfPresent(item, forKey: .item)
        try container.encodeIfPresent(attempt, forKey: .attempt)
        try container.encodeIfPresent(traceID, forKey: .traceID)
        try container.encodeIfPresent(spanID, forKey: .spanID)
        switch payload {
        case .jobSubmitted(let value): try container.encode(value, forKey: .payload)
        case .jobStarted(let value): try container.encode(value, forKey: .payload)
        case .agentQueued(let value): try container.encode(value, forKey: .payload)
        case .agentStateChanged(let value): try container.encode(value, forKey: .payload)
        case .attemptStarted(let value): try container.encode(value, forKey: .payload)
        case .attemptSuspended(let value): try container.encode(value, forKey: .payload)
        case .signalReceived(let value): try container.encode(value, forKey: .payload)
        case .attemptResumed(let value): try container.encode(value, forKey: .payload)
        case .attemptFinished(let value): try container.encode(value, forKey: .payload)
        case .attemptCodeEnded(let value): try container.encode(value, forKey: .payload)
        case .progress(let value): try container.encode(value, forKey: .payload)
        case .turnFinished(let value): try container.encode(value, forKey: .payload)
        case .toolStarted(let value): try container.encode(value, forKey: .payload)
        case .toolFinished(let value): try container.encode(value, forKey: .payload)
        case .retryScheduled(let value): try container.encode(value, forKey: .payload)
        case .contextCommitted(let value): try container.encode(value, forKey: .payload)
        case .contextConflict(let value): try container.encode(value, forKey: .payload)
        case .lateWrite(let value): try container.encode(value, forKey: .payload)
        case .accessDenied(let value): try container.encode(value, forKey: .payload)
        case .breakerStateChanged(let value): try container.encode(value, forKey: .payload)
        case .agentFinished(let value): try container.encode(value, forKey: .payload)
        case .itemsStarted(let value): try container.encode(value, forKey: .payload)
        case .itemFinished(let value): try container.encode(value, forKey: .payload)
        case .roundStarted(let value): try container.encode(value, forKey: .payload)
        case .repeatFinished(let value): try container.encode(value, forKey: .payload)
        case .jobResumed(let value): try container.encode(value, forKey: .payload)
        case .jobInterrupted(let value): try container.encode(value, forKey: .payload)
        case .jobSuspended(let value): try container.encode(value, forKey: .payload)
        case .attemptInDoubt(let value): try container.encode(value, forKey: .payload)
        case .doubtResolved(let value): try container.encode(value, forKey: .payload)
        case .cancelRequested(let value): try container.encode(value, forKey: .payload)
        case .jobFinished(let value): try container.encode(value, forKey: .payload)
        case .unknown(_, let value): try container.encodeIfPresent(value, forKey: .payload)
        }
    }
}
