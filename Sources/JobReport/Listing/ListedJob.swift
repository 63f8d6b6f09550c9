import Coordinator
import Support

/// A job as an element of a list: the same in a store's list and in a server's.
package struct ListedJob: Sendable, Encodable {
    package let jobID: String
    package let workflow: String?
    package let status: JobSummary.Status
    package let submittedAt: Timestamp
    package let startedAt: Timestamp?
    package let endedAt: Timestamp?
    /// `nil` until it has ended.
    package let durationMS: Double?
    package let agents: [String]
    package let resumptions: Int

    /// A job that a store keeps.
    ///
    /// - Parameter isOwned: whether a process runs it.
    package init(_ job: JobSummary, isOwned: Bool) {
        (jobID, workflow, status) = (job.jobID, job.workflow, job.status(isOwned: isOwned))
        (submittedAt, startedAt, endedAt) = (job.submittedAt, job.startedAt, job.endedAt)
        (durationMS, agents, resumptions) = (job.durationMS, job.agents, job.resumptions)
    }

    /// A job that no store keeps.
    ///
    /// - Parameter result: what it came to; `nil` for one that runs, or never began.
    package init(
        jobID: String, workflow: String, status: JobSummary.Status, submittedAt: Timestamp, agents: [String],
        result: JobResult?
    ) {
        (self.jobID, self.workflow, self.status) = (jobID, workflow, status)
        (self.submittedAt, self.agents, resumptions) = (submittedAt, agents, 0)
        (startedAt, durationMS) = (result?.startedAt, result?.durationMS)
        endedAt = result.map { $0.startedAt.advanced(by: .bounded(milliseconds: $0.durationMS)) }
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
            of: CodingKeys.self, (.jobID, jobID), (.workflow, workflow), (.status, status),
            (.submittedAt, submittedAt), (.startedAt, startedAt), (.endedAt, endedAt), (.durationMS, durationMS),
            (.agents, agents), (.resumptions, resumptions))
    }
}

/// A page of a list of jobs: what `coordinator jobs --output json` prints, and `GET /v1/jobs` answers.
package struct JobListDocument: Sendable, Encodable {
    /// The version of the document.
    package static let currentSchemaVersion = 1

    package let jobs: [ListedJob]
    /// Asks for the next page; `nil` after the last one.
    package let next: String?
    /// The ids of jobs of which the store holds something else than was written.
    package let damaged: [String]

    package init(jobs: [ListedJob], next: String?, damaged: [String] = []) {
        self.jobs = jobs
        self.next = next
        self.damaged = damaged
    }

    private enum CodingKeys: String, CodingKey {
        case schemaVersion = "schema_version"
        case jobs, next, damaged
    }

    package func encode(to encoder: any Encoder) throws {
        try encoder.encodeMembers(
            of: CodingKeys.self, (.schemaVersion, Self.currentSchemaVersion), (.jobs, jobs), (.next, next),
            (.damaged, damaged.isEmpty ? nil : damaged))
    }
}
