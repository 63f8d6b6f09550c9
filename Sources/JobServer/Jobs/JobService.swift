#if Server
    import Coordinator
    import JobFile
    import Logging
    import ServiceContextModule
    import ServiceLifecycle
    import Support

    /// Runs the jobs of a server, many at once. Without a store it keeps the records of the latest; with one it goes on
    /// with the jobs that had not ended when it is started again.
    ///
    /// It is a service: on graceful shutdown it accepts no more jobs and waits for the running ones. Those that still run
    /// after ``Limits/drainTime`` are cancelled, or given up where a store keeps them.
    package final class JobService: Service {
        /// Makes a runnable job from a job file.
        package typealias Compose =
            @Sendable (_ spec: JobSpecification, _ jobID: String) async throws -> JobCoordinator

        private struct Work: Sendable {
            let id: String
            let coordinator: JobCoordinator
            let context: ServiceContext
        }

        let limits: Limits
        let logger: Logger
        let clock: any Clock<Duration>
        /// `nil` when jobs are kept in memory alone.
        let keeping: JobKeeping?
        let readers: JournalReaders
        private let compose: Compose
        private let table: Locked<ServedJobs>
        private let work: AsyncStream<Work>
        private let submitted: AsyncStream<Work>.Continuation

        /// - Parameters:
        ///   - clock: measures ``Limits/drainTime``.
        ///   - keeping: what the jobs are kept in; `nil` for memory alone.
        ///   - compose: makes a runnable job; its errors are shown to the user.
        package init(
            limits: Limits = Limits(), logger: Logger, clock: any Clock<Duration> = ContinuousClock(),
            keeping: JobKeeping? = nil, compose: @escaping Compose
        ) {
            self.limits = limits
            self.logger = logger
            self.clock = clock
            self.keeping = keeping
            self.compose = compose
            readers = JournalReaders(atMost: limits.journalReaders)
            table = Locked(ServedJobs(limits))
            // Nothing is dropped: at most this many jobs are in the table, and each is counted before it is submitted.
            (work, submitted) = AsyncStream.makeStream(
                bufferingPolicy: .bufferingNewest(limits.activeJobs + limits.waitingJobs))
        }

        /// Whether jobs are accepted.
        package var isReady: Bool { !table.withLock { $0.isDraining } }

        /// Accepts a job, and starts it once its journal keeps that it was submitted.
        ///
        /// - Parameter context: the caller's trace context.
        package func submit(_ spec: JobSpecification, context: ServiceContext) async throws(Refusal) -> JobRecord {
            let submittedAt = Timestamp.now
            let id = JobIdentifier.make(workflow: spec.workflow, at: submittedAt)
            try reserve(id)
            let coordinator: JobCoordinator
            do {
                coordinator = try await compose(spec, id)
            } catch {
                giveBack(id)
                throw .unusable("\(error)")
            }
            return try await start(
                JobRecord(
                    id: id, workflow: spec.workflow, agents: spec.agents.map(\.name), submittedAt: submittedAt,
                    state: .running(coordinator)),
                coordinator, context: context)
        }

        /// Starts a job in its reserved slot, once its journal knows of it.
        ///
        /// - Parameter isNew: whether it was never kept before.
        func start(
            _ record: JobRecord, _ coordinator: JobCoordinator, context: ServiceContext, isNew: Bool = true
        ) async throws(Refusal) -> JobRecord {
            do {
                // Who is told that a job is accepted may rely on it: it is kept by then.
                try await ServiceContext.withValue(context) { try await coordinator.submit() }
            } catch {
                giveBack(record.id)
                throw .unavailable("\(error)")
            }
            do throws(Refusal) {
                try withTable { table throws(ServedJobs.Refusal) in
                    try table.enter(record)
                    submitted.yield(Work(id: record.id, coordinator: coordinator, context: context))
                }
            } catch {
                // It is kept by now, so what becomes of it is kept too: a new job is refused, and nobody is to go on with
                // it; one that was taken up is left as it was.
                if isNew { coordinator.cancel(reason: error.description) } else { await end(coordinator) }
                _ = try? await coordinator.executeParallel()
                throw error
            }
            return record
        }

        /// Reserves a slot for a job that is about to be made.
        func reserve(_ id: String) throws(Refusal) {
            try withTable { table throws(ServedJobs.Refusal) in try table.reserve(id) { $0.onlyWaits } }
        }

        /// Returns the slot of a job that could not be made.
        func giveBack(_ id: String) { table.withLock { $0.giveBack(id) } }

        private func withTable(_ body: (inout ServedJobs) throws(ServedJobs.Refusal) -> Void) throws(Refusal) {
            let refusal: ServedJobs.Refusal? = table.withLock { table in
                do throws(ServedJobs.Refusal) {
                    try body(&table)
                    return nil
                } catch {
                    return error
                }
            }
            switch refusal {
            case .full: throw .full(limit: limits.activeJobs)
            case .draining: throw .draining
            case .running(let id): throw .running(job: id)
            case nil: break
            }
        }

        /// The job of this id, if it runs or its record is still kept in memory.
        package func record(_ id: String) -> JobRecord? { table.withLock { $0[id] } }

        /// The running jobs, in no order.
        var running: [JobRecord] { table.withLock { $0.running } }

        /// Jobs kept in memory; see ``ServedJobs/page(_:below:)``.
        func page(_ query: JobQuery, below bound: Int?) -> (records: [JobRecord], next: Int?) {
            table.withLock { $0.page(query, below: bound) }
        }

        /// Runs submitted jobs until a graceful shutdown is complete.
        package func run() async throws {
            let drain = Locked<Task<Void, Never>?>(nil)
            try await withGracefulShutdownHandler {
                try await withThrowingDiscardingTaskGroup { group in
                    if keeping != nil { group.addTask { try await self.takeUpUnended() } }
                    for await work in work { group.addTask { await self.run(work) } }
                }
            } onGracefulShutdown: {
                drain.withLock { $0 = self.drain() }
            }
            drain.withLock { $0 }?.cancel()
        }

        /// Runs a job. A server that ends because a part of it failed cancels its tasks, and gives up what a store keeps.
        private func execute(_ coordinator: JobCoordinator) async throws -> JobResult {
            guard keeping != nil else { return try await coordinator.executeParallel() }
            let execution = Task { try await coordinator.executeParallel() }
            return try await withTaskCancellationHandler {
                try await execution.value
            } onCancel: {
                Task { await coordinator.interrupt(reason: "the server ends") }
            }
        }

        private func run(_ work: Work) async {
            let ended: JobRecord.State
            do {
                let result = try await ServiceContext.withValue(work.context) { try await execute(work.coordinator) }
                ended = .ended(result.withoutBlackboard())
            } catch {
                if keeping != nil {
                    logger.error("a job does not go on", metadata: ["job": "\(work.id)", "reason": "\(error)"])
                }
                ended = .unstarted("\(error)")
            }
            // What a store keeps is asked of the store alone.
            table.withLock { $0.end(work.id, as: keeping == nil ? ended : nil) }
            await work.coordinator.waitForAbandonedCode(atMost: limits.abandonedCodeTime)
        }

        /// Refuses further jobs; ends those that still run after ``Limits/drainTime``, and at once those that a store keeps
        /// and that only wait for somebody.
        private func drain() -> Task<Void, Never> {
            table.withLock { table in
                table.drain()
                submitted.finish()
            }
            let running = running
            logger.notice("draining", metadata: ["running": "\(running.count)", "limit": "\(limits.drainTime)"])
            return Task {
                if keeping != nil { await end(running.filter { $0.running?.onlyWaits == true }) }
                guard (try? await clock.sleep(for: limits.drainTime)) != nil else { return }
                await end(self.running)
            }
        }

        private func end(_ jobs: [JobRecord]) async {
            await withDiscardingTaskGroup { group in
                for coordinator in jobs.compactMap(\.running) { group.addTask { await self.end(coordinator) } }
            }
        }

        private func end(_ coordinator: JobCoordinator) async {
            let reason = "the server is shutting down"
            if keeping == nil {
                coordinator.cancel(reason: reason)
            } else {
                await coordinator.interrupt(reason: reason)
            }
        }
    }

    extension JobCoordinator {
        /// Whether nothing is left of the job but waiting for somebody.
        var onlyWaits: Bool {
            !suspendedRuns.isEmpty && metrics().agents.values.allSatisfy { $0.oldestAttemptAgeMS == nil }
        }
    }
#endif
