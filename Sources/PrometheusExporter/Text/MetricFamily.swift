import Support

/// All series of one name, as Prometheus sees them: records become families before rendering, and a file is parsed into
/// families.
struct MetricFamily: Equatable {
    enum Kind: String, Equatable {
        case counter, gauge, histogram
    }

    /// The name without a counter's `_total`.
    var name: String
    var kind: Kind
    var help: String
    /// The unit, which is the last word of the name; empty when there is none or it is not known.
    var unit = ""
    /// The name in the header of text 0.0.4, which is that of the samples.
    var declaredName: String { kind == .counter ? name + Self.totalSuffix : name }
    /// What the samples of a counter have behind its name.
    static let totalSuffix = "_total"
    /// The samples by the text of their labels, which identifies and sorts them.
    var series: [ExactString: MetricSample] = [:]
}

/// The value of one series.
enum MetricSample: Equatable {
    case number(PrometheusNumber, exemplar: PrometheusExemplar? = nil)
    case distribution(PrometheusDistribution)
}

/// A histogram's series. Counts are cumulative; the last bound is infinite.
struct PrometheusDistribution: Equatable {
    var bounds: [Double]
    var counts: [Int64]
    var sum: PrometheusNumber
    /// The exemplars by the index of their bucket.
    var exemplars: [Int: PrometheusExemplar] = [:]

    var count: Int64 { counts.last ?? 0 }
}

/// A measurement with its trace, for OpenMetrics.
struct PrometheusExemplar: Equatable {
    var labels: String
    var value: Double
    /// Seconds since 1970, as text.
    var time: String
}

/// A value that stays a whole number as long as it can.
enum PrometheusNumber: Equatable {
    case whole(Int64)
    case real(Double)

    init?(_ text: Substring) {
        if let whole = Int64(text) {
            self = .whole(whole)
            return
        }
        switch text {
        case "+Inf", "Inf": self = .real(.infinity)
        case "-Inf": self = .real(-.infinity)
        case "NaN": self = .real(.nan)
        default:
            // Swift also accepts hexadecimal numbers and words such as `inf`, which are not valid here.
            guard text.utf8.allSatisfy({ "0123456789+-.eE".utf8.contains($0) }), let value = Double(text)
            else { return nil }
            self = .real(value)
        }
    }

    var real: Double {
        switch self {
        case .whole(let value): Double(value)
        case .real(let value): value
        }
    }

    var text: String {
        switch self {
        case .whole(let value): String(value)
        case .real(let value): Self.text(value)
        }
    }

    static func + (left: Self, right: Self) -> Self {
        if case .whole(let left) = left, case .whole(let right) = right {
            let (sum, overflows) = left.addingReportingOverflow(right)
            if !overflows { return .whole(sum) }
        }
        return .real(left.real + right.real)
    }

    /// The shortest text that reads as the same number; whole ones without a fraction.
    static func text(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        if let whole = Int64(exactly: value), whole.magnitude < 1 << 53 { return String(whole) }
        return String(value)
    }
}
