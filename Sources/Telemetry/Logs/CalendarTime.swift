#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A time by calendar and clock, in UTC or in the machine's time zone.
struct CalendarTime {
    /// The time zone a time is told in.
    enum Zone { case utc, local }

    private var parts = tm()
    private let milliseconds: Int

    /// - Parameter nanoseconds: since 1970.
    init?(_ nanoseconds: UInt64, in zone: Zone) {
        var seconds = time_t(nanoseconds / 1_000_000_000)
        milliseconds = Int(nanoseconds / 1_000_000 % 1000)
        guard (zone == .utc ? gmtime_r(&seconds, &parts) : localtime_r(&seconds, &parts)) != nil else { return nil }
    }

    /// `2026-08-31`
    var date: String {
        [parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday].map { Self.digits(Int($0), 2) }.joined(separator: "-")
    }

    /// `09:05:00.007`
    var time: String {
        let clock = [parts.tm_hour, parts.tm_min, parts.tm_sec].map { Self.digits(Int($0), 2) }.joined(separator: ":")
        return "\(clock).\(Self.digits(milliseconds, 3))"
    }

    private static func digits(_ value: Int, _ width: Int) -> String {
        let text = String(value)
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }
}
