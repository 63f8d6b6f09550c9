import Glibc

/// Reads a `Retry-After` header.
package enum RetryAfter {
    /// How long to wait; `nil` for a value in neither form, which is then ignored.
    ///
    /// - Parameters:
    ///   - text: Whole seconds, or a date in one of HTTP's three forms.
    ///   - now: Seconds since 1970.
    package static func delay(_ text: String, now: Double = Self.now) -> Duration? {
        if !text.isEmpty, text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) {
            // More digits than fit mean "longer than anyone waits".
            return .seconds(Int32(text) ?? .max)
        }
        guard let date = secondsSince1970(text) else { return nil }
        return .seconds(min(max(0, Double(date) - now), Double(Int32.max)))
    }

    /// Seconds since 1970, on the system's clock.
    package static var now: Double {
        var time = timespec()
        // It fails for an unknown clock only.
        guard clock_gettime(CLOCK_REALTIME, &time) == 0 else { return 0 }
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// `Sun, 06 Nov 1994 08:49:37 GMT`, `Sunday, 06-Nov-94 08:49:37 GMT` or `Sun Nov  6 08:49:37 1994`.
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
        guard let day = number(day), let month = months.firstIndex(of: String(month)), let year = number(year),
            year <= 9_999, clock.count == 3, let hour = clock[0], hour <= 23, let minute = clock[1], minute <= 59,
            let second = clock[2], second <= 60
        else { return nil }
        // Two digits: this century, but never far in the future, as HTTP says of the old form.
        let fullYear = year >= 100 ? year : year + (year < 70 ? 2_000 : 1_900)
        let firstOfMonth = daysSince1970(year: fullYear, month: month + 1, day: 1)
        let firstOfNext =
            month < 11
            ? daysSince1970(year: fullYear, month: month + 2, day: 1)
            : daysSince1970(year: fullYear + 1, month: 1, day: 1)
        guard (1...(firstOfNext - firstOfMonth)).contains(day) else { return nil }
        return (firstOfMonth + day - 1) * 86_400 + hour * 3_600 + minute * 60 + second
    }

    /// A number of up to four digits, and nothing but digits.
    private static func number(_ text: Substring) -> Int? {
        guard text.utf8.count <= 4, text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { return nil }
        return Int(text)
    }

    /// Counts from March, so that the leap day ends a year.
    private static func daysSince1970(year: Int, month: Int, day: Int) -> Int {
        let year = month > 2 ? year : year - 1
        let monthFromMarch = (month + 9) % 12
        let dayOfYear = (153 * monthFromMarch + 2) / 5 + day - 1
        let leapDays = year / 4 - year / 100 + year / 400
        let daysFromYearZeroTo1970 = 719_468
        return year * 365 + leapDays + dayOfYear - daysFromYearZeroTo1970
    }
}
