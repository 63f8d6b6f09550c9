import Support

/// Reads the part of text 0.0.4 that this package writes: counters, gauges and histograms without timestamps.
struct TextParser {
    /// What could not be understood, and in which line; the first line is 1.
    struct Failure: Error, Equatable {
        var line: Int
        var reason: String
    }

    /// Parts of a histogram's series, gathered from its lines.
    private struct Parts {
        var buckets: [(bound: Double, count: Int64)] = []
        var sum: PrometheusNumber?
        var count: Int64?
    }

    private var families: [String: MetricFamily] = [:]
    private var helps: [String: String] = [:]
    private var kinds: [String: MetricFamily.Kind] = [:]
    private var parts: [String: [ExactString: Parts]] = [:]
    private var line = 0

    /// The families by name.
    static func parse(_ text: String) throws(Failure) -> [String: MetricFamily] {
        var parser = TextParser()
        var rest = text[...]
        while !rest.isEmpty {
            parser.line += 1
            guard let end = rest.unicodeScalars.firstIndex(of: "\n") else {
                throw Failure(line: parser.line, reason: "the last line is cut short")
            }
            try parser.read(rest[..<end])
            rest = rest[rest.unicodeScalars.index(after: end)...]
        }
        try parser.finishHistograms()
        return parser.families
    }

    private mutating func read(_ text: Substring) throws(Failure) {
        if text.isEmpty { return }
        guard text.hasPrefix("#") else { return try readSample(text) }
        let words = text.split(separator: " ", maxSplits: 3, omittingEmptySubsequences: false)
        guard words.count >= 3 else { return }
        let name = String(words[2])
        if words[1] == "HELP" {
            helps[name] = words.count > 3 ? Self.unescaped(words[3]) : ""
        } else if words[1] == "TYPE" {
            guard words.count > 3, let kind = MetricFamily.Kind(rawValue: String(words[3])) else {
                throw failure("only counters, gauges and histograms can be added to")
            }
            guard kinds.updateValue(kind, forKey: name) == nil else { throw failure("\(name) is declared twice") }
        }
    }

    private mutating func readSample(_ text: Substring) throws(Failure) {
        var scanner = SampleScanner(text)
        guard let (name, labels, number) = scanner.scan() else { throw failure("not a sample: \(text.prefix(80))") }
        if let kind = kinds[name] {
            guard kind != .histogram else { throw failure("\(name) is a histogram and has no value of its own") }
            let family = kind == .counter && name.hasSuffix("_total") ? String(name.dropLast(6)) : name
            let key = ExactString(LabelText.render(labels))
            // In place: a family may have as many series as the file has lines.
            let new = self.family(family, kind, declared: name)
            let old = families[family, default: new].series.updateValue(.number(number), forKey: key)
            guard old == nil else { throw failure("\(name){\(key)} stands twice") }
            return
        }
        for suffix in ["_bucket", "_sum", "_count"] where name.hasSuffix(suffix) {
            let family = String(name.dropLast(suffix.count))
            guard kinds[family] == .histogram else { continue }
            return try readPart(suffix, of: family, labels, number)
        }
        throw failure("\(name) has no TYPE line")
    }

    private mutating func readPart(
        _ suffix: String, of family: String, _ labels: [String: String], _ number: PrometheusNumber
    ) throws(Failure) {
        var labels = labels
        let bound = labels.removeValue(forKey: "le")
        let key = ExactString(LabelText.render(labels))
        switch (suffix, Self.count(number)) {
        case ("_bucket", let count?):
            guard let bound, let value = PrometheusNumber(bound[...])?.real, !value.isNaN else {
                throw failure("a bucket without a bound")
            }
            parts[family, default: [:]][key, default: Parts()].buckets.append((value, count))
        case ("_sum", _): parts[family, default: [:]][key, default: Parts()].sum = number
        case ("_count", let count?): parts[family, default: [:]][key, default: Parts()].count = count
        default: throw failure("\(number.text) is no count")
        }
    }

    private static func count(_ number: PrometheusNumber) -> Int64? {
        guard case .whole(let number) = number else { return nil }
        return number >= 0 ? number : nil
    }

    private mutating func finishHistograms() throws(Failure) {
        for (name, series) in parts {
            var family = self.family(name, .histogram, declared: name)
            for (labels, part) in series {
                let buckets = part.buckets
                let ascends = zip(buckets, buckets.dropFirst()).allSatisfy {
                    $0.bound < $1.bound && $0.count <= $1.count
                }
                guard let sum = part.sum, let last = buckets.last, last.bound == .infinity, last.count == part.count,
                    ascends
                else { throw Failure(line: line, reason: "the histogram \(name){\(labels)} is incomplete") }
                family.series[labels] = .distribution(
                    .init(bounds: buckets.map(\.bound), counts: buckets.map(\.count), sum: sum))
            }
            families[name] = family
        }
    }

    private func family(_ name: String, _ kind: MetricFamily.Kind, declared: String) -> MetricFamily {
        MetricFamily(name: name, kind: kind, help: helps[declared] ?? "")
    }

    private func failure(_ reason: String) -> Failure { Failure(line: line, reason: reason) }

    private static func unescaped(_ text: Substring) -> String {
        var result = ""
        var isEscaped = false
        for scalar in text.unicodeScalars {
            if isEscaped {
                result.unicodeScalars.append(scalar == "n" ? "\n" : scalar)
                isEscaped = false
            } else if scalar == "\\" {
                isEscaped = true
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
