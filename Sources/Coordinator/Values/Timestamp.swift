import Glibc
import Tracing

/// A wall-clock instant in nanoseconds since 1970; its text form is RFC 3339 in UTC, exact.
///
/// ```swift
/// let runtime = CoordinatorRuntime(clock: ManualClock(), origin: Timestamp(nanosecondsSinceEpoch: 0))
/// ```
public struct Timestamp: Sendable, Hashable, Comparable, TracerInstant {
    /// Nanoseconds since 1970-01-01T00:00:00Z.
    public var nanosecondsSinceEpoch: UInt64

    /// Makes an instant.
    public init(nanosecondsSinceEpoch: UInt64) { self.nanosecondsSinceEpoch = nanosecondsSinceEpoch }

    /// The system's real-time clock now.
    public static var now: Timestamp { WallClock.now }

    /// The instant some time later; an earlier one for a negative duration.
    public func advanced(by duration: Duration) -> Timestamp {
        Timestamp(nanosecondsSinceEpoch: nanosecondsSinceEpoch &+ UInt64(bitPattern: duration.nanoseconds))
    }

    public static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.nanosecondsSinceEpoch < right.nanosecondsSinceEpoch
    }
}

extension Timestamp: CustomStringConvertible {
    /// Such as `2026-01-31T09:05:00.000123456Z`.
    public var description: String {
        let (seconds, nanoseconds) = nanosecondsSinceEpoch.quotientAndRemainder(dividingBy: 1_000_000_000)
        var time = time_t(seconds)
        var parts = tm()
        // `gmtime_r` fails for years that do not fit into 32 bits; 64 bits of nanoseconds end in 2554.
        _ = gmtime_r(&time, &parts)
        // An event has one such text, so its digits are written in place: strings put together cost fifty times as much.
        return String(unsafeUninitializedCapacity: 30) { text in
            var end = 0
            func write(_ value: Int, digits: Int, then separator: Unicode.Scalar) {
                var rest = value
                for index in (end..<end + digits).reversed() {
                    text[index] = UInt8(ascii: "0") + UInt8(rest % 10)
                    rest /= 10
                }
                text[end + digits] = UInt8(ascii: separator)
                end += digits + 1
            }
            write(Int(parts.tm_year) + 1900, digits: 4, then: "-")
            write(Int(parts.tm_mon) + 1, digits: 2, then: "-")
            write(Int(parts.tm_mday), digits: 2, then: "T")
            write(Int(parts.tm_hour), digits: 2, then: ":")
            write(Int(parts.tm_min), digits: 2, then: ":")
            write(Int(parts.tm_sec), digits: 2, then: ".")
            write(Int(nanoseconds), digits: 9, then: "Z")
            return end
        }
    }
}

extension Timestamp: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let instant = Timestamp(text) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "'\(text)' is not a UTC time such as 2026-01-31T09:05:00.000123Z")
        }
        self = instant
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }

    /// Reads an RFC 3339 time in UTC (`Z`), from 1970 to the middle of 2554 (what 64 bits of nanoseconds hold), with up
    /// to nine digits of fraction; `nil` if it is none.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        func number(_ range: Range<Int>) -> Int32? {
            var value: Int32 = 0
            for byte in bytes[range] {
                guard byte >= 48, byte <= 57 else { return nil }
                value = value * 10 + Int32(byte - 48)
            }
            return value
        }
        guard bytes.count >= 20, bytes.count <= 30, bytes.last == UInt8(ascii: "Z"),
            bytes[4] == 45, bytes[7] == 45, bytes[10] == UInt8(ascii: "T"), bytes[13] == 58, bytes[16] == 58,
            let year = number(0..<4), let month = number(5..<7), let day = number(8..<10),
            let hour = number(11..<13), let minute = number(14..<16), let second = number(17..<19),
            year >= 1970, (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second <= 60
        else { return nil }
        var fraction: Int32 = 0
        if bytes.count > 20 {
            guard bytes[19] == 46, bytes.count > 21, let digits = number(20..<(bytes.count - 1)) else { return nil }
            fraction = digits
            for _ in (bytes.count - 21)..<9 { fraction *= 10 }
        }
        var parts = tm()
        (parts.tm_year, parts.tm_mon, parts.tm_mday) = (year - 1900, month - 1, day)
        (parts.tm_hour, parts.tm_min, parts.tm_sec) = (hour, minute, second)
        let (whole, isTooLate) = UInt64(timegm(&parts)).multipliedReportingOverflow(by: 1_000_000_000)
        guard !isTooLate, whole <= .max - UInt64(fraction) else { return nil }
        self.init(nanosecondsSinceEpoch: whole + UInt64(fraction))
    }
}

extension Duration {
    /// Makes a duration as `nanoseconds(_:)` does, which costs ten times as much.
    init(nanoseconds: Int64) { self.init(attoseconds: Int128(nanoseconds) &* 1_000_000_000) }

    /// The duration in nanoseconds, held to what 64 bits can hold (292 years).
    var nanoseconds: Int64 { Int64(clamping: attoseconds / 1_000_000_000) }

    /// The duration in seconds, as metrics and spans carry it.
    public var inSeconds: Double {
        // Beyond 64 bits of seconds there are no components.
        guard abs(attoseconds) < Int128(Int64.max) * 1_000_000_000_000_000_000 else {
            return Double(attoseconds) / 1e18
        }
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds) * 1e-18
    }

    /// The duration in milliseconds with a fraction, as results carry it.
    public var inMilliseconds: Double { Double(nanoseconds) / 1e6 }
}
