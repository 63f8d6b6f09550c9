import Support
import Synchronization

/// Makes the ids of traces and spans.
public protocol IDGenerator: Sendable {
    /// A new trace id, never all zero.
    func makeTraceID() -> TraceID
    /// A new span id, never zero.
    func makeSpanID() -> SpanID
}

/// Ids that are random between processes and never repeat within one.
///
/// The system's random numbers are read once; after that an id is one atomic addition and a bijective mix of the
/// sum (SplitMix64), which is about forty times faster than reading a random number from the system each time.
public final class RandomIDGenerator: IDGenerator {
    private let traceHigh: Atomic<UInt64>
    private let traceLow: Atomic<UInt64>
    private let span: Atomic<UInt64>

    /// Ids seeded by the system.
    public init() {
        var random = SystemRandomNumberGenerator()
        traceHigh = Atomic(random.next())
        traceLow = Atomic(random.next())
        span = Atomic(random.next())
    }

    /// The same ids in the same order for the same seed, for tests.
    public init(seed: UInt64) {
        traceHigh = Atomic(SeededGenerator.mix(seed))
        traceLow = Atomic(SeededGenerator.mix(seed &+ 1))
        span = Atomic(SeededGenerator.mix(seed &+ 2))
    }

    /// See ``IDGenerator/makeTraceID()``.
    public func makeTraceID() -> TraceID {
        let high = Self.next(traceHigh)
        var low = Self.next(traceLow)
        while low == 0 { low = Self.next(traceLow) }
        return TraceID(high: high, low: low)
    }

    /// See ``IDGenerator/makeSpanID()``.
    public func makeSpanID() -> SpanID {
        var id = Self.next(span)
        while id == 0 { id = Self.next(span) }
        return SpanID(id)
    }

    private static func next(_ state: borrowing Atomic<UInt64>) -> UInt64 {
        SeededGenerator.mix(state.wrappingAdd(SeededGenerator.increment, ordering: .relaxed).newValue)
    }
}
