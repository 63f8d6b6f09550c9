/// Reads a `Retry-After` header.
enum RetryAfter {
    /// How long to wait; `nil` for a value in neither form, which is then ignored.
    ///
    /// - Parameters:
    ///   - text: Whole seconds, or a date in one of HTTP's three forms.
    ///   - now: Seconds since 1970.
    static func delay(_ text: String, now: Double) -> Duration? {
        if !text.isEmpty, text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) {
            // More digits than fit mean "longer than anyone waits".
            return .seconds(Int32(text) ?? .max)
        }
        guard let date = secondsSince1970(text) else { return nil }
        return .seconds(min(max(0, Double(date) - now), Double(Int32.max)))
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
        let clock = time.split(separator: ":").compactMap { Int($0) }
        guard let day = Int(day), (1...31).contains(day), let month = months.firstIndex(of: String(month)),
            let year = Int(year), (0...9_999).contains(year), clock.count == 3, (0...23).contains(clock[0]),
            (0...59).contains(clock[1]), (0...60).contains(clock[2])
        else { return nil }
        // Two digits: this century, but never far in the future, as HTTP says of the old form.
        let fullYear = year >= 100 ? year : year + (year < 70 ? 2_000 : 1_900)
        let days = daysSince1970(year: fullYear, month: month + 1, day: day)
        return days * 86_400 + clock[0] * 3_600 + clock[1] * 60 + clock[2]
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
