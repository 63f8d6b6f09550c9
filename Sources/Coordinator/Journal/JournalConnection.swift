import Support

/// A job's way to its journal: one call at a time, each with a time limit, as long as the job runs.
final class JournalConnection: Sendable {
    /// What a run gives its journal: time, threads, and whom to tell when the job cannot go on.
    struct Session: Sendable {
        let timers: any TimerService
        /// Where the connection waits for answers: threads that never block.
        let drivers: (any TaskExecutor)?
        /// Where the journal's own code runs, which may block.
        let executor: (any TaskExecutor)?
        let onStop: @Sendable (Interruption) -> Void
        /// Learns how long the journal took to keep events, and why it did not.
        var onAnswer: @Sendable (_ took: Duration, _ refusal: Interruption?) -> Void = { _, _ in }
    }

    /// Why a job does not start.
    enum StartRefusal: Error {
        /// The journal holds another job with the id.
        case exists(String)
        /// The journal did not keep the job's start, or nobody knows whether it did; in words.
        case notKept(String)
    }

    private struct State {
        var session: Session?
        var owner: JobOwner?
        var stop: Interruption?
        /// Whether it is kept that the job was given up, so that no other reason comes.
        var isClosed = false
    }

    let jobID: String
    private let journal: any JobJournal
    /// Names this run to the journal: 64 random bits.
    private let name = String(UInt64.random(in: .min ... .max), radix: 16)
    private let timeout: Duration
    private let state = Locked(State())

    init(_ journal: any JobJournal, jobID: String, timeout: Duration) {
        self.journal = journal
        self.jobID = jobID
        self.timeout = timeout
    }

    /// Why nothing is written any more.
    var stop: Interruption? { state.withLock { $0.stop } }

    func begin(_ session: Session) { state.withLock { $0.session = session } }

    /// Notes why nothing is written any more, and tells the run; the first reason stays.
    func stop(_ reason: Interruption) {
        let told: Session? = state.withLock { state in
            // That the job was given up is no reason before it is kept.
            guard state.stop.map({ $0.isGivenUp && !state.isClosed }) ?? true else { return nil }
            state.stop = reason
            return state.session
        }
        told?.onStop(reason)
    }

    /// Keeps the job with its first events, and makes the run its owner.
    ///
    /// Where the answer is lost, the journal is asked what it holds, since a job that it holds is one that others find.
    func create(with events: [JobEvent]) async throws(StartRefusal) {
        if let stop { throw .notKept(stop.failure.message) }
        let owner: JobOwner
        do throws(Fault) {
            owner = try await keep("keep the job's start") { [journal, jobID, name] in
                try await journal.create(jobID, with: events, as: name)
            }
        } catch {
            switch error {
            case .refused(.exists(let job)):
                // A start that was tried before, and given up, may have been kept after all.
                let kept = try? await call("say whose job it is") { [journal, jobID] in try await journal.job(jobID) }
                guard let own = kept?.owner, own.name == name, kept?.lastSequence == events.count else {
                    throw .exists(JournalRefusal.exists(job: job).description)
                }
                owner = own
            case .refused(let refusal): throw .notKept(refusal.description)
            case .noAnswer(let reason): owner = try await ownerAfterDoubt(reason, last: events.count)
            }
        }
        state.withLock { $0.owner = owner }
    }

    /// Makes the run the owner of a job that the journal holds.
    ///
    /// - Parameters:
    ///   - epoch: that of the job's latest owner, as the caller knows it.
    ///   - last: the number of the job's last event, as the caller knows it.
    func claim(after epoch: Int, last: Int) async throws(StartRefusal) {
        if let stop { throw .notKept(stop.failure.message) }
        var kept: KeptJob?
        do throws(Fault) {
            let before = try await call("say what it holds of the job") { [journal, jobID] in
                try await journal.job(jobID)
            }
            // Before it is claimed: whoever runs it would lose it for nothing.
            if let before, before.lastSequence != last {
                throw .refused(.notAfter(job: jobID, given: last, last: before.lastSequence))
            }
            kept = try await call("take the job over") { [journal, jobID, name] in
                try await journal.claim(jobID, after: epoch, as: name)
            }
        } catch {
            switch error {
            case .refused(let refusal): throw .notKept(refusal.description)
            case .noAnswer(let reason):
                kept = try? await call("say whose job it is") { [journal, jobID] in try await journal.job(jobID) }
                guard kept?.owner?.name == name else { throw .notKept(reason) }
            }
        }
        guard let kept, let owner = kept.owner, kept.lastSequence == last else {
            if let owner = kept?.owner, owner.name == name {
                _ = try? await call("give the job up") { [journal, jobID] in try await journal.release(jobID, by: owner)
                }
            }
            throw .notKept(
                "job '\(jobID)' has gone on to event \(kept?.lastSequence ?? 0) since it was read up to event \(last); "
                    + "read it again")
        }
        state.withLock { $0.owner = owner }
    }

