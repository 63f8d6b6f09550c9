import Support

// What obeys the batching of a job's journal.

extension JobContext {
    /// Makes events under the blackboard's lock and hands them over.
    ///
    /// - Parameter kept: learns when they are kept; `nil` when nobody waits for that.
    func hand<Result>(
        _ kept: OneShot<Interruption?>? = nil, _ make: (inout ContextHeads) throws -> Result
    ) rethrows -> Result {
        guard connection != nil else { return try heads.withLock { try make(&$0) } }
        let (result, step) = try heads.withLock { heads in (try make(&heads), heads.handOver(kept)) }
        obey(step)
        return result
    }

    /// Takes the job in its journal, and begins to write it if it is new there.
    ///
    /// - Returns: the number of the last event that the journal holds of a job with this id.
    nonisolated(nonsending) func open(_ session: JournalConnection.Session) async throws(Interruption) -> Int {
        guard let connection else { return 0 }
        connection.begin(session)
        let last = try await connection.claim()
        if last == 0 { obey(heads.withLock { $0.open(after: last) }) }
        return last
    }

    /// Ends the streams of events after the last one that is shown. What code that runs on does later is kept, too.
    func finish() { stream.finish() }

    private func obey(_ step: JournalStep) {
        guard let connection else { return }
        if step.isStopped {
            connection.stop(
                .storeUnavailable("more things wait for the journal than may; raise journalQueueLimit, or write less"))
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
