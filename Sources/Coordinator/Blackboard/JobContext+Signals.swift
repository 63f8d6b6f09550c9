// What people tell a job, on its way to the blackboard.

extension JobContext {
    /// Why a signal is not taken.
    enum SignalRefusal: Error {
        case ended
        case tooMany(Int)
    }

    /// Hands a signal over: that it came, and the commit that shows its value.
    ///
    /// - Parameter limit: the most signals that the job has had with this one.
    /// - Throws: ``SignalRefusal``, or ``ContextError``; then nothing has changed.
    func handOverSignal(
        _ name: String, _ value: JSONValue, by: String, atMost limit: Int, at: Timestamp
    ) throws -> Keeping {
        let contribution = Contribution(set: [ContextPath(segments: [ContextState.signals, name]): value])
        let signal = JobEvent.Payload.signalReceived(.init(value: value, name: name, by: by))
        let keeping = Keeping(in: connection)
        try hand(2 * signal.estimatedBytes, keeping.kept) { heads in
            if heads.hasEnded { throw SignalRefusal.ended }
            let count = heads.pending.signalCount
            guard count < limit else { throw SignalRefusal.tooMany(limit) }
            // Of several signals of one name the last one stands: they come in the order of their numbers.
            let change = JobEvent.ContextCommitted(
                contribution: contribution, order: WriteOrder(stage: 0, registration: count), by: by)
            var next = heads.pending
            try next.commit(contribution, order: change.order) { version in
                WriteRecord(agent: "", attempt: 0, version: version, traceID: nil, spanID: nil, by: by)
            }
            heads.add(signal, of: id, from: Origin(), at: at)
            heads.change { $0 = next }
            heads.add(.contextCommitted(change), of: id, from: Origin(), at: at)
        }
        return keeping
    }
}

extension ContextState {
    /// The segment of the blackboard below which signals are read.
    static let signals = "signals"

    /// How many signals there have been.
    var signalCount: Int { writeCount(below: Self.signals) }
}
