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

    extension JobContext {
        package convenience init(
            resuming history: JobHistory, fields: [FieldDeclaration] = [], journal: any JobJournal
        ) {
            self.init(id: history.summary.jobID, fields: fields)
        }
    }

    extension SuspendedRun {
        enum Kind { case suspended, inDoubt }
        var kind: Kind { .suspended }
    }

    extension JobCoordinator {
        var resumption: ResumptionOptions? { get { nil } set {} }
        func interrupt(reason: String) { cancel(reason: reason) }
        func cancel(reason: String, by: String) async throws { cancel(reason: reason) }
        func resolve(
            _ run: RunIdentity, as resolution: JobEvent.DoubtResolved.Resolution, contribution: Contribution?, by: String
        ) async throws {}
    }
#endif
