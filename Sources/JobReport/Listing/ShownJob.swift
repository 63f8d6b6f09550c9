import Coordinator
import Support

/// A job's blackboard, or one value of it, at one version: what `coordinator show --output json` prints.
package struct ShownJob: Sendable, Encodable {
    /// The version of the document.
    package static let currentSchemaVersion = 1

    private let reading: JobReading
    private let status: JobSummary.Status
    private let path: ContextPath?
    private let value: JSONValue

    /// - Parameters:
    ///   - isOwned: whether a process runs the job.
    ///   - path: what to show; `nil` for the whole blackboard.
    /// - Returns: `nil` where nothing stands at the path.
    package init?(_ reading: JobReading, isOwned: Bool, path: ContextPath?) {
        guard let value = path.map({ reading.snapshot.value(at: $0) }) ?? reading.snapshot.root else { return nil }
        self.reading = reading
        status = reading.summary.status(isOwned: isOwned)
        self.path = path
        self.value = value
    }

    private enum CodingKeys: String, CodingKey {
        case schemaVersion = "schema_version"
        case jobID = "job_id"
        case status, version, at, path, context, waiting
    }

    package func encode(to encoder: any Encoder) throws {
        try encoder.encodeMembers(
            of: CodingKeys.self, (.schemaVersion, Self.currentSchemaVersion), (.jobID, reading.summary.jobID),
            (.status, status), (.version, reading.snapshot.version), (.at, reading.at), (.path, path?.description),
            (.context, value), (.waiting, reading.waits))
    }
}

extension JobReading.Wait: Encodable {
    private enum CodingKeys: String, CodingKey { case agent, round, item, kind, since, reason, state, calls }

    package func encode(to encoder: any Encoder) throws {
        try encoder.encodeMembers(
            of: CodingKeys.self, (.agent, run.agent), (.round, run.round), (.item, run.item), (.kind, kind.rawValue),
            (.since, since), (.reason, reason), (.state, state), (.calls, calls.isEmpty ? nil : calls))
    }
}
