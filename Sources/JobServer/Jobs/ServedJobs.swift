#if Server
    import Coordinator

    /// The records of a server's jobs: the running ones, and the latest that ended. A pure value.
    struct ServedJobs: Sendable {
        private let limits: JobService.Limits
        private var records: [String: (record: JobRecord, number: Int)] = [:]
        /// The jobs' ids by their numbers, in the order of submission.
        private var order: [(number: Int, id: String)] = []
        private var submissions = 0
        /// Jobs that are being made.
        private var reserved: Set<String> = []
        private(set) var isDraining = false

        init(_ limits: JobService.Limits) { self.limits = limits }

        /// Why a job is refused.
        enum Refusal: Error {
            case full
            case draining
            /// It runs, or is about to.
            case running(String)
        }

        var running: [JobRecord] { records.values.map(\.record).filter(\.isRunning) }

        /// Reserves a slot for a job that is about to be made.
        ///
        /// - Parameter isWaiting: whether a job only waits for somebody: it takes no slot. Asked when all are taken.
        mutating func reserve(_ id: String, isWaiting: (JobCoordinator) -> Bool) throws(Refusal) {
            guard !isDraining else { throw .draining }
            guard !reserved.contains(id), records[id]?.record.isRunning != true else { throw .running(id) }
            let running = running.compactMap(\.running)
            if reserved.count + running.count >= limits.activeJobs {
                let waiting = running.count(where: isWaiting)
                guard reserved.count + running.count - min(waiting, limits.waitingJobs) < limits.activeJobs else {
                    throw .full
                }
            }
            reserved.insert(id)
        }

        /// Returns the reserved slot of a job that could not be made.
        mutating func giveBack(_ id: String) { reserved.remove(id) }

        /// Adds a job in its reserved slot.
        mutating func enter(_ record: JobRecord) throws(Refusal) {
            reserved.remove(record.id)
            guard !isDraining else { throw .draining }
            submissions += 1
            records[record.id] = (record, submissions)
            order.append((submissions, record.id))
        }

        /// Records how a job ended; removes the oldest ended job when there are too many.
        ///
        /// - Parameter state: `nil` for a job that others keep.
        mutating func end(_ id: String, as state: JobRecord.State?) {
            guard let state else {
                records[id] = nil
                order.removeAll { $0.id == id }
                return
            }
            records[id]?.record.state = state
            guard records.count - running.count > limits.keptJobs,
                let oldest = order.firstIndex(where: { records[$0.id].map { !$0.record.isRunning } ?? true })
            else { return }
            records[order.remove(at: oldest).id] = nil
        }

        mutating func drain() { isDraining = true }

        subscript(id: String) -> JobRecord? { records[id]?.record }

        /// The jobs that match, the newest first: at most as many as wanted, from below a number on, and the number below
        /// which the next ones are.
        func page(_ query: JobQuery, below bound: Int?) -> (records: [JobRecord], next: Int?) {
            var found: [JobRecord] = []
            for (number, id) in order.reversed() where number < bound ?? .max {
                guard let record = records[id]?.record, record.matches(query) else { continue }
                // One more than wanted says that there is a next page.
                if found.count == query.limit { return (found, number + 1) }
                found.append(record)
            }
            return (found, nil)
        }
    }

    extension JobRecord {
        fileprivate func matches(_ query: JobQuery) -> Bool {
            (query.statuses.isEmpty || query.statuses.contains(status))
                && (query.workflow.map { workflow == $0 } ?? true) && (query.agent.map(agents.contains) ?? true)
                && (query.since.map { submittedAt >= $0 } ?? true)
        }
    }
#endif
