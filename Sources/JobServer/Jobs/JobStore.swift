#if Server
    /// The jobs a server knows: those that run, and the latest that ended. A pure value.
    struct JobStore: Sendable {
        private let limits: JobService.Limits
        private var records: [String: JobRecord] = [:]
        /// In the order in which they were submitted.
        private var order: [String] = []
        /// Places taken by jobs that are being put together.
        private var reserved = 0
        private(set) var isDraining = false

        init(_ limits: JobService.Limits) { self.limits = limits }

        /// Why a job is not taken.
        enum Refusal: Error {
            case full
            case draining
        }

        var running: [JobRecord] { records.values.filter(\.isRunning) }

        /// Takes a place for a job to come.
        mutating func reserve() throws(Refusal) {
            guard !isDraining else { throw .draining }
            guard reserved + running.count < limits.activeJobs else { throw .full }
            reserved += 1
        }

        /// Gives a place back that no job came for.
        mutating func giveBack() { reserved -= 1 }

        /// Enters a job in the place that was taken for it.
        mutating func enter(_ record: JobRecord) throws(Refusal) {
            reserved -= 1
            guard !isDraining else { throw .draining }
            records[record.id] = record
            order.append(record.id)
        }

        /// Takes down how a job ended; the oldest that ended is forgotten when there are too many.
        mutating func end(_ id: String, as state: JobRecord.State) {
            records[id]?.state = state
            guard records.count - running.count > limits.keptJobs,
                let oldest = order.firstIndex(where: { records[$0].map { !$0.isRunning } ?? true })
            else { return }
            records[order.remove(at: oldest)] = nil
        }

        mutating func drain() { isDraining = true }

        subscript(id: String) -> JobRecord? { records[id] }

        /// The newest first.
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
