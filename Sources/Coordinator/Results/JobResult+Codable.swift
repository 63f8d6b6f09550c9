import Support

// Every documented key is written, for readers in other languages: an absent value is null, not a missing key.

extension JobResult {
    public func encode(to encoder: any Encoder) throws {
        try encoder.encodeMembers(
            of: CodingKeys.self, (.schemaVersion, schemaVersion), (.jobID, jobID), (.workflow, workflow),
            (.status, status), (.errorType, errorType), (.error, error),
            (.traceID, traceID), (.startedAt, startedAt), (.durationMS, durationMS), (.agents, agents),
            (.repeats, repeats), (.resumptions, resumptions), (.metrics, metrics), (.artifacts, artifacts))
        // Read from the artifacts, and so no member that is decoded.
        var derived = encoder.container(keyedBy: DerivedKeys.self)
        try derived.encode(validation, forKey: .validation)
    }

    private enum DerivedKeys: String, CodingKey { case validation }

    /// Reads a result; those of before there were repeats and resumptions have none.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        schemaVersion = try container.decode(Int.self, forKey: .schemaVersion)
        jobID = try container.decode(String.self, forKey: .jobID)
        workflow = try container.decode(String.self, forKey: .workflow)
        status = try container.decode(JobStatus.self, forKey: .status)
        errorType = try container.decodeIfPresent(String.self, forKey: .errorType)
        error = try container.decodeIfPresent(String.self, forKey: .error)
        traceID = try container.decodeIfPresent(String.self, forKey: .traceID)
        startedAt = try container.decode(Timestamp.self, forKey: .startedAt)
        durationMS = try container.decode(Double.self, forKey: .durationMS)
        agents = try container.decode([AgentResult].self, forKey: .agents)
        repeats = try container.decodeIfPresent([RepeatResult].self, forKey: .repeats) ?? []
        resumptions = try container.decodeIfPresent(Int.self, forKey: .resumptions) ?? 0
        metrics = try container.decode(JobMetrics.self, forKey: .metrics)
        artifacts = try container.decode(JSONObject.self, forKey: .artifacts)
    }
}

extension AgentResult {
    public func encode(to encoder: any Encoder) throws {
        try encoder.encodeMembers(
            of: CodingKeys.self, (.name, name), (.role, role), (.required, required), (.outcome, outcome),
            (.errorType, errorType), (.error, error), (.fallbackOf, fallbackOf), (.startedAt, startedAt),
            (.durationMS, durationMS), (.queueMS, queueMS), (.spanID, spanID), (.attempts, attempts))
        // Most agents run for no elements: their results say nothing about any.
        guard !items.isEmpty else { return }
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(items, forKey: .items)
    }

    /// Reads a result; without items for an agent that has none.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        name = try container.decode(String.self, forKey: .name)
        role = try container.decode(String.self, forKey: .role)
        required = try container.decode(Bool.self, forKey: .required)
        outcome = try container.decode(AgentOutcome.self, forKey: .outcome)
        errorType = try container.decodeIfPresent(String.self, forKey: .errorType)
        error = try container.decodeIfPresent(String.self, forKey: .error)
        fallbackOf = try container.decodeIfPresent(String.self, forKey: .fallbackOf)
        startedAt = try container.decodeIfPresent(Timestamp.self, forKey: .startedAt)
        durationMS = try container.decode(Double.self, forKey: .durationMS)
        queueMS = try container.decode(Double.self, forKey: .queueMS)
        spanID = try container.decodeIfPresent(String.self, forKey: .spanID)
        attempts = try container.decode([AttemptRecord].self, forKey: .attempts)
        items = try container.decodeIfPresent([ItemResult].self, forKey: .items) ?? []
    }
}

extension ItemResult: Codable {
    public func encode(to encoder: any Encoder) throws {
        try encoder.encodeMembers(
            of: CodingKeys.self, (.index, index), (.key, key), (.round, round), (.outcome, outcome),
            (.errorType, errorType), (.error, error), (.attempts, attempts))
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        index = try container.decode(Int.self, forKey: .index)
        key = try container.decodeIfPresent(String.self, forKey: .key)
        round = try container.decodeIfPresent(Int.self, forKey: .round)
        outcome = try container.decode(AgentOutcome.self, forKey: .outcome)
        errorType = try container.decodeIfPresent(String.self, forKey: .errorType)
        error = try container.decodeIfPresent(String.self, forKey: .error)
        attempts = try container.decode([AttemptRecord].self, forKey: .attempts)
    }
}

extension AttemptRecord {
    /// Writes the record; figures that logs and results of before do not have are left out, and the sandbox of an attempt
    /// that ran no program.
    public func encode(to encoder: any Encoder) throws {
        try encoder.encodeMembers(
            of: CodingKeys.self, (.number, number), (.outcome, outcome), (.errorType, errorType), (.error, error),
            (.startedAt, startedAt), (.durationMS, durationMS), (.backoffMS, backoffMS), (.spanID, spanID),
            (.abandoned, abandoned))
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encodeIfPresent(usage, forKey: .usage)
        try container.encodeIfPresent(commitMS, forKey: .commitMS)
        try container.encodeIfPresent(storeMS, forKey: .storeMS)
        try container.encodeIfPresent(suspendedMS, forKey: .suspendedMS)
        try container.encodeIfPresent(round, forKey: .round)
        try container.encodeIfPresent(sandbox, forKey: .sandbox)
    }
}
