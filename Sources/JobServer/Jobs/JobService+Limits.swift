#if Server

    extension JobService {
        /// The limits of a server's jobs.
        package struct Limits: Sendable {
            /// The most jobs that run at once; 100 by default. Further ones are refused.
            package var activeJobs: Int
            /// The most jobs that may wait for somebody beside those; 1,000 by default. More count as running.
            package var waitingJobs: Int
            /// The most ended jobs whose records are kept in memory; 500 by default, none with a store.
            package var keptJobs: Int
            /// The most journals that are read at once to answer requests; 8 by default. Further requests are refused.
            package var journalReaders: Int
            /// The most bytes of a blackboard, or of a part of it, that are answered; 64 MiB by default.
            package var contextBytes: Int
            /// How long a store may take to answer whether it is there; 2 s by default.
            package var storeTime: Duration
            /// How long running jobs may continue after shutdown has begun; 30 s by default.
            package var drainTime: Duration
            /// How long the server waits at its end for code of attempts that have ended already; 2 s by default.
            package var abandonedCodeTime: Duration

            package init(
                activeJobs: Int = 100, waitingJobs: Int = 1_000, keptJobs: Int = 500, journalReaders: Int = 8,
                contextBytes: Int = 64 << 20, storeTime: Duration = .seconds(2), drainTime: Duration = .seconds(30),
                abandonedCodeTime: Duration = .seconds(2)
            ) {
                self.activeJobs = max(1, activeJobs)
                self.waitingJobs = max(0, waitingJobs)
                self.keptJobs = max(1, keptJobs)
                self.journalReaders = max(1, journalReaders)
                self.contextBytes = contextBytes
                self.storeTime = storeTime
                self.drainTime = drainTime
                self.abandonedCodeTime = abandonedCodeTime
            }
        }

        /// Why a job was refused.
        package enum Refusal: Error, Sendable, CustomStringConvertible {
            /// As many jobs run as ``Limits/activeJobs`` allows.
            case full(limit: Int)
            /// The server is shutting down.
            case draining
            /// The job runs already.
            case running(job: String)
            /// The job cannot be made; the text says why.
            case unusable(String)
            /// The job cannot be kept; the text says why.
            case unavailable(String)

            package var description: String {
                switch self {
                case .full(let limit): "\(limit) jobs run already, which is as many as may; try again later"
                case .draining: "the server is shutting down and takes no more jobs"
                case .running(let job): "job '\(job)' runs already"
                case .unusable(let reason), .unavailable(let reason): reason
                }
            }
        }
    }
#endif
