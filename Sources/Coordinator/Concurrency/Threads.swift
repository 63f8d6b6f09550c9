import Glibc

/// A POSIX mutex with a condition variable on the monotonic clock, for threads that sleep.
final class ThreadCondition: @unchecked Sendable {  // The pointers are set once; the C objects are made for threads.
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    init() {
        var attributes = pthread_condattr_t()
        // None of these can fail with valid arguments (POSIX); a failure would show as a broken wait in any test.
        var status = pthread_condattr_init(&attributes)
        status |= pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        status |= pthread_mutex_init(mutex, nil)
        status |= pthread_cond_init(condition, &attributes)
        status |= pthread_condattr_destroy(&attributes)
        assert(status == 0)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    func withLock<Result>(_ body: () throws -> Result) rethrows -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return try body()
    }

    /// Waits inside ``withLock(_:)`` until signalled or until an instant of the monotonic clock, in nanoseconds.
    func wait(until deadline: Int64?) {
        guard let deadline else {
            pthread_cond_wait(condition, mutex)
            return
        }
        var time = timespec(tv_sec: Int(deadline / 1_000_000_000), tv_nsec: Int(deadline % 1_000_000_000))
        pthread_cond_timedwait(condition, mutex, &time)
    }

    func signal() { pthread_cond_signal(condition) }
    func broadcast() { pthread_cond_broadcast(condition) }
}

enum MonotonicClock {
    /// Nanoseconds on the monotonic clock.
    static var now: Int64 {
        var time = timespec()
        // CLOCK_MONOTONIC with a valid pointer cannot fail (clock_gettime(2)).
        _ = clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
