import Glibc

/// The system's real-time clock.
enum WallClock {
    static var now: Timestamp {
        var time = timespec()
        // CLOCK_REALTIME with a valid pointer cannot fail (clock_gettime(2)).
        _ = clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(nanosecondsSinceEpoch: UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec))
    }
}
