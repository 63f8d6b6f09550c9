import Glibc

@testable import CurlClient

/// A wait is never negative, and a date is read as the system's calendar reads it.
func checkRetryAfter(_ input: [UInt8]) throws {
    let header = text(input)
    let then = 784_111_777.0
    guard let wait = RetryAfter.delay(header, now: then) else { return }
    try hold(wait >= .zero && wait <= .seconds(Int(Int32.max)), "\(wait)")
    if !header.isEmpty, header.utf8.allSatisfy({ (48...57).contains($0) }) {
        try hold(RetryAfter.delay(header, now: then * 2) == wait, "seconds depend on the time")
        try hold(wait == .seconds(min(Int(header) ?? .max, Int(Int32.max))), "\(wait)")
        return
    }
    // A duration is the same at any time; a date in the form of the internet's other protocols has tests of its own.
    if RetryAfter.duration(header) != nil {
        return try hold(RetryAfter.delay(header, now: then * 2) == wait, "a duration depends on the time")
    }
    if RetryAfter.delay(untilRFC3339: header, now: then) != nil { return }
    // When the system's calendar writes the date in the preferred form, it is read as the same date.
    let early = -62_200_000_000.0
    var seconds = time_t(early)
    var now = early
    // Waits are bounded, so the date is reached in steps.
    while let step = RetryAfter.delay(header, now: now), step > .zero {
        seconds += time_t(step.components.seconds)
        now = Double(seconds)
    }
    var parts = tm()
    try hold(gmtime_r(&seconds, &parts) != nil, "no date at \(seconds)")
    // The leap second at the end of 9999 is in a year that HTTP's formats cannot express.
    if parts.tm_year + 1900 > 9999 { return }
    var buffer = [CChar](repeating: 0, count: 64)
    let count = strftime(&buffer, buffer.count, "%a, %d %b %Y %H:%M:%S GMT", &parts)
    let written = text(buffer.prefix(count).map { UInt8(bitPattern: $0) })
    try hold(RetryAfter.delay(written, now: then) == wait, "\(written) is not \(header)")
    // The header contains the day of the month: the 31st of a short month is not moved to the next. A leap second may
    // be the first second of the next day.
    let numbers = header.split { !$0.isNumber }.compactMap { Int($0) }
    try hold(numbers.contains(Int(parts.tm_mday)) || numbers.contains(60), "\(header) became \(written)")
}
