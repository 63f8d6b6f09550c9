#if Server
    /// The records of a server's jobs: the running ones, and the latest that ended. A pure value.
    struct ServedJobs: Sendable {
        private let limits: JobService.Limits
        private var records: [String: JobRecord] = [:]
        /// The jobs' ids in the order of submission.
        private var order: [String] = []
        /// Slots reserved for jobs that are being made.
        private var reserved = 0
        private(set) var isDraining = false

        init(_ limits: JobService.Limits) { self.limits = limits }

        /// Why a job is refused.
        enum Refusal: Error {
            case full
            case draining
        }

        var running: [JobRecord] { records.values.filter(\.isRunning) }

        /// Reserves a slot for a job that is about to be made.
        mutating func reserve() throws(Refusal) {
            guard !isDraining else { throw .draining }
            guard reserved + running.count < limits.activeJobs else { throw .full }
            reserved += 1
        }

        /// Returns the reserved slot of a job that could not be made.
        mutating func giveBack() { reserved -= 1 }

        /// Adds a job in its reserved slot.
        mutating func enter(_ record: JobRecord) throws(Refusal) {
            reserved -= 1
            guard !isDraining else { throw .draining }
            records[record.id] = record
            order.append(record.id)
        }

        /// Records how a job ended; removes the oldest ended job when there are too many.
        mutating func end(_ id: String, as state: JobRecord.State) {
            records[id]?.state = state
            guard records.count - running.count > limits.keptJobs,
                let oldest = order.firstIndex(where: { records[$0].map { !$0.isRunning } ?? true })
            else { return }
            records[order.remove(at: oldest)] = nil
        }

        mutating func drain() { isDraining = true }

        subscript(id: String) -> JobRecord? { records[id] }

        /// The jobs that match, the newest first.
        func records(status: String?, agent: String?, limit: Int) -> [JobRecord] {
            let wanted = order.reversed().lazy.compactMap { records[$0] }.filter { record in
                (status.map { record.status == $0 } ?? true) && (agent.map { record.agents.contains($0) } ?? true)
            }
            return Array(wanted.prefix(limit))
        }
    }

    extension JobRecord {
        var isRunning: Bool {
            if case .running = state { true } else { false }
        }
    }
#endif
