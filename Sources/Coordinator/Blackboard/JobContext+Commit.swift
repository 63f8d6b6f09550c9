// How a contribution reaches the blackboard.

extension JobContext {
    /// What ends an attempt and its run, kept together with what the attempt wrote.
    ///
    /// A class, since it is large and is passed on several times.
    final class Success: Sendable {
        /// When it was handed over.
        let at: Timestamp
        let attempt: AttemptRecord
        let attemptOrigin: Origin
        let run: JobEvent.Payload
        let runOrigin: Origin

        init(
            at: Timestamp, attempt: AttemptRecord, attemptOrigin: Origin,
            run: JobEvent.Payload, runOrigin: Origin
        ) {
            self.at = at
            self.attempt = attempt
            self.attemptOrigin = attemptOrigin
            self.run = run
            self.runOrigin = runOrigin
        }

        /// About how many bytes its two events take.
        var estimatedBytes: Int { JobEvent.Payload.attemptFinished(attempt).estimatedBytes + run.estimatedBytes }
    }

    /// A commit that was handed over.
    struct CommitReceipt: Sendable {
        /// The versions before and after.
        let from: Int
        let to: Int
        /// The number of paths that were written.
        let changed: Int
        let success: Success?
        let keeping: Keeping
    }

    /// Merges a contribution and hands its event over, with the end of its attempt: all or nothing.
    ///
    /// - Parameter handOver: called once all reducers are, right before the contribution is merged; throws when it comes too
    ///   late.
    /// - Throws: ``ContextError``, or the error of `handOver`; then nothing was written.
    nonisolated(nonsending) func commit(
        _ contribution: Contribution, by role: Role, order: WriteOrder, from origin: Origin, at: Timestamp,
        reducersOn environment: ReducerCalls.Environment, handOver: () throws -> Success? = { nil }
    ) async throws -> CommitReceipt {
        guard contribution.writes(only: role.mayWrite) else {
            if let none = contribution.paths.first(where: \.isUnreadable) { throw ContextError.unreadable(none) }
            throw ContextError.denied("write", contribution.paths.filter { !role.mayWrite($0) }, role: role)
        }
        func handed(_ reduced: [ContextPath: JSONValue]) throws -> CommitReceipt {
            try merge(contribution, reduced, order: order, from: origin, at: at, handOver: handOver)
        }
        guard try table.hasReducers(for: contribution) else { return try handed([:]) }
        // One at a time: no other contribution may change a field with a reducer until this one is merged.
        return try await reducers.inTurn(environment) {
            let reductions = try heads.withLock { heads in
                try heads.pending.reductions(of: contribution, order: order) { Self.writeRecord(origin, $0) }
            }
            let values = try await reducers.call(on: environment) {
                try reductions.map { try $0.basis.folded($0.rule) }
            }
            return try handed(
                Dictionary(zip(reductions.map(\.field), values), uniquingKeysWith: { first, _ in first }))
        }
    }

    @inline(never)  // Keeps what it needs out of the frames of tasks.
    private func merge(
        _ contribution: Contribution, _ reduced: [ContextPath: JSONValue], order: WriteOrder, from origin: Origin,
        at: Timestamp, handOver: () throws -> Success?
    ) throws -> CommitReceipt {
        // Made before the blackboard is locked: whoever commits next need not wait for it.
        let success = try handOver()
        let change = JobEvent.ContextCommitted(contribution: contribution, order: order, reduced: reduced)
        let keeping = Keeping(in: connection)
        let payload = JobEvent.Payload.contextCommitted(change)
        return try hand(payload.estimatedBytes + (success?.estimatedBytes ?? 0), keeping.kept) { heads in
            heads.keepSaid(of: origin, in: id)
            let from = heads.pending.version
            try heads.change { tree in
                try tree.commit(contribution, order: order, reduced: reduced) { Self.writeRecord(origin, $0) }
            }
            let receipt = CommitReceipt(
                from: from, to: from + 1, changed: contribution.writeCount, success: success, keeping: keeping)
            let at = success?.at ?? at
            heads.add(payload, of: id, from: origin, at: at)
            if let success { add(success, to: &heads) }
            return receipt
        }
    }

    /// Hands a success over that writes nothing.
    @inline(never)  // Keeps what it needs out of the frames of tasks.
    func handOver(_ success: Success) -> Keeping {
        let keeping = Keeping(in: connection)
        hand(success.estimatedBytes, keeping.kept) { heads in add(success, to: &heads) }
        return keeping
    }

    private func add(_ success: Success, to heads: inout ContextHeads) {
        heads.add(.attemptFinished(success.attempt), of: id, from: success.attemptOrigin, at: success.at)
        heads.add(success.run, of: id, from: success.runOrigin, at: success.at)
    }

    private static func writeRecord(_ origin: Origin, _ version: Int) -> WriteRecord {
        WriteRecord(
            agent: origin.agent ?? "", attempt: origin.attempt ?? 0, version: version, traceID: origin.trace?.traceID,
            spanID: origin.trace?.spanID)
    }
}
