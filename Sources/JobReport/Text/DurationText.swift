/// Times as people read them; the same words on the terminal and on the page.
enum DurationText {
    /// A duration, such as `0.42 ms`, `420 ms`, `12.3 s`, `4 min 05 s` or `2 h 03 min`.
    static func words(milliseconds: Double) -> String {
        guard milliseconds.isFinite, milliseconds > 0 else { return "0 ms" }
        if milliseconds < 9.995 { return trimmed(milliseconds, digits: 2) + " ms" }
        if milliseconds < 999.5 { return fixed(milliseconds, digits: 0) + " ms" }
        if milliseconds < 9_995 { return fixed(milliseconds / 1000, digits: 2) + " s" }
        if milliseconds < 59_950 { return fixed(milliseconds / 1000, digits: 1) + " s" }
        let seconds = Int64(min((milliseconds / 1000).rounded(), 1e15))
        if seconds < 3600 { return "\(seconds / 60) min \(twoDigits(seconds % 60)) s" }
        return "\(seconds / 3600) h \(twoDigits(seconds / 60 % 60)) min"
    }

    /// A number with exactly this many digits after the point, at most nine.
    static func fixed(_ value: Double, digits: Int) -> String {
        guard value.isFinite else { return "0" }
        var scale: Int64 = 1
        for _ in 0..<min(max(digits, 0), 9) { scale *= 10 }
        let scaled = (min(abs(value), 1e9) * Double(scale)).rounded()
        let whole = Int64(scaled)
        let sign = value < 0 && whole > 0 ? "-" : ""
        guard scale > 1 else { return sign + String(whole) }
        let fraction = String(whole % scale + scale).dropFirst()
        return "\(sign)\(whole / scale).\(fraction)"
    }

    /// A number with at most this many digits after the point, without zeros at the end.
    static func trimmed(_ value: Double, digits: Int) -> String {
        var text = fixed(value, digits: digits)
        guard text.contains(".") else { return text }
        while text.hasSuffix("0") { text.removeLast() }
        if text.hasSuffix(".") { text.removeLast() }
        return text
    }

    private static func twoDigits(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }
}
