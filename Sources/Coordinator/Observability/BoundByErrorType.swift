import Locks
import Synchronization

/// Instruments of one kind that differ in outcome and `error.type`, made when first needed and kept.
final class BoundByErrorType<Instrument: Sendable>: Sendable {
    private struct Bound {
        let outcome: AgentOutcome?
        let errorType: String?
        let instrument: Instrument
    }

    /// Instruments kept at most; error types are names of an agent's own choice.
    static var limit: Int { 64 }

    /// That of successes, which most are: found without the lock.
    private let usual: Bound?
    /// Few: looked through faster than hashed.
    private let bound = Locked<[Bound]>([])
    private let make: @Sendable (AgentOutcome?, String?) -> Instrument

    init(_ make: @escaping @Sendable (_ outcome: AgentOutcome?, _ errorType: String?) -> Instrument) {
        self.make = make
        usual = nil
    }

    /// - Parameter success: the outcome of a success, where outcomes are told apart; its instrument is made at once.
    init(
        success: AgentOutcome?,
        _ make: @escaping @Sendable (_ outcome: AgentOutcome?, _ errorType: String?) -> Instrument
    ) {
        self.make = make
        usual = Bound(outcome: success, errorType: nil, instrument: make(success, nil))
    }

    func instrument(_ outcome: AgentOutcome? = nil, errorType: String?) -> Instrument {
        if errorType == nil, let usual, outcome == usual.outcome { return usual.instrument }
        return bound.withLock { bound in
            for known in bound where known.outcome == outcome && known.errorType == errorType {
                return known.instrument
            }
            let new = make(outcome, errorType)
            if bound.count < Self.limit {
                bound.append(Bound(outcome: outcome, errorType: errorType, instrument: new))
            }
            return new
        }
    }
}
