import Support

/// Why records were not delivered, from the first to the last: each cause once, with the number of its records.
///
/// Every loss passes ``add(_:_:for:)``, whenever it happens, so that what a flush at the end says does not depend on
/// what happened last. Nothing here is touched while records are delivered.
final class DeliveryProblems: Sendable {
    /// How many causes are told apart. Records of further ones are counted under one that says so.
    static let capacity = 32

    private struct State {
        var problems: [DeliveryProblem] = []
        var indexes: [String: Int] = [:]
        var lost = RecordCounts()
        var announces: Bool
    }

    private let state: Locked<State>
    private let announce: @Sendable (DeliveryProblem) -> Void

    /// - Parameters:
    ///   - announces: whether a cause is told when it first occurs, too.
    ///   - announce: tells it; called without a lock held.
    init(announces: Bool = false, announce: @escaping @Sendable (DeliveryProblem) -> Void = { _ in }) {
        state = Locked(State(announces: announces))
        self.announce = announce
    }

    /// Counts records for a cause.
    ///
    /// - Parameters:
    ///   - isKnown: whether the user knows of this loss already, by another warning.
    ///   - waited: how long a shutdown waited for the records before it gave them up.
    func add(
        _ count: Int, _ signal: Signal, for cause: DeliveryCause, isKnown: Bool = false, waited: Duration? = nil
    ) {
        guard count > 0 else { return }
        let new = state.withLock { state -> DeliveryProblem? in
            if cause.kind == .undelivered { state.lost.add(count, signal) }
            guard !isKnown else { return nil }
            return Self.change(&state, cause) { problem in
                problem.records.add(count, signal)
                problem.waited = problem.waited ?? waited
            }
        }
        if let new { announce(new) }
    }

    /// Counts spans that the next process will send.
    func keep(_ count: Int, at location: String, for cause: DeliveryCause, waited: Duration?) {
        guard count > 0 else { return }
        state.withLock { state in
            _ = Self.change(&state, cause) { problem in
                problem.keptSpans += count
                problem.keptAt = location
                problem.waited = problem.waited ?? waited
            }
        }
    }

    /// Announces nothing from now on: a shutdown has begun, whose result says everything.
    func stopAnnouncing() { state.withLock { $0.announces = false } }

    /// Records lost so far.
    var lost: RecordCounts { state.withLock { $0.lost } }

    /// The causes so far in the order of their first occurrence, and the records lost.
    var current: (problems: [DeliveryProblem], lost: RecordCounts) { state.withLock { ($0.problems, $0.lost) } }

    /// - Returns: the problem when it is new and to be announced.
    private static func change(
        _ state: inout State, _ cause: DeliveryCause, _ change: (inout DeliveryProblem) -> Void
    ) -> DeliveryProblem? {
        var cause = cause
        if state.indexes[cause.identity] == nil, state.problems.count >= capacity {
            cause = DeliveryCause(
                cause.kind, errorType: "other",
                reason:
                    "of further causes, more than \(capacity) in all; the otel.sdk metrics count each by its error.type"
            )
        }
        if let index = state.indexes[cause.identity] {
            change(&state.problems[index])
            return nil
        }
        var problem = DeliveryProblem(cause)
        change(&problem)
        state.indexes[cause.identity] = state.problems.count
        state.problems.append(problem)
        return state.announces ? problem : nil
    }
}
