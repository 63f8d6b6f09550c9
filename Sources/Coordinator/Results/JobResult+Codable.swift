// Every documented key is written, for readers in other languages: an absent value is null, not a missing key.

extension JobResult {
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(schemaVersion, forKey: .schemaVersion)
        try container.encode(jobID, forKey: .jobID)
        try container.encode(workflow, forKey: .workflow)
        try container.encode(status, forKey: .status)
        try container.encode(traceID, forKey: .traceID)
        try container.encode(startedAt, forKey: .startedAt)
        try container.encode(durationMS, forKey: .durationMS)
        try container.encode(agents, forKey: .agents)
        try container.encode(metrics, forKey: .metrics)
        try container.encode(artifacts, forKey: .artifacts)
    }
}

extension AgentResult {
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(name, forKey: .name)
        try container.encode(role, forKey: .role)
        try container.encode(required, forKey: .required)
        try container.encode(outcome, forKey: .outcome)
        try container.encode(errorType, forKey: .errorType)
        try container.encode(error, forKey: .error)
        try container.encode(fallbackOf, forKey: .fallbackOf)
        try container.encode(startedAt, forKey: .startedAt)
        try container.encode(durationMS, forKey: .durationMS)
        try container.encode(queueMS, forKey: .queueMS)
        try container.encode(spanID, forKey: .spanID)
        try container.encode(attempts, forKey: .attempts)
    }
}

extension AttemptRecord {
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(number, forKey: .number)
        try container.encode(outcome, forKey: .outcome)
        try container.encode(errorType, forKey: .errorType)
        try container.encode(error, forKey: .error)
        try container.encode(startedAt, forKey: .startedAt)
        try container.encode(durationMS, forKey: .durationMS)
        try container.encode(backoffMS, forKey: .backoffMS)
        try container.encode(spanID, forKey: .spanID)
        try container.encode(abandoned, forKey: .abandoned)
    }
}
