/// Names and durations as Prometheus writes them, by the rules for compatibility between OpenTelemetry and Prometheus.
///
/// The one naming rule: what is exported, and every rule, dashboard and page that names it, is derived here.
public enum PrometheusNames {
    /// The name under which an instrument's samples are found: a counter's with `_total`, a histogram's without
    /// `_bucket`, `_sum` and `_count`.
    public static func metric(_ instrument: InstrumentDefinition) -> String {
        let family = family(instrument.name, unit: instrument.unit, isGauge: instrument.kind == .gauge)
        return instrument.kind == .counter ? family + "_total" : family
    }

    /// The family's name: characters that Prometheus does not know become underscores, and the unit follows as a word.
    ///
    /// A `_total` at the end goes: counters get it back in their samples, and others must not have it.
    public static func family(_ name: String, unit: String, isGauge: Bool) -> String {
        var result = removing("_total", from: sanitized(name, allowsColon: true))
        let word = unitWord(unit, isGauge: isGauge)
        if !word.isEmpty, result != word, !result.hasSuffix("_\(word)") { result += "_\(word)" }
        return result
    }

    /// The label of an attribute. `le` belongs to histograms, and `quantile` to summaries.
    public static func label(_ key: String) -> String {
        let name = sanitized(key, allowsColon: false)
        return name == "le" || name == "quantile" ? "key_\(name)" : name
    }

    /// The unit as the end of a name spells it; empty when a name has none.
    public static func unitWord(_ unit: String, isGauge: Bool) -> String {
        let plain = withoutAnnotations(unit)
        if plain == "1" { return isGauge ? "ratio" : "" }
        let parts = plain.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let counted = parts[0] == "1" ? "" : words[parts[0]] ?? parts[0]
        guard parts.count == 2, !parts[1].isEmpty else { return unitSanitized(counted) }
        return unitSanitized("\(counted)_per_\(perWords[parts[1]] ?? parts[1])")
    }

    /// A duration in PromQL's largest whole unit, such as `5m`, `1h` or `30d`; fractions of a second are dropped.
    public static func duration(_ duration: Duration) -> String {
        let seconds = duration.components.seconds
        for (unit, size) in [("d", Int64(86_400)), ("h", 3600), ("m", 60)] where seconds >= size && seconds % size == 0
        {
            return "\(seconds / size)\(unit)"
        }
        return "\(seconds)s"
    }

    /// A number as a label's value or in an expression: without the digits that only binary fractions have.
    public static func number(_ value: Double) -> String {
        let rounded = (value * 1e9).rounded() / 1e9
        return Int64(exactly: rounded).map(String.init) ?? String(rounded)
    }

    private static let words = [
        "d": "days", "h": "hours", "min": "minutes", "s": "seconds", "ms": "milliseconds", "us": "microseconds",
        "ns": "nanoseconds", "By": "bytes", "KiBy": "kibibytes", "MiBy": "mebibytes", "GiBy": "gibibytes",
        "TiBy": "tibibytes", "KBy": "kilobytes", "MBy": "megabytes", "GBy": "gigabytes", "TBy": "terabytes",
        "m": "meters", "V": "volts", "A": "amperes", "J": "joules", "W": "watts", "g": "grams", "Cel": "celsius",
        "Hz": "hertz", "%": "percent",
    ]

    private static let perWords = [
        "s": "second", "min": "minute", "m": "minute", "h": "hour", "d": "day", "w": "week", "mo": "month",
        "y": "year",
    ]

    private static func withoutAnnotations(_ unit: String) -> String {
        var result = ""
        var depth = 0
        for character in unit {
            switch character {
            case "{": depth += 1
            case "}": depth = max(0, depth - 1)
            default: if depth == 0 { result.append(character) }
            }
        }
        return result
    }

    private static func unitSanitized(_ word: String) -> String {
        var text = word.isEmpty ? "" : sanitized(word, allowsColon: false)
        while text.hasPrefix("_") { text.removeFirst() }
        while text.hasSuffix("_") { text.removeLast() }
        return text
    }

    private static func removing(_ suffix: String, from name: String) -> String {
        name.hasSuffix(suffix) && name.count > suffix.count ? String(name.dropLast(suffix.count)) : name
    }

    /// Letters, digits and underscores, no two underscores in a row, no digit in front.
    private static func sanitized(_ text: String, allowsColon: Bool) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "a"..."z", "A"..."Z": result.unicodeScalars.append(scalar)
            case "0"..."9":
                if result.isEmpty { result = "_" }
                result.unicodeScalars.append(scalar)
            case ":" where allowsColon: result.append(":")
            default: if result.last != "_" { result.append("_") }
            }
        }
        return result.isEmpty ? "_" : result
    }
}
