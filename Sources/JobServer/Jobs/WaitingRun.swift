#if Server
    import Coordinator
    import Support

    /// A run that waits for a person, as `GET /v1/approvals` shows it.
    struct WaitingRun: Encodable {
        private let job: JobRecord
        private let run: SuspendedRun
        private let request: ApprovalRequest?
        /// Whether the values that an approval shows are left out, since a list has no room for them.
        var leavesOutValues = false

        /// Since when it has waited.
        var since: Timestamp { run.since }

        init(_ run: SuspendedRun, of job: JobRecord) {
            self.job = job
            self.run = run
            request = ApprovalRequest(state: run.state)
        }

        /// What the values that it shows take, in bytes.
        var shownBytes: Int {
            (request.map { JSONValue.object($0.shown).estimatedBytes } ?? 0)
                + run.calls.reduce(0) { $0 + $1.arguments.estimatedBytes }
        }

        /// What it waits for.
        private enum Kind: String, Encodable {
            /// A person's choice.
            case approval
            /// Something else that its agent asked for.
            case suspended
            /// That somebody says what an attempt has done.
            case inDoubt = "in_doubt"
        }

        private var kind: Kind {
            switch run.kind {
            case .inDoubt: .inDoubt
            case .suspended: request == nil ? .suspended : .approval
            }
        }

        /// Where to POST the answer; `nil` where none can be given by HTTP.
        private var answer: String? {
            let (job, agent) = (PathSegment.escaped(job.id), PathSegment.escaped(run.run.agent))
            return switch kind {
            case .approval: "\(Route.jobs)/\(job)/approvals/\(agent)"
            case .inDoubt: "\(Route.jobs)/\(job)/resolve/\(agent)"
            case .suspended: nil
            }
        }

        private enum CodingKeys: String, CodingKey {
            case jobID = "job_id"
            case workflow, agent, round, item, attempt, kind, reason, since, answer, question, choices, show, shown
            case digest, omitted, call, calls
            case onTimeout = "on_timeout"
        }

        func encode(to encoder: any Encoder) throws {
            try encoder.encodeMembers(
                of: CodingKeys.self, (.jobID, job.id), (.workflow, job.workflow), (.agent, run.run.agent),
                (.round, run.run.round), (.item, run.run.item), (.attempt, run.attempt), (.kind, kind),
                (.reason, run.reason), (.since, run.since), (.answer, answer),
                (.calls, run.calls.isEmpty || leavesOutValues ? nil : run.calls))
            guard let request else { return }
            try encoder.encodeMembers(
                of: CodingKeys.self, (.question, request.question), (.choices, request.choices),
                (.show, request.show), (.shown, leavesOutValues ? [:] : request.shown),
                (.omitted, leavesOutValues ? request.show : request.omitted), (.digest, request.digest),
                (.onTimeout, request.onTimeout), (.call, request.call))
        }
    }

    /// The answer of `GET /v1/approvals`.
    struct WaitingList: Encodable {
        let schemaVersion = 1
        /// The runs that have waited longest, the oldest first.
        let approvals: [WaitingRun]
        /// How many wait in all.
        let total: Int

        enum CodingKeys: String, CodingKey {
            case schemaVersion = "schema_version"
            case approvals, total
        }
    }
#endif
