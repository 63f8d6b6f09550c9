#if Server
    import Coordinator
    import Support

    /// A store in memory: a journal that can be asked what it holds.
    final class MemoryStore: JobStore {
        private let journal = MemoryJournal()
        private let order = Locked<[String]>([])
        /// What is awaited before each answer; tests make it fail or hang.
        private let trouble = Locked<(@Sendable () async throws -> Void)?>(nil)

        func answer(after wait: (@Sendable () async throws -> Void)?) { trouble.withLock { $0 = wait } }

        private func wait() async throws { try await trouble.withLock { $0 }?() }

        func create(_ jobID: String, with events: [JobEvent], as name: String) async throws -> JobOwner {
            try await wait()
            let owner = try await journal.create(jobID, with: events, as: name)
            order.withLock { $0.append(jobID) }
            return owner
        }

        func append(_ events: [JobEvent], to jobID: String, after sequence: Int, owner: JobOwner) async throws {
            try await wait()
            try await journal.append(events, to: jobID, after: sequence, owner: owner)
        }

        func claim(_ jobID: String, after epoch: Int, as name: String) async throws -> KeptJob {
            try await journal.claim(jobID, after: epoch, as: name)
        }

        func release(_ jobID: String, by owner: JobOwner) async throws { try await journal.release(jobID, by: owner) }
        func job(_ jobID: String) async throws -> KeptJob? { try await journal.job(jobID) }

        func events(of jobID: String, after sequence: Int, limit: Int) async throws -> [JobEvent] {
            try await wait()
            return try await journal.events(of: jobID, after: sequence, limit: limit)
        }

        func summary(of jobID: String) async throws -> JobSummary? {
            var summary = JobSummary()
            for event in try await events(of: jobID, after: 0, limit: .max) { summary.apply(event) }
            return summary.lastSequence == 0 ? nil : summary
        }

        func jobs(_ query: JobQuery) async throws -> JobPage {
            try await wait()
            var found: [JobSummary] = []
            var bound = Int.max
            if let cursor = query.cursor {
                guard let number = Int(cursor) else { throw JobCursorError(cursor) }
                bound = number
            }
            for (number, id) in order.withLock({ Array($0.enumerated()) }).reversed() where number < bound {
                guard let summary = try await summary(of: id) else { continue }
                let isOwned = try await journal.job(id)?.owner != nil
                guard query.statuses.isEmpty || query.statuses.contains(summary.status(isOwned: isOwned)),
                    query.workflow.map({ summary.workflow == $0 }) ?? true,
                    query.agent.map(summary.agents.contains) ?? true,
                    query.since.map({ summary.submittedAt >= $0 }) ?? true
                else { continue }
                if found.count == query.limit { return JobPage(jobs: found, next: "\(number + 1)") }
                found.append(summary)
            }
            return JobPage(jobs: found, next: nil)
        }
    }
#endif
