import Coordinator
import Support

/// The blackboard at a job's end with the origin of each part: `context.json`.
public struct ContextDocument: Sendable, Encodable {
    /// The version of `context.json`.
    public static let currentSchemaVersion = 1

    /// The job's id.
    public let jobID: String
    /// The blackboard's version: the number of its commits, and of states that were set from outside.
    public let version: Int
    /// Everything on the blackboard.
    public let context: JSONValue
    /// The attempts that wrote at a path, latest first: every field, and one level below it.
    public let provenance: [ExactString: [WriteRecord]]

    /// Reads a blackboard that is no longer written to.
    public init(_ job: JobContext) {
        self.init(job.snapshot, provenance: job.provenance(of:))
    }

    /// Makes the document of a snapshot.
    ///
    /// - Parameter origins: returns the attempts that wrote at a path.
    public init(_ snapshot: ContextSnapshot, provenance origins: (ContextPath) -> [WriteRecord]) {
        jobID = snapshot.jobID
        version = snapshot.version
        context = snapshot.root
        var provenance: [ExactString: [WriteRecord]] = [:]
        for (field, value) in snapshot.root.objectValue ?? [:] {
            let path = ContextPath(segments: [field.string])
            let members = (value.objectValue ?? [:]).keys.map { path.appending($0.string) }
            for path in [path] + members {
                let records = origins(path)
                if !records.isEmpty { provenance[path.description] = records }
            }
        }
        self.provenance = provenance
    }

    enum CodingKeys: String, CodingKey {
        case schemaVersion = "schema_version"
        case jobID = "job_id"
        case version, context, provenance
    }

    /// Writes the document with its schema version.
    public func encode(to encoder: any Encoder) throws {
        try encoder.encodeMembers(
            of: CodingKeys.self, (.schemaVersion, Self.currentSchemaVersion), (.jobID, jobID), (.version, version),
            (.context, context), (.provenance, provenance))
    }
}
