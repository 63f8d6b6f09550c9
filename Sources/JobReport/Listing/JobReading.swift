import Coordinator

/// A job as its journal has it, up to one version of its blackboard.
package struct JobReading: Sendable {
    /// What a run waits for.
    package struct Wait: Sendable, Hashable {
        package let run: RunIdentity
        package let kind: SuspendedRun.Kind
        package let since: Timestamp
        /// What is waited for, in words.
        package let reason: String
        /// The state of the suspended attempt; `nil` for one in doubt.
        package let state: JSONValue?
        /// The calls of which nobody knows what they have done; empty where it is the whole attempt, and for other waits.
        package var calls: [ConversationStep.ToolStart] = []
    }

    /// The most events that are read at once.
    package static let page = 500

    package private(set) var summary = JobSummary()
    /// The blackboard.
    package private(set) var snapshot: ContextSnapshot
    /// When the last event happened that counts for ``snapshot``.
    package private(set) var at = Timestamp(nanosecondsSinceEpoch: 0)
    /// What is waited for now, whatever version is shown.
    package private(set) var waits: [Wait] = []
    /// The latest version there is.
    package var lastVersion: Int { summary.version }
    private var replay = ContextReplay()
    private var reasons: [RunIdentity: Wait] = [:]
    private var openCalls: [RunIdentity: OpenCalls] = [:]

    private init() { snapshot = replay.snapshot }

    /// Reads all events of a job.
    ///
    /// - Parameter version: the version to show; `nil` for the latest.
    /// - Returns: `nil` when the store does not hold the job.
    /// - Throws: ``ContextError`` with code `brokenLog` when the events do not fit together; the store's own errors.
    package static func read(
        _ jobID: String, from journal: any JobJournal, at version: Int? = nil
    ) async throws -> JobReading? {
        var reading = JobReading()
        while true {
            let events = try await journal.events(of: jobID, after: reading.summary.lastSequence, limit: page)
            for event in events { try reading.apply(event, upTo: version ?? .max) }
            if events.isEmpty { break }
        }
        guard reading.summary.lastSequence > 0 else { return nil }
        reading.waits = reading.pending
        return reading
    }

    private mutating func apply(_ event: JobEvent, upTo version: Int) throws {
        try replay.apply(event)
        summary.apply(event)
        if event.version <= version { (snapshot, at) = (replay.snapshot, event.at) }
        guard let run = event.run else { return }
        openCalls[run, default: OpenCalls()].apply(event.payload)
        switch event.payload {
        case .attemptSuspended(let suspension):
            reasons[run] = Wait(
                run: run, kind: .suspended, since: event.at, reason: suspension.reason, state: suspension.state)
        case .attemptInDoubt(let doubt):
            reasons[run] = Wait(run: run, kind: .inDoubt, since: event.at, reason: doubt.reason, state: nil)
        default: break
        }
    }

    /// What waits by the summary's account, which alone knows what ends a wait.
    private var pending: [Wait] {
        reasons.values.filter { summary.waiting[$0.run] != nil || summary.doubts[$0.run] != nil }.sorted {
            left, right in
            (left.since, left.run.agent, left.run.round ?? 0, left.run.item ?? 0)
                < (right.since, right.run.agent, right.run.round ?? 0, right.run.item ?? 0)
        }.map { wait in
            var wait = wait
            if wait.kind == .inDoubt { wait.calls = openCalls[wait.run]?.all ?? [] }
            return wait
        }
    }
}
