import JobComposition
import JobFile

/// What a session runs.
enum JobWork: Sendable {
    /// A new job.
    case new(JobSpecification)
    /// A job that a store keeps, from where it is.
    case resumed(JobSpecification, JobResumption)

    var spec: JobSpecification {
        switch self {
        case .new(let spec), .resumed(let spec, _): spec
        }
    }

    var resumption: JobResumption? {
        if case .resumed(_, let resumption) = self { resumption } else { nil }
    }
}
