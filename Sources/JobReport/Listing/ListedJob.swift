import Coordinator

/// A job as an element of a list: the same in a store's list and in a server's.
package struct ListedJob: Sendable, Encodable {
    package let job: JobSummary
    package let status: JobSummary.Status

    /// - Parameter isOwned: whether a process runs it.
    package init(_ job: JobSummary, isOwned: Bool) {
        self.job = job
        status = job.status(isOwned: isOwned)
    }

    private enum CodingKeys: String, CodingKey {
        case jobID = "job_id"
        case workflow, status, agents, resumptions
        case submittedAt = "submitted_at"
        case startedAt = "started_at"
        case endedAt = "ended_at"
        case durationMS = "duration_ms"
    }

    package func encode(to encoder: any Encoder) throws {
        try encoder.encodeMembers(
            of: CodingKeys.self, (.jobID, job.jobID), (.workflow, job.workflow), (.status, status),
            (.submittedAt, job.submittedAt), (.startedAt, job.startedAt), (.endedAt, job.endedAt),
            (.durationMS, job.durationMS), (.agents, job.agents), (.resumptions, job.resumptions))
    }
}

/// A page of a list of jobs: what `coordinator jobs --output json` prints.
package struct JobListDocument: Sendable, Encodable {
    /// The version of the document.
    package static let currentSchemaVersion = 1

    package let jobs: [ListedJob]
    /// Asks for the next page; `nil` after the last one.
    package let next: String?

    package init(jobs: [ListedJob], next: String?) {
        self.jobs = jobs
        self.next = next
    }

    private enum CodingKeys: String, CodingKey {
        case schemaVersion = "schema_version"
        case jobs, next
    }

    package func encode(to encoder: any Encoder) throws {
        try encoder.encodeMembers(
            of: CodingKeys.self, (.schemaVersion, Self.currentSchemaVersion), (.jobs, jobs), (.next, next))
    }
}
