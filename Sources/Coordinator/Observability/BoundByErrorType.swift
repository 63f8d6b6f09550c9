import Synchronization

/// Instruments of one kind that differ in outcome and `error.type`, made when first needed and kept.
final class BoundByErrorType<Instrument: Sendable>: Sendable {
    private struct Key: Hashable {
        let outcome: String
        let errorType: String?
    }

    private let bound = Mutex<[Key: Instrument]>([:])
    private let make: @Sendable (String, String?) -> Instrument

    init(_ make: @escaping @Sendable (_ outcome: String, _ errorType: String?) -> Instrument) { self.make = make }

    func instrument(_ outcome: String, _ errorType: String?) -> Instrument {
        bound.withLock { bound in
            let key = Key(outcome: outcome, errorType: errorType)
            if let known = bound[key] { return known }
            let new = make(outcome, errorType)
            bound[key] = new
            return new
        }
    }
}
