import Coordinator
import CurlClient
import Support

/// How long a service asks to wait.
///
/// Services say it in header fields and in the error itself, in seconds, in durations such as `1m30s`, and as dates. A
/// wait for a limit counts where nothing is left of it; without any of that, after 429, the longest wait that is named.
struct ServiceWait: Sendable {
    /// Values from here on are seconds since 1970, not seconds from now: it is the year 2001.
    private static let earliestEpoch = 1e9
    /// Values from here on are milliseconds since 1970.
    private static let earliestEpochMilliseconds = 1e12
    /// The members of an error that hold a wait, by the seconds that their unit has.
    private static let members = [
        "retryDelay": 1, "retry_delay": 1, "retry_after": 1, "retryAfter": 1, "retry_after_seconds": 1,
        "retry_after_ms": 1e-3, "retryAfterMs": 1e-3,
    ]
    /// The words before a wait in an error's text.
    private static let phrases = ["again in ", "retry in ", "retry after ", "again after ", "wait "]
    /// The deepest nesting that is looked at. 12.
    private static let depthLimit = 12

    let now: Double

    init(now: Double = RetryAfter.now) { self.now = now }

    /// - Returns: `nil` when nothing asks to wait.
    func duration(status: Int?, headers: [HTTPHeader], document: JSONValue) -> Duration? {
        let fields = Dictionary(
            headers.map { ($0.name.lowercased(), $0.value.trimmingSpaces) }, uniquingKeysWith: { first, _ in first })
        let asked =
            fields["retry-after-ms"].flatMap(Self.number).map { RetryAfter.bounded(milliseconds: $0) }
            ?? fields["retry-after"].flatMap { RetryAfter.delay($0, now: now) }
        guard status.map({ $0 == 429 || $0 == 503 || $0 == 529 }) ?? true else { return asked }
        let resets = resets(fields)
        let spent = resets.filter(\.isSpent).map(\.wait)
        if let longest = (spent + [asked].compactMap(\.self)).max() { return longest }
        if let told = told(document, depth: 0)
            ?? ServiceFailure.message(ServiceFailure.described(document)).flatMap(inText)
        {
            return told
        }
        return status == 429 ? resets.filter { !$0.hasRest }.map(\.wait).max() ?? resets.map(\.wait).max() : nil
    }

    // MARK: header fields

    private struct Reset {
        let wait: Duration
        /// What is left of the limit; `nil` when the service does not say.
        let rest: Double?
        var isSpent: Bool { rest.map { $0 <= 0 } ?? false }
        var hasRest: Bool { rest.map { $0 > 0 } ?? false }
    }

    private func resets(_ fields: [String: String]) -> [Reset] {
        fields.flatMap { name, value -> [Reset] in
            guard name.contains("ratelimit") || name.contains("rate-limit") else { return [] }
            if name.contains("reset") {
                guard let wait = instant(value) else { return [] }
                let rest = fields[name.replacing("reset", with: "remaining")].flatMap(Self.number)
                return [Reset(wait: wait, rest: rest)]
            }
            guard name == "ratelimit" || name == "x-ratelimit" else { return [] }
            // One field for all: `limit=10, remaining=0, reset=3`, or `"day";r=0;t=3, "minute";r=4;t=9`.
            return value.contains(";")
                ? value.split(separator: ",").compactMap { reset(of: $0, separator: ";") }
                : [reset(of: value[...], separator: ",")].compactMap(\.self)
        }
    }

    private func reset(of text: Substring, separator: Character) -> Reset? {
        var members: [String: String] = [:]
        for member in text.split(separator: separator) {
            let parts = member.split(separator: "=", maxSplits: 1).map { String($0).trimmingSpaces }
            if parts.count == 2 { members[parts[0].lowercased()] = parts[1] }
        }
        guard let wait = (members["reset"] ?? members["t"]).flatMap(instant) else { return nil }
        return Reset(wait: wait, rest: (members["remaining"] ?? members["r"]).flatMap(Self.number))
    }

    /// A wait, or an instant as a date or as the time since 1970.
    private func instant(_ text: String) -> Duration? {
        if let number = Self.number(text), number >= Self.earliestEpoch {
            let seconds = number >= Self.earliestEpochMilliseconds ? number / 1e3 : number
            return RetryAfter.bounded(milliseconds: (seconds - now) * 1e3)
        }
        return RetryAfter.delay(text, now: now)
    }

    /// A number of digits and a point, from nothing to infinity.
    private static func number(_ text: String) -> Double? {
        text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || $0 == UInt8(ascii: ".") }
            ? Double(text) : nil
    }

    // MARK: the error itself

    private func told(_ value: JSONValue, depth: Int) -> Duration? {
        guard depth <= Self.depthLimit else { return nil }
        switch value {
        case .array(let elements): return elements.lazy.compactMap { told($0, depth: depth + 1) }.first
        case .object(let members):
            for (name, unit) in Self.members.sorted(by: { $0.key < $1.key }) {
                guard let value = members[name] else { continue }
                if let number = value.doubleValue ?? value.stringValue.flatMap(Self.number) {
                    if number >= 0 { return RetryAfter.bounded(milliseconds: number * unit * 1e3) }
                } else if let wait = value.stringValue.flatMap({ RetryAfter.delay($0, now: now) }) {
                    return wait
                }
            }
            return members.sorted { $0.key < $1.key }.lazy.compactMap { told($0.value, depth: depth + 1) }.first
        default: return nil
        }
    }

    /// The wait in words such as `Please try again in 1m30.5s.`
    private func inText(_ text: String) -> Duration? {
        let said = text.lowercased()
        for phrase in Self.phrases {
            guard let place = said.firstRange(of: phrase) else { continue }
            let words = said[place.upperBound...].prefix(RetryAfter.longestText)
                .split { !($0.isLetter || $0.isNumber || $0 == ".") }.map { $0.trimming { $0 == "." } }
            // As many words as make a duration: `5`, `5s`, `1 minute 5 seconds`.
            for count in stride(from: min(4, words.count), to: 0, by: -1) {
                if let wait = RetryAfter.duration(words.prefix(count).joined(separator: " ")) { return wait }
            }
        }
        return nil
    }
}

extension String {
    fileprivate var trimmingSpaces: String { String(trimming { $0 == " " || $0 == "\t" }) }
}
