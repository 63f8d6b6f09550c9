import Tracing

/// A wall-clock instant in nanoseconds since 1970; its text form is RFC 3339 in UTC, exact.
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
        let seconds = Int64(nanosecondsSinceEpoch / 1_000_000_000)
        let (year, month, day) = Self.civil(fromDays: seconds / 86_400)
        let second = seconds % 86_400
        let nanoseconds = Int64(nanosecondsSinceEpoch % 1_000_000_000)
        func padded(_ value: Int64, _ width: Int) -> String {
            let text = String(value)
            return String(repeating: "0", count: max(0, width - text.count)) + text
        }
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))T\(padded(second / 3600, 2)):"
            + "\(padded(second / 60 % 60, 2)):\(padded(second % 60, 2)).\(padded(nanoseconds, 9))Z"
    }

    // Howard Hinnant, "chrono-compatible low-level date algorithms": civil_from_days, for days from 1970 on.
    private static func civil(fromDays days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (
            yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        )
    }

    // The same source: days_from_civil.
    static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = shiftedYear / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
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

    /// Reads an RFC 3339 time in UTC (`Z`), from 1970 on, with up to nine digits of fraction; `nil` if it is none.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        func number(_ range: Range<Int>) -> Int64? {
            var value: Int64 = 0
            for byte in bytes[range] {
                guard byte >= 48, byte <= 57 else { return nil }
                value = value * 10 + Int64(byte - 48)
            }
            return value
        }
        guard bytes.count >= 20, bytes.count <= 30, bytes.last == UInt8(ascii: "Z"),
            bytes[4] == 45, bytes[7] == 45, bytes[10] == UInt8(ascii: "T"), bytes[13] == 58, bytes[16] == 58,
            let year = number(0..<4), let month = number(5..<7), let day = number(8..<10),
            let hour = number(11..<13), let minute = number(14..<16), let second = number(17..<19),
            year >= 1970, (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second <= 60
        else { return nil }
        var fraction: Int64 = 0
        if bytes.count > 20 {
            guard bytes[19] == 46, bytes.count > 21, let digits = number(20..<(bytes.count - 1)) else { return nil }
            fraction = digits
            for _ in (bytes.count - 21)..<9 { fraction *= 10 }
        }
        let days = Self.days(year: year, month: month, day: day)
        let seconds = UInt64(days * 86_400 + hour * 3600 + minute * 60 + second)
        self.init(nanosecondsSinceEpoch: seconds * 1_000_000_000 + UInt64(fraction))
    }
}

extension Duration {
    /// Makes a duration as `nanoseconds(_:)` does, which costs ten times as much.
    init(nanoseconds: Int64) { self.init(attoseconds: Int128(nanoseconds) &* 1_000_000_000) }

    /// The duration in nanoseconds, held to what 64 bits can hold (292 years).
    var nanoseconds: Int64 { Int64(clamping: attoseconds / 1_000_000_000) }

    /// The duration in seconds, as metrics and spans carry it.
    public var inSeconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds) * 1e-18
    }

    /// The duration in milliseconds with a fraction, as results carry it.
    public var inMilliseconds: Double { Double(nanoseconds) / 1e6 }
}
