import CCurl
import Glibc

/// Reads a `Retry-After` header.
package enum RetryAfter {
    /// How long to wait; `nil` for a value in neither form, which callers ignore.
    ///
    /// - Parameters:
    ///   - text: Seconds, a date in one of HTTP's three forms; or, as some services write it, `3.0`, `1m30s` or a date in
    ///     the form of RFC 3339.
    ///   - now: Seconds since 1970.
    package static func delay(_ text: String, now: Double = Self.now) -> Duration? {
        if !text.isEmpty, text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) {
            // A number that does not fit is longer than any deadline.
            return .seconds(Int32(text) ?? .max)
        }
        if let duration = duration(text) ?? delay(untilRFC3339: text, now: now) { return duration }
        guard let date = secondsSince1970(text) else { return nil }
        return .seconds(min(max(0, Double(date) - now), Double(Int32.max)))
    }

    /// Seconds since 1970, on the system's clock.
    package static var now: Double {
        var time = timespec()
        // clock_gettime fails for an unknown clock only.
        guard clock_gettime(CLOCK_REALTIME, &time) == 0 else { return 0 }
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// Reads `Sun, 06 Nov 1994 08:49:37 GMT`, `Sunday, 06-Nov-94 08:49:37 GMT` or `Sun Nov  6 08:49:37 1994`.
    ///
    /// libcurl reads far more than HTTP's three forms, so it only gets checked numbers and a checked month.
    private static func secondsSince1970(_ text: String) -> Int? {
        let words = text.split { $0 == " " || $0 == "," || $0 == "-" }
        let day: Substring
        let month: Substring
        let year: Substring
        let time: Substring
        switch words.count {
        case 6 where words[5] == "GMT": (day, month, year, time) = (words[1], words[2], words[3], words[4])
        case 5: (month, day, time, year) = (words[1], words[2], words[3], words[4])
        default: return nil
        }
        let clock = time.split(separator: ":", omittingEmptySubsequences: false).map(number)
        guard let day = number(day), month.wholeMatch(of: /[A-Z][a-z][a-z]/) != nil, let year = number(year),
            clock.count == 3, let hour = clock[0], let minute = clock[1], let second = clock[2]
        else { return nil }
        // HTTP wants a year of two digits to be read as one that is not far in the future.
        let fullYear = year >= 100 ? year : year + (year < 70 ? 2_000 : 1_900)
        // A leap second is the first second of the next minute, so the second before it is read and one is added. A
        // date that reads back with another day, hour or minute does not exist.
        let leap = second == 60 ? 1 : 0
        var date = ccurl_date("\(day) \(month) \(fullYear) \(hour):\(minute):\(second - leap) GMT")
        var parts = tm()
        guard date != -1, gmtime_r(&date, &parts) != nil,
            (Int(parts.tm_mday), Int(parts.tm_hour), Int(parts.tm_min)) == (day, hour, minute)
        else { return nil }
        return date + leap
    }

    /// The number that up to four digits make; `nil` for any other text.
    private static func number(_ text: Substring) -> Int? {
        guard text.utf8.count <= 4, text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { return nil }
        return Int(text)
    }
}
