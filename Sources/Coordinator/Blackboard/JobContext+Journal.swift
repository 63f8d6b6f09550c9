import Support

// What obeys the batching of a job's journal.

extension JobContext {
    /// Makes events under the blackboard's lock and hands them over.
    ///
    /// - Parameters:
    ///   - bytes: about how many they take; asked for before the lock is taken, where there is a journal.
    ///   - kept: learns when they are kept; `nil` when nobody waits for that.
    func hand<Result>(
        _ bytes: @autoclosure () -> Int, _ kept: OneShot<Interruption?>? = nil,
        _ make: (inout ContextHeads) throws -> Result
    ) rethrows -> Result {
        guard connection != nil else { return try heads.withLock { try make(&$0) } }
        let bytes = bytes()
        let (result, step) = try heads.withLock { heads in
            heads.makeRoom(for: bytes)
            return (try make(&heads), heads.handOver(bytes, kept))
        }
        obey(step)
        return result
    }

    /// Begins the job in its journal, with its submission and what has happened before.
    ///
    /// - Throws: why it has not begun; it may be tried again.
    nonisolated(nonsending) func begin(
        _ submission: JobSubmission, _ session: JournalConnection.Session, at: Timestamp
    ) async throws(JournalConnection.StartRefusal) {
        stream.reopen()
        connection?.begin(session)
        let submitted = submitted(submission)
        let beginning = heads.withLock { $0.beginning(submitted, of: id, at: at) }
        guard let connection else { return }
        guard !beginning.isEmpty else {
            // The submission was the one thing too many.
            connection.stop(Self.tooMuchWaits)
            finish()
            throw .notKept(Self.tooMuchWaits.failure.message)
        }
        do throws(JournalConnection.StartRefusal) {
            try await connection.create(with: beginning.flatMap(\.events))
        } catch {
            // Readers of a job that does not start wait for nothing.
            finish()
            throw error
        }
        obey(heads.withLock { $0.begun(with: beginning.count) })
    }

    /// Ends the streams of events after the last one that is shown.
    func finish() { stream.finish() }

    private static let tooMuchWaits = Interruption.storeUnavailable(
        "more things wait for the journal than may; raise journalQueueLimit, or write less")

    func obey(_ step: JournalStep) {
        guard let connection else { return }
        if step.isStopped {
            connection.stop(Self.tooMuchWaits)
        }
        for entry in step.kept { entry.kept?.set(nil) }
        if !step.lost.isEmpty, let reason = connection.stop {
            for entry in step.lost { entry.kept?.set(reason) }
        }
        guard let append = step.append else { return }
        connection.append(append.events, after: append.after) { [self] refusal in
            if let refusal { connection.stop(refusal) }
            obey(heads.withLock { $0.answered(append.number, isKept: refusal == nil) })
        }
    }
}
