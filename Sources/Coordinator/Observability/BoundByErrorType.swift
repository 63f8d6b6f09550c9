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

    /// Few, and the first is the usual one: looked through faster than hashed.
    private let bound = Locked<[Bound]>([])
    private let make: @Sendable (AgentOutcome?, String?) -> Instrument

    init(_ make: @escaping @Sendable (_ outcome: AgentOutcome?, _ errorType: String?) -> Instrument) {
        self.make = make
    }

    func instrument(_ outcome: AgentOutcome? = nil, errorType: String?) -> Instrument {
        bound.withLock { bound in
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
