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

        package let id: String
        package let workflow: String
        package let agents: [String]
        package let submittedAt: Timestamp
        package var state: State

        /// `running`, or how the job ended.
        package var status: JobSummary.Status {
            switch state {
            case .running: .running
            case .ended(let result): JobSummary.Status(result.status)
            case .unstarted: .failed
            }
        }

        var isRunning: Bool { running != nil }

        /// The job itself, as long as it runs.
        package var running: JobCoordinator? {
            if case .running(let coordinator) = state { coordinator } else { nil }
        }
    }
#endif
