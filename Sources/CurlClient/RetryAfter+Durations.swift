import Glibc

extension RetryAfter {
    /// The longest text that is read as a duration or a date, in characters. 64.
    package static let longestText = 64

    /// How long a text says, as services write it: `3`, `3.0`, `3s`, `120ms`, `1m30s`, `2m59.56s`, `1 minute 5 seconds`.
    ///
    /// - Returns: from nothing to what `Int32` holds in seconds; `nil` for any other text, a negative number included.
    package static func duration(_ text: some StringProtocol) -> Duration? {
        guard text.utf8.count <= longestText else { return nil }
        var rest = text.utf8[...]
        var total = 0.0
        var parts = 0
        while true {
            rest = rest.drop { $0 == UInt8(ascii: " ") }
            if rest.isEmpty { break }
            let digits = rest.prefix { isDigit($0) || $0 == UInt8(ascii: ".") }
            guard let first = digits.first, isDigit(first), let number = Double(String(decoding: digits, as: UTF8.self))
            else { return nil }
            rest = rest.dropFirst(digits.count).drop { $0 == UInt8(ascii: " ") }
            let letters = rest.prefix { isLetter($0) }
            rest = rest.dropFirst(letters.count)
            // A number without a unit is one of seconds, when it stands alone.
            guard let unit = letters.isEmpty && parts == 0 && rest.isEmpty ? 1 : seconds(in: letters) else {
                return nil
            }
            total += number * unit
            parts += 1
        }
        return parts == 0 ? nil : bounded(total)
    }

    /// The wait until a date in the form of RFC 3339, such as `2026-08-01T12:00:00.5Z`; `nil` for any other text.
    package static func delay(untilRFC3339 text: String, now: Double) -> Duration? {
        guard text.utf8.count <= longestText,
            let found = text.wholeMatch(
                of: /(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(\.\d+)?(?:[Zz]|([+-])(\d\d):?(\d\d))/)
        else { return nil }
        let fields = [found.1, found.2, found.3, found.4, found.5, found.6].compactMap { Int32($0) }
        guard fields.count == 6, (1...12).contains(fields[1]), (1...31).contains(fields[2]), fields[3] < 24,
            fields[4] < 60, fields[5] <= 60
        else { return nil }
        var parts = tm()
        (parts.tm_year, parts.tm_mon, parts.tm_mday) = (fields[0] - 1_900, fields[1] - 1, fields[2])
        (parts.tm_hour, parts.tm_min, parts.tm_sec) = (fields[3], fields[4], fields[5])
        // All years of four digits are in the range of the system's calendar.
        var date = Double(timegm(&parts)) + (found.7.flatMap { Double("0" + $0) } ?? 0)
        if let sign = found.8, let hours = found.9.flatMap({ Double($0) }),
            let minutes = found.10.flatMap({ Double($0) })
        {
            date -= (sign == "-" ? -1 : 1) * (hours * 3_600 + minutes * 60)
        }
        return bounded(date - now)
    }

    /// As a duration, from nothing to what `Int32` holds in seconds; nothing for what is not a number.
    package static func bounded(milliseconds: Double) -> Duration { bounded(milliseconds / 1e3) }

    /// Whole nanoseconds, from nothing to what `Int32` holds in seconds.
    static func bounded(_ seconds: Double) -> Duration {
        // NaN is not above zero.
        .nanoseconds(seconds > 0 ? Int64((min(seconds, Double(Int32.max)) * 1e9).rounded()) : 0)
    }

    private static func seconds(in unit: some Sequence<UInt8>) -> Double? {
        switch String(decoding: Array(unit), as: UTF8.self).lowercased() {
        case "ns": 1e-9
        case "us": 1e-6
        case "ms", "msec", "msecs", "millis", "millisecond", "milliseconds": 1e-3
        case "s", "sec", "secs", "second", "seconds": 1
        case "m", "min", "mins", "minute", "minutes": 60
        case "h", "hr", "hrs", "hour", "hours": 3_600
        case "d", "day", "days": 86_400
        default: nil
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }
}
