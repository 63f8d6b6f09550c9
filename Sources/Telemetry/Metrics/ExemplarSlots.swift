import Support
import Synchronization
import Tracing

/// One exemplar per bucket and collection interval, at next to no cost for the measurements that are not kept.
///
/// Reading the active span costs more than counting does. So one bit per bucket says whether an exemplar is still
/// wanted: the first measurement that the filter accepts becomes the bucket's exemplar and clears the bit; a collection
/// sets all bits again. After 64 measurements without a sampled span, no more are tried until the next collection.
struct ExemplarSlots: ~Copyable, Sendable {
    private static let tries = 64

    private let wanted: Atomic<UInt64>
    private let misses = Atomic<Int>(0)
    private let slots: Locked<[Exemplar?]>
    private let clock: @Sendable () -> UInt64
    private let filter: ExemplarFilter

    /// - Parameter buckets: the number of buckets, each with an exemplar of its own; the 64th and later ones share one.
    init(buckets: Int, filter: ExemplarFilter, clock: @escaping @Sendable () -> UInt64) {
        wanted = Atomic(filter == .alwaysOff ? 0 : .max)
        slots = Locked([Exemplar?](repeating: nil, count: min(max(1, buckets), 64)))
        self.filter = filter
        self.clock = clock
    }

    @inline(__always)
    func offer(_ value: Double, bucket: Int) {
        let bit: UInt64 = 1 &<< UInt64(min(bucket, 63))
        if wanted.load(ordering: .relaxed) & bit != 0 { take(value, bucket: min(bucket, 63), bit: bit) }
    }

    @inline(never)
    private func take(_ value: Double, bucket: Int, bit: UInt64) {
        let span = ServiceContext.current?.spanContext
        guard filter == .alwaysOn || span?.isSampled == true else {
            // Two threads may count a miss once: then a few more measurements are tried, which does no harm.
            let count = misses.load(ordering: .relaxed) + 1
            misses.store(count, ordering: .relaxed)
            if count >= Self.tries { wanted.store(0, ordering: .relaxed) }
            return
        }
        let exemplar = Exemplar(value: value, time: clock(), traceID: span?.traceID, spanID: span?.spanID)
        slots.withLock { slots in
            if bucket < slots.count { slots[bucket] = exemplar }
        }
        wanted.bitwiseAnd(~bit, ordering: .relaxed)
    }

    /// The exemplars kept since the last call. New ones are wanted from now on.
    func collect() -> [Exemplar] {
        guard filter != .alwaysOff else { return [] }
        let exemplars = slots.withLock { $0.compactMap(\.self) }
        misses.store(0, ordering: .relaxed)
        wanted.store(.max, ordering: .relaxed)
        return exemplars
    }
}
