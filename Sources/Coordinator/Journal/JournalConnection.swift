import Support

/// A job's way to its journal: one call at a time, each with a time limit, as long as the job runs.
final class JournalConnection: Sendable {
    /// What a run gives its journal: time, threads, and whom to tell when the job cannot go on.
    struct Session: Sendable {
        let timers: any TimerService
        let executor: (any TaskExecutor)?
        let onStop: @Sendable (Interruption) -> Void
    }

    private struct State {
        var session: Session?
        var stop: Interruption?
    }

    let jobID: String
    private let journal: any JobJournal
    private let owner: JobOwner
    private let timeout: Duration
    private let state = Locked(State())

    init(_ journal: any JobJournal, jobID: String, owner: JobOwner, timeout: Duration) {
        self.journal = journal
        self.jobID = jobID
        self.owner = owner
        self.timeout = timeout
    }

    /// Why nothing is written any more.
    var stop: Interruption? { state.withLock { $0.stop } }

    func begin(_ session: Session) { state.withLock { $0.session = session } }

    /// Notes why nothing is written any more, and tells the run; the first reason stays.
    func stop(_ reason: Interruption) {
        let told: Session? = state.withLock { state in
            guard state.stop == nil else { return nil }
            state.stop = reason
            return state.session
        }
        told?.onStop(reason)
    }

    /// Makes the run the job's only writer.
    ///
    /// - Returns: the number of the job's last event.
    /// - Throws: ``Interruption``.
    func claim() async throws(Interruption) -> Int {
        try await call("take the job") { [journal, owner, jobID] in try await journal.claim(jobID, for: owner) }
    }

    /// Appends without waiting for the answer, which `answered` learns: `nil` when the events are kept.
    func append(
        _ events: [JobEvent], after sequence: Int, answered: @escaping @Sendable (Interruption?) -> Void
    ) {
        guard let session = state.withLock({ $0.session }) else { return }
        Task(executorPreference: session.executor) { [journal, owner, jobID] in
            do throws(Interruption) {
                try await self.call("keep events \(sequence + 1) to \(sequence + events.count)") {
                    try await journal.append(events, to: jobID, after: sequence, owner: owner)
                }
                answered(nil)
            } catch {
                answered(error)
            }
        }
    }

    private func call<Value: Sendable>(
        _ what: String, _ body: @escaping @Sendable () async throws -> Value
    ) async throws(Interruption) -> Value {
        guard let session = state.withLock({ $0.session }) else { throw .storeUnavailable("the job has not begun") }
        let answer = OneShot<Result<Value, any Error>?>()
        let timer = session.timers.schedule(at: session.timers.now + timeout) { answer.set(nil) }
        defer { timer.cancel() }
        // Not a child of the caller: a journal that hangs must not keep the job from ending.
        let call = Task(executorPreference: session.executor) {
            do { answer.set(.success(try await body())) } catch { answer.set(.failure(error)) }
        }
        switch await answer.value {
        case .success(let value): return value
        case .failure(let error as JournalRefusal): throw .ownershipLost(error.description)
        case .failure(let error): throw .storeUnavailable("the journal did not \(what): \(error)")
        case nil:
            call.cancel()
            throw .storeUnavailable("the journal did not \(what) within \(Interruption.text(timeout))")
        }
    }
}
