#if Server
    import Coordinator
    import JobReport
    import Hummingbird
    import Support

    // What people tell jobs that run.

    extension JobService {
        /// The most bytes of values that a list of waiting runs repeats; those of further approvals are read on the
        /// blackboard. 4 MiB.
        static let shownBytes = 4 << 20

        /// What waits for a person, the oldest first, at most as many as wanted.
        func waiting(atMost limit: Int) -> WaitingList {
            let all = running.flatMap { record in
                (record.running?.suspendedRuns ?? []).map { WaitingRun($0, of: record) }
            }.sorted { $0.since < $1.since }
            var room = Self.shownBytes
            let shown = all.prefix(limit).map { run in
                var run = run
                let bytes = run.shownBytes
                if bytes > room { run.leavesOutValues = true } else { room -= bytes }
                return run
            }
            return WaitingList(approvals: shown, total: all.count)
        }

        /// Ends a job, once its journal keeps who wanted it.
        func cancel(_ id: String, reason: String, by name: String) async throws(Problem) -> ListedJob {
            guard let coordinator = record(id)?.running else {
                let row = try await row(id)
                guard !row.status.hasEnded else {
                    throw Problem(
                        .conflict, "job '\(id)' has ended as \(row.status.rawValue); there is nothing to cancel")
                }
                return try await cancelUnowned(id, reason: reason, by: name)
            }
            try await asked { try await coordinator.cancel(reason: reason, by: name) }
            return try await row(id)
        }

        /// Answers an approval.
        func answer(_ id: String, _ run: RunIdentity, _ answer: ApprovalAnswer, by name: String) async throws(Problem) {
            if keeping != nil, record(id)?.running == nil, let first = try await decision(of: run, in: id) {
                throw Problem(
                    .conflict,
                    "'\(ForeignText.line(run.agent))' has been answered '\(ForeignText.line(first.choice))' by "
                        + "\(ForeignText.line(first.by ?? "nobody known")) at \(first.at); the first answer counts")
            }
            let coordinator = try await runningJob(id)
            try Self.check(run, of: coordinator)
            try await told {
                try await coordinator.answer(agent: run.agent, round: run.round, item: run.item, answer, by: name)
            }
        }

        /// The answer that an approval has had, of a job that a store keeps.
        private func decision(of run: RunIdentity, in id: String) async throws(Problem) -> ApprovalDecision? {
            let decisions = try await journal(of: id).blackboard.value(at: ApprovalAgent.decisions)?.arrayValue ?? []
            return decisions.lazy.reversed().compactMap { try? $0.decoded(as: ApprovalDecision.self) }
                .first { $0.answers(run.agent, round: run.round, item: run.item) }
        }

        /// Says what an attempt has done of which nobody knows it.
        func resolve(
            _ id: String, _ run: RunIdentity, as resolution: JobEvent.DoubtResolved.Resolution,
            contribution: Contribution?, by name: String
        ) async throws(Problem) {
            let coordinator = try await runningJob(id)
            try Self.check(run, of: coordinator)
            try await told {
                try await coordinator.resolve(run, as: resolution, contribution: contribution, by: name)
            }
        }

        /// Says what a single call has done of which nobody knows it.
        func resolve(
            _ id: String, _ run: RunIdentity, call: String, as resolution: JobEvent.DoubtResolved.Resolution,
            result: JSONValue, by name: String
        ) async throws(Problem) {
            let coordinator = try await runningJob(id)
            try Self.check(run, of: coordinator)
            try await told {
                try await coordinator.resolve(run, call: call, as: resolution, result: result, by: name)
            }
        }

        /// Tells a job something by a name.
        func signal(_ id: String, _ signal: String, _ value: JSONValue, by name: String) async throws(Problem) {
            let coordinator = try await runningJob(id)
            try await told { try await coordinator.signal(name: signal, value, by: name) }
        }

        private func runningJob(_ id: String) async throws(Problem) -> JobCoordinator {
            if let coordinator = record(id)?.running { return coordinator }
            let row = try await row(id)
            guard row.status.hasEnded else {
                throw Problem(
                    .conflict,
                    "job '\(id)' is \(row.status.rawValue), and nobody runs it; POST /v1/jobs/\(id)/resume first")
            }
            throw Problem(.conflict, "job '\(id)' has ended as \(row.status.rawValue); nobody in it waits any more")
        }

        /// - Throws: a ``Problem`` for an agent that the job does not have.
        private static func check(_ run: RunIdentity, of coordinator: JobCoordinator) throws(Problem) {
            let agents = coordinator.metrics().agents.keys.sorted()
            guard agents.contains(run.agent) else {
                throw Problem(
                    .notFound,
                    "the job has no agent '\(ForeignText.line(run.agent))'"
                        + Suggestion.ending(for: run.agent, among: agents, known: "it has"))
            }
        }

        /// Tells a job something, and puts its refusal in the words of the API.
        private func told(_ body: () async throws -> Void) async throws(Problem) {
            do {
                try await body()
            } catch let error as CoordinatorError {
                throw Problem(error)
            } catch let refusal as ApprovalRefusal {
                throw Problem(refusal)
            } catch {
                throw Problem(.serviceUnavailable, "\(error)", headers: [.retryAfter: "5"])
            }
        }
    }

    extension Problem {
        fileprivate init(_ error: CoordinatorError) {
            let status: HTTPResponse.Status =
                switch error.code {
                case .notSuspended: .conflict
                case .alreadyEnded: .conflict
                case .unusableAnswer, .unusableSignal: .unprocessableContent
                default: .serviceUnavailable
                }
            self.init(status, error.message)
        }

        fileprivate init(_ refusal: ApprovalRefusal) {
            switch refusal.code {
            case .notWaiting, .alreadyAnswered, .otherDigest, .otherCall: self.init(.conflict, refusal.message)
            case .unknownChoice, .unusable: self.init(.unprocessableContent, refusal.message)
            }
        }
    }
#endif
