#if Server
    import Coordinator
    import JobFile
    import Logging
    import ServiceContextModule
    import ServiceLifecycle
    import Support

    /// Runs the jobs of a server, many at once, and keeps the records of the latest.
    ///
    /// It is a service: on graceful shutdown it accepts no more jobs, waits for the running ones, and cancels those
    /// that still run after ``Limits/drainTime``.
    package final class JobService: Service {
        /// The limits of a server's jobs.
        package struct Limits: Sendable {
            /// The most jobs that run at once; 100 by default. Further ones are refused.
            package var activeJobs: Int
            /// The most ended jobs whose records are kept; 500 by default.
            package var keptJobs: Int
            /// How long running jobs may continue after shutdown has begun; 30 s by default.
            package var drainTime: Duration
            /// How long the server waits at its end for code of attempts that have ended already; 2 s by default.
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

        /// Makes a runnable job from a job file.
        package typealias Compose =
            @Sendable (_ spec: JobSpecification, _ jobID: String) async throws -> JobCoordinator

        /// Why a job was refused.
        package enum Refusal: Error, Sendable, CustomStringConvertible {
            /// As many jobs run as ``Limits/activeJobs`` allows.
            case full(limit: Int)
            /// The server is shutting down.
            case draining
            /// The job cannot be made; the text says why.
            case unusable(String)
            /// The job cannot be kept; the text says why.
            case unavailable(String)

            package var description: String {
                switch self {
                case .full(let limit): "\(limit) jobs run already, which is as many as may; try again later"
                case .draining: "the server is shutting down and takes no more jobs"
                case .unusable(let reason), .unavailable(let reason): reason
                }
            }
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
        private let store: Locked<ServedJobs>
        private let work: AsyncStream<Work>
        private let submitted: AsyncStream<Work>.Continuation

        /// - Parameters:
        ///   - clock: measures ``Limits/drainTime``.
        ///   - compose: makes a runnable job; its errors are shown to the user.
        package init(
            limits: Limits = Limits(), logger: Logger, clock: any Clock<Duration> = ContinuousClock(),
            compose: @escaping Compose
        ) {
            self.limits = limits
            self.logger = logger
            self.clock = clock
            self.compose = compose
            store = Locked(ServedJobs(limits))
            // Nothing is dropped: at most this many jobs are active, and each is counted before it is submitted.
            (work, submitted) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(limits.activeJobs))
        }

        /// Whether jobs are accepted.
        package var isReady: Bool { !store.withLock { $0.isDraining } }

        /// Accepts a job, and starts it once its journal keeps that it was submitted.
        ///
        /// - Parameter context: the caller's trace context.
        package func submit(_ spec: JobSpecification, context: ServiceContext) async throws(Refusal) -> JobRecord {
            try withStore { store throws(ServedJobs.Refusal) in try store.reserve() }
            let submittedAt = Timestamp.now
            let id = JobIdentifier.make(workflow: spec.workflow, at: submittedAt)
            let coordinator: JobCoordinator
            do {
                coordinator = try await compose(spec, id)
            } catch {
                store.withLock { $0.giveBack() }
                throw .unusable("\(error)")
            }
            do {
                // Who is told that a job is accepted may rely on it: it is kept by then.
                try await ServiceContext.withValue(context) { try await coordinator.submit() }
            } catch {
                store.withLock { $0.giveBack() }
                throw .unavailable("\(error)")
            }
            let record = JobRecord(
                id: id, workflow: spec.workflow, agents: spec.agents.map(\.name), submittedAt: submittedAt,
                state: .running(coordinator))
            do throws(Refusal) {
                try withStore { store throws(ServedJobs.Refusal) in
                    try store.enter(record)
                    submitted.yield(Work(id: id, coordinator: coordinator, context: context))
                }
            } catch {
                // It is kept as submitted, so its end is kept too: it is refused, and nobody is to go on with it.
                coordinator.cancel(reason: error.description)
                _ = try? await coordinator.executeParallel()
                throw error
            }
            return record
        }

        private func withStore(_ body: (inout ServedJobs) throws(ServedJobs.Refusal) -> Void) throws(Refusal) {
            let refusal: ServedJobs.Refusal? = store.withLock { store in
                do throws(ServedJobs.Refusal) {
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

        /// The job of this id, if it runs or its record is still kept.
        package func record(_ id: String) -> JobRecord? { store.withLock { $0[id] } }

        /// The running and the kept jobs, the newest first.
        package func records(status: String? = nil, agent: String? = nil, limit: Int) -> [JobRecord] {
            store.withLock { $0.records(status: status, agent: agent, limit: limit) }
        }

        /// Runs submitted jobs until a graceful shutdown is complete.
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
                let result = try await ServiceContext.withValue(work.context) {
                    try await work.coordinator.executeParallel()
                }
                ended = .ended(result.withoutBlackboard())
            } catch {
                ended = .unstarted("\(error)")
            }
            store.withLock { $0.end(work.id, as: ended) }
            await work.coordinator.waitForAbandonedCode(atMost: limits.abandonedCodeTime)
        }

        /// Refuses further jobs; cancels those that still run after ``Limits/drainTime``.
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
