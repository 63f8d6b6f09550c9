import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The counts of a histogram, several times over: threads record into different stripes, each with cache lines of its
/// own, so that they seldom meet. The only file that has the address of the counts.
///
/// A stripe is held for a few nanoseconds, behind a flag for which others spin; a mutex would cost as much as all the rest.
struct HistogramStripes: ~Copyable, @unchecked Sendable {  // Only who holds a stripe touches it.
    /// What all stripes hold together.
    struct Total {
        var sum = 0.0
        var min = Double.infinity
        var max = -Double.infinity
        var buckets: [UInt64]
    }

    private struct Head: ~Copyable {
        let isHeld = Atomic<Bool>(false)
        var sum = 0.0
        var min = Double.infinity
        var max = -Double.infinity
        var intervalMin = Double.infinity
        var intervalMax = -Double.infinity
    }

    /// A power of two.
    private static let stripeCount = 4
    private static let lineBytes = 64

    private let memory: UnsafeMutableRawPointer
    private let stripeBytes: Int
    private let bucketCount: Int

    /// - Parameter buckets: how many counts a stripe has, one more than there are bounds.
    init(buckets: Int) {
        let line = Self.lineBytes
        bucketCount = max(1, buckets)
        // Two lines are fetched at once.
        stripeBytes = (line + bucketCount * MemoryLayout<UInt64>.stride + 2 * line - 1) / (2 * line) * 2 * line
        memory = .allocate(byteCount: stripeBytes * Self.stripeCount, alignment: 2 * line)
        for index in 0..<Self.stripeCount {
            let stripe = memory + index * stripeBytes
            stripe.bindMemory(to: Head.self, capacity: 1).initialize(to: Head())
            (stripe + line).initializeMemory(as: UInt64.self, repeating: 0, count: bucketCount)
        }
    }

    deinit { memory.deallocate() }

    /// Counts a value.
    ///
    /// - Parameter bucket: its bucket, within the bounds.
    @inline(__always) func add(_ value: Double, bucket: Int) {
        let head = hold(ThreadNumber.own & (Self.stripeCount - 1))
        defer { head.pointee.isHeld.store(false, ordering: .releasing) }
        buckets(of: head)[bucket] &+= 1
        head.pointee.sum += value
        if value < head.pointee.intervalMin {
            head.pointee.intervalMin = value
            if value < head.pointee.min { head.pointee.min = value }
        }
        if value > head.pointee.intervalMax {
            head.pointee.intervalMax = value
            if value > head.pointee.max { head.pointee.max = value }
        }
    }

    /// - Parameter endsInterval: least and greatest are those since the last call that said so, else those of all time.
    func total(endsInterval: Bool) -> Total {
        var total = Total(buckets: [UInt64](repeating: 0, count: bucketCount))
        for index in 0..<Self.stripeCount {
            let head = hold(index)
            defer { head.pointee.isHeld.store(false, ordering: .releasing) }
            total.sum += head.pointee.sum
            total.min = min(total.min, endsInterval ? head.pointee.intervalMin : head.pointee.min)
            total.max = max(total.max, endsInterval ? head.pointee.intervalMax : head.pointee.max)
            for bucket in 0..<bucketCount { total.buckets[bucket] &+= buckets(of: head)[bucket] }
            if endsInterval {
                head.pointee.intervalMin = .infinity
                head.pointee.intervalMax = -.infinity
            }
        }
        return total
    }

    @inline(__always) private func buckets(of head: UnsafeMutablePointer<Head>) -> UnsafeMutablePointer<UInt64> {
        (UnsafeMutableRawPointer(head) + Self.lineBytes).assumingMemoryBound(to: UInt64.self)
    }

    @inline(__always) private func hold(_ index: Int) -> UnsafeMutablePointer<Head> {
        let head = (memory + index &* stripeBytes).assumingMemoryBound(to: Head.self)
        if head.pointee.isHeld.exchange(true, ordering: .acquiring) { Self.wait(for: head) }
        return head
    }

    @inline(never) private static func wait(for head: UnsafeMutablePointer<Head>) {
        var tries = 0
        repeat {
            tries += 1
            // Who holds it may have lost its core.
            if tries % 64 == 0 { sched_yield() }
        } while head.pointee.isHeld.load(ordering: .relaxed) || head.pointee.isHeld.exchange(true, ordering: .acquiring)
    }
}

/// Threads in the order in which they first ask.
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
        // Where there is no memory for it, the thread chooses again the next time.
        _ = pthread_setspecific(key, UnsafeRawPointer(bitPattern: number))
        return number
    }
}
