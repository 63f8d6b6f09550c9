import Support
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The counts of a histogram, divided into stripes: threads record into different stripes, each with cache lines of its
/// own, so that they seldom contend. Only this file has the address of the counts.
///
/// A flag guards each stripe. A thread holds it for a few nanoseconds while others spin; a mutex would cost as much as
/// the rest of a measurement.
struct HistogramStripes: ~Copyable, @unchecked Sendable {  // Only the thread that holds a stripe's flag touches it.
    /// The sum of all stripes.
    struct Total {
        var sum = 0.0
        var min = Double.infinity
        var max = -Double.infinity
        var buckets: [UInt64]
    }

    private struct Head {
        var sum = 0.0
        var min = Double.infinity
        var max = -Double.infinity
        var intervalMin = Double.infinity
        var intervalMax = -Double.infinity
    }

    /// The number of stripes, a power of two.
    private static let stripeCount = 4
    private static let lineBytes = 64
    /// The offset of the head in a stripe. The flag comes before the head, the buckets are on the next cache line.
    private static let headOffset = 8

    private let memory: UnsafeMutableRawPointer
    private let stripeBytes: Int
    private let bucketCount: Int

    /// - Parameter buckets: how many counts a stripe has, one more than there are bounds.
    init(buckets: Int) {
        let line = Self.lineBytes
        bucketCount = max(1, buckets)
        // The size is a multiple of two cache lines, since processors prefetch lines in pairs.
        stripeBytes = (line + bucketCount * MemoryLayout<UInt64>.stride + 2 * line - 1) / (2 * line) * 2 * line
        memory = .allocate(byteCount: stripeBytes * Self.stripeCount, alignment: 2 * line)
        for index in 0..<Self.stripeCount {
            let stripe = memory + index * stripeBytes
            stripe.bindMemory(to: Atomic<Bool>.self, capacity: 1).initialize(to: Atomic(false))
            (stripe + Self.headOffset).initializeMemory(as: Head.self, to: Head())
            (stripe + line).initializeMemory(as: UInt64.self, repeating: 0, count: bucketCount)
        }
    }

    deinit { memory.deallocate() }

    /// Counts a value.
    ///
    /// - Parameter bucket: the index of the value's bucket; not checked.
    @inline(__always) func add(_ value: Double, bucket: Int) {
        let stripe = memory + (ThreadNumber.own & (Self.stripeCount - 1)) &* stripeBytes
        hold(stripe)
        defer { release(stripe) }
        buckets(of: stripe)[bucket] &+= 1
        let head = head(of: stripe)
        head.pointee.sum = head.pointee.sum.addingSaturated(value)
        if value < head.pointee.intervalMin {
            head.pointee.intervalMin = value
            if value < head.pointee.min { head.pointee.min = value }
        }
        if value > head.pointee.intervalMax {
            head.pointee.intervalMax = value
            if value > head.pointee.max { head.pointee.max = value }
        }
    }

    /// - Parameter endsInterval: whether minimum and maximum cover the time since the last call with `true`, and start
    ///   anew; else they cover all time.
    func total(endsInterval: Bool) -> Total {
        var total = Total(buckets: [UInt64](repeating: 0, count: bucketCount))
        for index in 0..<Self.stripeCount {
            let stripe = memory + index * stripeBytes
            hold(stripe)
            defer { release(stripe) }
            let head = head(of: stripe)
            total.sum = total.sum.addingSaturated(head.pointee.sum)
            total.min = min(total.min, endsInterval ? head.pointee.intervalMin : head.pointee.min)
            total.max = max(total.max, endsInterval ? head.pointee.intervalMax : head.pointee.max)
            for bucket in 0..<bucketCount { total.buckets[bucket] &+= buckets(of: stripe)[bucket] }
            if endsInterval {
                head.pointee.intervalMin = .infinity
                head.pointee.intervalMax = -.infinity
            }
        }
        return total
    }

    @inline(__always) private func buckets(of stripe: UnsafeMutableRawPointer) -> UnsafeMutablePointer<UInt64> {
        (stripe + Self.lineBytes).assumingMemoryBound(to: UInt64.self)
    }

    @inline(__always) private func head(of stripe: UnsafeMutableRawPointer) -> UnsafeMutablePointer<Head> {
        (stripe + Self.headOffset).assumingMemoryBound(to: Head.self)
    }

    /// The flag is not a field of the head: access to one field is exclusive access to the whole value, and the flag is
    /// shared between threads.
    @inline(__always) private static func flag(
        of stripe: UnsafeMutableRawPointer
    ) -> UnsafeMutablePointer<Atomic<Bool>> {
        stripe.assumingMemoryBound(to: Atomic<Bool>.self)
    }

    @inline(__always) private func hold(_ stripe: UnsafeMutableRawPointer) {
        if Self.flag(of: stripe).pointee.exchange(true, ordering: .acquiring) { Self.wait(for: stripe) }
    }

    @inline(__always) private func release(_ stripe: UnsafeMutableRawPointer) {
        Self.flag(of: stripe).pointee.store(false, ordering: .releasing)
    }

    @inline(never) private static func wait(for stripe: UnsafeMutableRawPointer) {
        let isHeld = flag(of: stripe)
        var tries = 0
        repeat {
            tries += 1
            // The thread that holds the flag may have been descheduled.
            if tries % 64 == 0 { sched_yield() }
        } while isHeld.pointee.load(ordering: .relaxed) || isHeld.pointee.exchange(true, ordering: .acquiring)
    }
}

/// Numbers the threads in the order in which they first record.
private enum ThreadNumber {
    private static let next = Atomic<Int>(0)
    private static let key: pthread_key_t? = {
        var key = pthread_key_t()
        return pthread_key_create(&key, nil) == 0 ? key : nil
    }()

    /// The calling thread's number, from 1 on.
    @inline(__always) static var own: Int {
        guard let key else { return 1 }
        let known = Int(bitPattern: pthread_getspecific(key))
        return known != 0 ? known : choose(key)
    }

    @inline(never) private static func choose(_ key: pthread_key_t) -> Int {
        let number = next.wrappingAdd(1, ordering: .relaxed).newValue
        // Without memory for the value the call fails, and the thread gets another number the next time.
        _ = pthread_setspecific(key, UnsafeRawPointer(bitPattern: number))
        return number
    }
}
