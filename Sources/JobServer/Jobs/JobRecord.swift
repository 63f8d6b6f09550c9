#if Server
    import Coordinator

    /// A job that a server knows.
    package struct JobRecord: Sendable {
        /// The state of a job.
        package enum State: Sendable {
            case running(JobCoordinator)
            case ended(JobResult)
            /// The job could not be started; the text says why.
            case unstarted(String)
        }

        /// The status of a job that has not ended, in addition to the raw values of `JobStatus`.
        package static let running = "running"
        /// All values of ``status``.
        package static let statuses = [running] + JobStatus.allCases.map(\.rawValue)

        package let id: String
        package let workflow: String
        package let agents: [String]
        package let submittedAt: Timestamp
        package var state: State

        /// `running`, or how the job ended.
        package var status: String {
            switch state {
            case .running: Self.running
            case .ended(let result): result.status.rawValue
            case .unstarted: JobStatus.failed.rawValue
            }
        }
    }
#endif
