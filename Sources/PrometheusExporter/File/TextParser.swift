import Support

/// Reads text 0.0.4: the series that this package writes, to be added to, and the lines of others, to be kept as they
/// are.
struct TextParser {
    /// What could not be understood, and in which line; the first line is 1.
    struct Failure: Error, Equatable {
        var line: Int
        var reason: String
    }

    /// What a text holds.
    struct Content: Equatable {
        /// The families with series of this package, by their declared names.
        var families: [String: MetricFamily] = [:]
        /// The gauges' series that are not of this package, by the declared names of their families.
        var others: [String: Set<ExactString>] = [:]
        /// The lines of everything else, in their order.
        var foreign = ""
        /// The names of the samples in them.
        var foreignNames: Set<String> = []
    }

    /// Parts of a histogram's series, gathered from its lines.
    private struct Parts {
        var buckets: [(bound: Double, count: Int64)] = []
        var sum: PrometheusNumber?
        var count: Int64?
    }

    /// A line that may be another's: the declared name that it belongs to, and the name of its sample.
    private struct Line {
        var declared: String?
        var sample: String?
        var text: Substring
    }

    private let ownership: SeriesOwnership
    private var owned: Set<String>
    private var lines: [Line] = []
    /// By declared names: a gauge `jobs` and a counter `jobs_total` are two, though both have the name `jobs`.
    private var families: [String: MetricFamily] = [:]
    private var others: [String: Set<ExactString>] = [:]
    private var helps: [String: String] = [:]
    private var kinds: [String: MetricFamily.Kind] = [:]
    private var parts: [String: [ExactString: Parts]] = [:]
    /// The series of families whose kind is none of ours.
    private var otherSeries: Set<ExactString> = []
    private var otherKinds: Set<String> = []
    private var line = 0

    private init(_ ownership: SeriesOwnership) {
        self.ownership = ownership
        owned = ownership.declared
    }

    /// The content, with the families by name.
    static func parse(_ text: String, ownership: SeriesOwnership) throws(Failure) -> Content {
        var parser = TextParser(ownership)
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
        try parser.refuseCountersOfOtherNames()
        return parser.content
    }

    private var content: Content {
        var content = Content()
        content.families = families.filter { owned.contains($0.key) }
        content.others = others.filter { owned.contains($0.key) }
        for line in lines where !(line.declared.map(owned.contains) ?? false) {
            content.foreign += line.text + "\n"
            if let name = line.sample { content.foreignNames.insert(name) }
        }
        return content
    }

    private mutating func keep(_ text: Substring, of declared: String?, sample: String? = nil) {
        if let declared, owned.contains(declared) { return }
        lines.append(Line(declared: declared, sample: sample, text: text))
    }

    private mutating func read(_ text: Substring) throws(Failure) {
        var scanner = LineScanner(text)
        guard scanner.take("#") else { return scanner.isAtEnd ? keep(text, of: nil) : try readSample(text, scanner) }
        let keyword = scanner.token()
        let name = String(scanner.token())
        guard ["HELP", "TYPE"].contains(keyword), !name.isEmpty else { return keep(text, of: nil) }
        keep(text, of: name)
        if keyword == "HELP" {
            helps[name] = Self.unescaped(scanner.remainder)
        } else if !scanner.isAtEnd {
            try declare(name, scanner.remainder.trimming { " \t".contains($0) }.lowercased())
        }
    }

    private mutating func declare(_ name: String, _ word: String) throws(Failure) {
        guard kinds[name] == nil, !otherKinds.contains(name) else { throw failure("\(name) is declared twice") }
        if let kind = MetricFamily.Kind(rawValue: word) {
            kinds[name] = kind
        } else {
            guard ["untyped", "summary"].contains(word) else { throw failure("there is no kind '\(word.prefix(80))'") }
            guard !owned.contains(name) else {
                throw failure("\(name) is declared as \(word), which is never written here")
            }
            otherKinds.insert(name)
        }
    }

    private mutating func readSample(_ text: Substring, _ scanner: LineScanner) throws(Failure) {
        var scanner = scanner
        guard let sample = scanner.sample() else { throw failure("not a sample: \(text.prefix(80))") }
        guard !sample.hasTime else {
            throw failure("a sample with a time, for which node_exporter skips the whole file")
        }
        let (name, labels) = (sample.name, sample.labels)
        let declared = declaredName(of: name)
        let isOwn = ownership.covers(name, labels)
        if isOwn { owned.insert(declared) }
        keep(text, of: declared, sample: name)
        guard let kind = kinds[declared] else { return try readOther(name, labels) }
        if kind == .histogram {
            return try readPart(name.dropFirst(declared.count), of: declared, labels, sample.value)
        }
        let key = ExactString(LabelText.render(labels))
        if kind == .gauge, !isOwn { others[declared, default: []].insert(key) }
        let suffix = MetricFamily.totalSuffix
        let family = kind == .counter && name.hasSuffix(suffix) ? String(name.dropLast(suffix.count)) : name
        // In place: a family may have as many series as the file has lines.
        let new = self.family(family, kind, declared: declared)
        let old = families[declared, default: new].series.updateValue(.number(sample.value), forKey: key)
        guard old == nil else { throw failure("\(name){\(key)} stands twice") }
    }

    /// A counter that another program gave a name without `_total` would go on under a second name.
    private func refuseCountersOfOtherNames() throws(Failure) {
        for (declared, family) in families where family.declaredName != declared && owned.contains(declared) {
            throw failure("\(declared) is a counter without \(MetricFamily.totalSuffix), which is never written here")
        }
    }

    /// The name in the header that a sample belongs to; its own where there is none.
    private func declaredName(of sample: String) -> String {
        if kinds[sample] != nil { return sample }
        for suffix in ["_bucket", "_sum", "_count"] where sample.hasSuffix(suffix) {
            let name = String(sample.dropLast(suffix.count))
            if kinds[name] == .histogram || otherKinds.contains(name) { return name }
        }
        return sample
    }

    /// A sample of a summary, of something untyped, or without a header.
    private mutating func readOther(_ name: String, _ labels: [String: String]) throws(Failure) {
        let series = ExactString("\(name){\(LabelText.render(labels))}")
        guard otherSeries.insert(series).inserted else { throw failure("\(series) stands twice") }
        guard !owned.contains(name) else { throw failure("\(name) has no TYPE line") }
    }

    private mutating func readPart(
        _ suffix: Substring, of family: String, _ labels: [String: String], _ number: PrometheusNumber
    ) throws(Failure) {
        guard !suffix.isEmpty else { throw failure("\(family) is a histogram and has no value of its own") }
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
