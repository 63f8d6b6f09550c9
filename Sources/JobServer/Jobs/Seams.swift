#if Server
    import Coordinator

    // The core's names for jobs that are taken up again, until the core has them.

    package struct JobHistory: Sendable {
        package let submission: JobSubmission
        package let summary: JobSummary
        package var isSuspended: Bool { false }

        package static func load(_ jobID: String, from journal: any JobJournal) async throws -> JobHistory {
            var summary = JobSummary()
            var submission = JobSubmission()
            while true {
                let page = try await journal.events(of: jobID, after: summary.lastSequence, limit: 1_000)
                if page.isEmpty { break }
                for event in page {
                    summary.apply(event)
                    if case .jobSubmitted(let payload) = event.payload {
                        submission = JobSubmission(
                            specification: payload.specification, definitions: payload.definitions,
                            workspace: payload.workspace, traceparent: payload.traceparent)
                    }
                }
            }
            if summary.lastSequence == 0 { throw JournalRefusal.unknown(job: jobID) }
            if summary.ended != nil { throw JournalRefusal.ended(job: jobID) }
            return JobHistory(submission: submission, summary: summary)
        }
    }

    package struct ResumptionOptions: Sendable {
        package var changes: [String]
        package var force: Bool
    }

    struct ApprovalAnswer: Sendable {
        var choice: String
        var remark: String?
        var digest: String?
    }

    extension SuspendedRun {
        enum Kind { case suspended, inDoubt }
        var kind: Kind { .suspended }
        var state: JSONValue { .null }
    }

    extension JobCoordinator {
        var resumption: ResumptionOptions? { get { nil } set {} }
        func interrupt(reason: String) { cancel(reason: reason) }
        func cancel(reason: String, by: String) async throws { cancel(reason: reason) }
        func signal(name: String, _ value: JSONValue, by: String) async throws {}
        func resume(_ run: RunIdentity, with value: JSONValue, by: String?) async throws {
            try await resume(run, with: value)
        }
        func answer(_ run: RunIdentity, with answer: ApprovalAnswer, by: String) async throws {
            var value: JSONObject = ["choice": .string(answer.choice), "by": .string(by)]
            value["remark"] = answer.remark.map { .string($0) }
            try await resume(run, with: .object(value))
        }
        func resolve(
            _ run: RunIdentity, as resolution: JobEvent.DoubtResolved.Resolution, contribution: Contribution?, by: String
        ) async throws {}
    }
#endif
