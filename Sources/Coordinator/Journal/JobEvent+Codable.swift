extension JobEvent: Codable {
    enum CodingKeys: String, CodingKey {
        case schemaVersion = "schema_version"
        case sequence = "seq"
        case at
        case jobID = "job_id"
        case type, version, agent, attempt
        case traceID = "trace_id"
        case spanID = "span_id"
        case payload
    }

    /// The event's type on the wire.
    public var type: String { payload.type.rawValue }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let schema = try container.decode(Int.self, forKey: .schemaVersion)
        guard schema == Self.schemaVersion else {
            throw DecodingError.dataCorruptedError(
                forKey: .schemaVersion, in: container,
                debugDescription: "schema_version \(schema) is not known; this is version \(Self.schemaVersion)")
        }
        sequence = try container.decode(Int.self, forKey: .sequence)
        at = try container.decode(Timestamp.self, forKey: .at)
        jobID = try container.decode(String.self, forKey: .jobID)
        version = try container.decode(Int.self, forKey: .version)
        agent = try container.decodeIfPresent(String.self, forKey: .agent)
        attempt = try container.decodeIfPresent(Int.self, forKey: .attempt)
        traceID = try container.decodeIfPresent(String.self, forKey: .traceID)
        spanID = try container.decodeIfPresent(String.self, forKey: .spanID)
        func payload<Value: Decodable>(_: Value.Type = Value.self) throws -> Value {
            try container.decode(Value.self, forKey: .payload)
        }
        self.payload =
            switch try container.decode(PayloadType.self, forKey: .type) {
            case .jobStarted: .jobStarted(try payload())
            case .agentStateChanged: .agentStateChanged(try payload())
            case .attemptStarted: .attemptStarted(try payload())
            case .attemptFinished: .attemptFinished(try payload())
            case .attemptCodeEnded: .attemptCodeEnded(try payload())
            case .progress: .progress(try payload())
            case .retryScheduled: .retryScheduled(try payload())
            case .contextCommitted: .contextCommitted(try payload())
            case .contextConflict: .contextConflict(try payload())
            case .lateWrite: .lateWrite(try payload())
            case .accessDenied: .accessDenied(try payload())
            case .breakerStateChanged: .breakerStateChanged(try payload())
            case .agentFinished: .agentFinished(try payload())
            case .jobFinished: .jobFinished(try payload())
            }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(Self.schemaVersion, forKey: .schemaVersion)
        try container.encode(sequence, forKey: .sequence)
        try container.encode(at, forKey: .at)
        try container.encode(jobID, forKey: .jobID)
        try container.encode(payload.type, forKey: .type)
        try container.encode(version, forKey: .version)
        try container.encodeIfPresent(agent, forKey: .agent)
        try container.encodeIfPresent(attempt, forKey: .attempt)
        try container.encodeIfPresent(traceID, forKey: .traceID)
        try container.encodeIfPresent(spanID, forKey: .spanID)
        switch payload {
        case .jobStarted(let value): try container.encode(value, forKey: .payload)
        case .agentStateChanged(let value): try container.encode(value, forKey: .payload)
        case .attemptStarted(let value): try container.encode(value, forKey: .payload)
        case .attemptFinished(let value): try container.encode(value, forKey: .payload)
        case .attemptCodeEnded(let value): try container.encode(value, forKey: .payload)
        case .progress(let value): try container.encode(value, forKey: .payload)
        case .retryScheduled(let value): try container.encode(value, forKey: .payload)
        case .contextCommitted(let value): try container.encode(value, forKey: .payload)
        case .contextConflict(let value): try container.encode(value, forKey: .payload)
        case .lateWrite(let value): try container.encode(value, forKey: .payload)
        case .accessDenied(let value): try container.encode(value, forKey: .payload)
        case .breakerStateChanged(let value): try container.encode(value, forKey: .payload)
        case .agentFinished(let value): try container.encode(value, forKey: .payload)
        case .jobFinished(let value): try container.encode(value, forKey: .payload)
        }
    }

    /// The types on the wire.
    enum PayloadType: String, Codable {
        case jobStarted = "job_started"
        case agentStateChanged = "agent_state_changed"
        case attemptStarted = "attempt_started"
        case attemptFinished = "attempt_finished"
        case attemptCodeEnded = "attempt_code_ended"
        case progress
        case retryScheduled = "retry_scheduled"
        case contextCommitted = "context_committed"
        case contextConflict = "context_conflict"
        case lateWrite = "late_write"
        case accessDenied = "access_denied"
        case breakerStateChanged = "circuit_breaker_state_changed"
        case agentFinished = "agent_finished"
        case jobFinished = "job_finished"
    }
}

extension JobEvent.Payload {
    var type: JobEvent.PayloadType {
        switch self {
        case .jobStarted: .jobStarted
        case .agentStateChanged: .agentStateChanged
        case .attemptStarted: .attemptStarted
        case .attemptFinished: .attemptFinished
        case .attemptCodeEnded: .attemptCodeEnded
        case .progress: .progress
        case .retryScheduled: .retryScheduled
        case .contextCommitted: .contextCommitted
        case .contextConflict: .contextConflict
        case .lateWrite: .lateWrite
        case .accessDenied: .accessDenied
        case .breakerStateChanged: .breakerStateChanged
        case .agentFinished: .agentFinished
        case .jobFinished: .jobFinished
        }
    }
}