    /// Remembers digests for later jobs; see ``PinningJournal``.
    ///
    /// - Returns: those that differ from what was remembered; nothing where the journal does not remember any, or did not
    ///   answer in time.
    func pin(_ digests: [String: String]) async -> [String: JournalPin] {
        guard let journal = journal as? any PinningJournal else { return [:] }
        return (try? await call("remember digests") { [jobID] in try await journal.pin(digests, by: jobID) }) ?? [:]
    }

    /// Gives the job up. An error is not told: the next owner claims the job all the same.
    func release() async {
        guard let owner = state.withLock({ $0.owner }) else { return }
        _ = try? await call("give the job up") { [journal, jobID] in try await journal.release(jobID, by: owner) }
    }

    /// Notes why nothing more will be written, before the run is told.
    ///
    /// - Returns: whether it is the first reason.
    func close(_ reason: Interruption) -> Bool {
        state.withLock { state in
            guard state.stop == nil else { return false }
            state.stop = reason
            return true
        }
    }

    /// It is kept that the job was given up.
    func closed() { state.withLock { $0.isClosed = true } }

    /// Tells the run why nothing is written any more.
    func tellStopped() {
        let (session, reason) = state.withLock { ($0.session, $0.stop) }
        if let reason { session?.onStop(reason) }
    }

    private func ownerAfterDoubt(_ reason: String, last: Int) async throws(StartRefusal) -> JobOwner {
        let job: KeptJob?
        do throws(Fault) {
            job = try await call("say whether it holds the job") { [journal, jobID] in try await journal.job(jobID) }
        } catch {
            throw .notKept(
                "\(reason), and \(error.reason); so nobody knows whether it holds job '\(jobID)': "
                    + "look there before you give the job to anybody again")
        }
        guard let job else {
            throw .notKept("\(reason); it holds nothing of the job, which can be started again")
        }
        guard let owner = job.owner, owner.name == name, job.lastSequence == last else {
            throw .exists("\(reason); \(JournalRefusal.exists(job: jobID))")
        }
        return owner
    }

    /// Appends without waiting for the answer, which `answered` learns: `nil` when the events are kept.
    func append(
        _ events: [JobEvent], after sequence: Int, answered: @escaping @Sendable (Interruption?) -> Void
    ) {
        guard case (let session?, let owner?) = state.withLock({ ($0.session, $0.owner) }) else { return }
        Task(executorPreference: session.drivers) { [journal, jobID] in
            do throws(Fault) {
                try await self.keep("keep events \(sequence + 1) to \(sequence + events.count)") {
                    try await journal.append(events, to: jobID, after: sequence, owner: owner)
                }
                answered(nil)
            } catch {
                answered(error.interruption)
            }
        }
    }

    /// Why a call gave nothing.
    private enum Fault: Error {
        case refused(JournalRefusal)
        case noAnswer(String)

        var reason: String {
            switch self {
            case .refused(let refusal): refusal.description
            case .noAnswer(let reason): reason
            }
        }

        var interruption: Interruption {
            switch self {
            case .refused: .ownershipLost(reason)
            case .noAnswer: .storeUnavailable(reason)
            }
        }
    }

    /// A call that keeps something, which is measured.
    private func keep<Value: Sendable>(
        _ what: String, _ body: @escaping @Sendable () async throws -> Value
    ) async throws(Fault) -> Value {
        guard let session = state.withLock({ $0.session }) else { return try await call(what, body) }
        let begun = session.timers.now
        do throws(Fault) {
            let value = try await call(what, body)
            session.onAnswer(session.timers.now - begun, nil)
            return value
        } catch {
            session.onAnswer(session.timers.now - begun, error.interruption)
            throw error
        }
    }

    private func call<Value: Sendable>(
        _ what: String, _ body: @escaping @Sendable () async throws -> Value
    ) async throws(Fault) -> Value {
        guard let session = state.withLock({ $0.session }) else { throw .noAnswer("the job has not begun") }
        let answer = OneShot<Result<Value, any Error>?>()
        let timer = session.timers.schedule(at: session.timers.now + timeout) { answer.set(nil) }
        defer { timer.cancel() }
        // Not a child of the caller: a journal that hangs must not keep the job from ending.
        let call = Task(executorPreference: session.executor) {
            do { answer.set(.success(try await body())) } catch { answer.set(.failure(error)) }
        }
        switch await answer.value {
        case .success(let value): return value
        case .failure(let refusal as JournalRefusal): throw .refused(refusal)
        case .failure(let error): throw .noAnswer("the journal did not \(what): \(error)")
        case nil:
            call.cancel()
            throw .noAnswer("the journal did not \(what) within \(Interruption.text(timeout))")
        }
    }
}
