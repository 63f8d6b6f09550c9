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
        let signal = JobEvent.Payload.signalReceived(.init(value: value, name: name, by: by))
        let keeping = Keeping(in: connection)
        try hand(2 * signal.estimatedBytes, keeping.kept) { heads in
            if heads.hasEnded { throw SignalRefusal.ended }
            var next = heads.pending
            let change = try next.takeSignal(name, value, by: by, atMost: limit)
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
    /// The segment of the blackboard below which decisions stand.
    static let decisions = "decisions"

    /// Writes a signal's value.
    ///
    /// - Returns: the commit that does so.
    /// - Throws: ``JobContext/SignalRefusal`` for one too many, or ``ContextError``; then nothing has changed.
    mutating func takeSignal(
        _ name: String, _ value: JSONValue, by: String, atMost limit: Int
    ) throws -> JobEvent.ContextCommitted {
        let count = signalCount
        guard count < limit else { throw JobContext.SignalRefusal.tooMany(limit) }
        let contribution = Contribution(set: [ContextPath(segments: [Self.signals, name]): value])
        // Of several signals of one name the last one stands: they come in the order of their numbers.
        let change = JobEvent.ContextCommitted(
            contribution: contribution, order: WriteOrder(stage: 0, registration: count), by: by)
        try commit(contribution, order: change.order) { version in
            WriteRecord(agent: "", attempt: 0, version: version, traceID: nil, spanID: nil, by: by)
        }
        return change
    }

    /// A blackboard with the signals that came before the job had one.
    func withSignals(_ root: JSONValue) -> JSONValue {
        guard case .object(var members) = root, let signals = self.root.value(at: [Self.signals]) else { return root }
        members[Self.signals] = signals
        return .object(members)
    }

    /// How many signals there have been.
    var signalCount: Int { writeCount(below: Self.signals) }
}
