#if Server
    import Coordinator
    import JobFile
    import Logging
    import ServiceContextModule
    import ServiceLifecycle
    import Support

    /// Runs the jobs of a server, many at once, and remembers the latest.
    ///
    /// It runs as a service: when that is told to shut down gracefully it takes no more jobs, waits for those that run, and
    /// cancels what is left after ``Limits/drainTime``.
    package final class JobService: Service {
        /// What bounds a server's jobs.
        package struct Limits: Sendable {
            /// Jobs that may run at once; 100 by default. One more is refused.
            package var activeJobs: Int
            /// Jobs that are remembered after they ended; 500 by default.
            package var keptJobs: Int
            /// How long running jobs may go on once the server is to end; 30 s by default.
            package var drainTime: Duration
            /// How long code of settled attempts may keep the server from ending; 2 s by default.
            package var abandonedCodeTime: Duration

            package init(
                activeJobs: Int = 100, keptJobs: Int = 500, drainTime: Duration = .seconds(30),
                abandonedCodeTime: Duration = .seconds(2)
            ) {
                self.activeJobs = max(1, activeJobs)
                self.keptJobs = max(1, keptJobs)
                self.drainTime = drainTime
                self.abandonedCodeTime = abandonedCodeTime
            }
        }

        /// Makes a runnable job of what a job file says.
        package typealias Compose =
            @Sendable (_ spec: JobSpecification, _ jobID: String) async throws -> JobCoordinator

        /// Why a job was not taken.
        package enum Refusal: Error, Sendable {
            /// As many run as may.
            case full(limit: Int)
            /// The server is about to end.
            case draining
            /// The job cannot be made, in words.
            case unusable(String)
        }

        private struct Work: Sendable {
            let id: String
            let coordinator: JobCoordinator
            let context: ServiceContext
        }

        private let limits: Limits
        private let compose: Compose
        private let logger: Logger
        private let clock: any Clock<Duration>
        private let store: Locked<JobStore>
        private let work: AsyncStream<Work>
        private let submitted: AsyncStream<Work>.Continuation

        /// - Parameters:
        ///   - clock: what the time to drain is counted on.
        ///   - assemble: makes a runnable job; throws what its user should read.
        package init(
            limits: Limits = Limits(), logger: Logger, clock: any Clock<Duration> = ContinuousClock(),
            compose: @escaping Compose
        ) {
            self.limits = limits
            self.logger = logger
            self.clock = clock
            self.compose = compose
            store = Locked(JobStore(limits))
            // Bounded by the jobs that may be active: each has a place before it is submitted.
            (work, submitted) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(limits.activeJobs))
        }

        /// Whether jobs are still taken.
        package var isReady: Bool { !store.withLock { $0.isDraining } }

        /// Takes a job; it runs from now on.
        ///
        /// - Parameter context: the trace of whoever asks for it.
        package func submit(_ spec: JobSpecification, context: ServiceContext) async throws(Refusal) -> JobRecord {
            try place { store throws(JobStore.Refusal) in try store.reserve() }
            let submittedAt = Timestamp.now
            let id = JobIdentifier.make(workflow: spec.workflow, at: submittedAt)
            let coordinator: JobCoordinator
            do {
                coordinator = try await compose(spec, id)
            } catch {
                store.withLock { $0.giveBack() }
                throw .unusable("\(error)")
            }
            let record = JobRecord(
                id: id, workflow: spec.workflow, agents: spec.agents.map(\.name), submittedAt: submittedAt,
                state: .running(coordinator))
            try place { store throws(JobStore.Refusal) in
                try store.enter(record)
                submitted.yield(Work(id: id, coordinator: coordinator, context: context))
            }
            return record
        }

        private func place(_ body: (inout JobStore) throws(JobStore.Refusal) -> Void) throws(Refusal) {
            let refusal: JobStore.Refusal? = store.withLock { store in
                do throws(JobStore.Refusal) {
                    try body(&store)
                    return nil
                } catch {
                    return error
                }
            }
            switch refusal {
            case .full: throw .full(limit: limits.activeJobs)
            case .draining: throw .draining
            case nil: break
            }
        }

        /// The job of this id, if it runs or is still remembered.
        package func record(_ id: String) -> JobRecord? { store.withLock { $0[id] } }

        /// The jobs that are known, the newest first.
        package func records(status: String? = nil, agent: String? = nil, limit: Int) -> [JobRecord] {
            store.withLock { $0.records(status: status, agent: agent, limit: limit) }
        }

        /// Runs what is submitted, until a graceful shutdown has come to its end.
        package func run() async throws {
            let drain = Locked<Task<Void, Never>?>(nil)
            await withGracefulShutdownHandler {
                await withDiscardingTaskGroup { group in
                    for await work in work { group.addTask { await self.run(work) } }
                }
            } onGracefulShutdown: {
                drain.withLock { $0 = self.drain() }
            }
            drain.withLock { $0 }?.cancel()
        }

        private func run(_ work: Work) async {
            let ended: JobRecord.State
            do {
                ended = .ended(
                    try await ServiceContext.withValue(work.context) { try await work.coordinator.executeParallel() })
            } catch {
                ended = .unstarted("\(error)")
            }
            store.withLock { $0.end(work.id, as: ended) }
            await work.coordinator.waitForAbandonedCode(atMost: limits.abandonedCodeTime)
        }

        /// Takes no more jobs; after a while cancels those that still run.
        private func drain() -> Task<Void, Never> {
            store.withLock { store in
                store.drain()
                submitted.finish()
            }
            let running = store.withLock { $0.running.count }
            logger.notice("draining", metadata: ["running": "\(running)", "limit": "\(limits.drainTime)"])
            return Task {
                guard (try? await clock.sleep(for: limits.drainTime)) != nil else { return }
                for case .running(let coordinator) in store.withLock({ $0.running.map(\.state) }) {
                    coordinator.cancel(reason: "the server is shutting down")
                }
            }
        }
    }
#endif
