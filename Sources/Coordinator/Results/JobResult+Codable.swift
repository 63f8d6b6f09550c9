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
    /// Writes the record; figures that logs and results of before do not have are left out.
    public func encode(to encoder: any Encoder) throws {
        try encoder.encodeMembers(
            of: CodingKeys.self, (.number, number), (.outcome, outcome), (.errorType, errorType), (.error, error),
            (.startedAt, startedAt), (.durationMS, durationMS), (.backoffMS, backoffMS), (.spanID, spanID),
            (.abandoned, abandoned))
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encodeIfPresent(usage, forKey: .usage)
        try container.encodeIfPresent(commitMS, forKey: .commitMS)
        try container.encodeIfPresent(storeMS, forKey: .storeMS)
    }
}
