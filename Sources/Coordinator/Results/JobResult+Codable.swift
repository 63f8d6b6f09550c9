import Support

// Every documented key is written, for readers in other languages: an absent value is null, not a missing key.

extension JobResult {
    public func encode(to encoder: any Encoder) throws {
        try encoder.encodeMembers(
            of: CodingKeys.self, (.schemaVersion, schemaVersion), (.jobID, jobID), (.workflow, workflow),
            (.status, status), (.errorType, errorType), (.error, error),
            (.traceID, traceID), (.startedAt, startedAt), (.durationMS, durationMS), (.agents, agents),
            (.metrics, metrics), (.artifacts, artifacts))
        // Read from the artifacts, and so no member that is decoded.
        var derived = encoder.container(keyedBy: DerivedKeys.self)
        try derived.encode(validation, forKey: .validation)
    }

    private enum DerivedKeys: String, CodingKey { case validation }
}

extension AgentResult {
    public func encode(to encoder: any Encoder) throws {
        try encoder.encodeMembers(
            of: CodingKeys.self, (.name, name), (.role, role), (.required, required), (.outcome, outcome),
            (.errorType, errorType), (.error, error), (.fallbackOf, fallbackOf), (.startedAt, startedAt),
            (.durationMS, durationMS), (.queueMS, queueMS), (.spanID, spanID), (.attempts, attempts))
    }
}

extension AttemptRecord {
    public func encode(to encoder: any Encoder) throws {
        try encoder.encodeMembers(
            of: CodingKeys.self, (.number, number), (.outcome, outcome), (.errorType, errorType), (.error, error),
            (.startedAt, startedAt), (.durationMS, durationMS), (.backoffMS, backoffMS), (.spanID, spanID),
            (.abandoned, abandoned), (.usage, usage), (.commitMS, commitMS), (.storeMS, storeMS))
    }

    /// Reads a record; what logs and results of before do not say is taken as nothing.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        number = try container.decode(Int.self, forKey: .number)
        outcome = try container.decode(AgentOutcome.self, forKey: .outcome)
        errorType = try container.decodeIfPresent(String.self, forKey: .errorType)
        error = try container.decodeIfPresent(String.self, forKey: .error)
        startedAt = try container.decode(Timestamp.self, forKey: .startedAt)
        durationMS = try container.decode(Double.self, forKey: .durationMS)
        backoffMS = try container.decode(Double.self, forKey: .backoffMS)
        spanID = try container.decodeIfPresent(String.self, forKey: .spanID)
        abandoned = try container.decode(Bool.self, forKey: .abandoned)
        usage = try container.decodeIfPresent(Contribution.Usage.self, forKey: .usage) ?? Contribution.Usage()
        commitMS = try container.decodeIfPresent(Double.self, forKey: .commitMS) ?? 0
        storeMS = try container.decodeIfPresent(Double.self, forKey: .storeMS) ?? 0
    }
}
