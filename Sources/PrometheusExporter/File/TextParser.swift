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
        /// The families of this package by name.
        var families: [String: MetricFamily] = [:]
        /// The lines of everything else, in their order.
        var foreign = ""
        /// The names of the samples in them.
        var foreignNames: Set<String> = []
    }

    /// What tells the series of this package from others.
    struct Ownership {
        /// The names in the headers of families that are written.
        var declared: Set<String> = []
        /// The scopes that series of this package are labelled with.
        var scopes: Set<String> = []

        func covers(_ labels: [String: String]) -> Bool {
            labels[PrometheusText.scopeLabel].map(scopes.contains) ?? false
        }
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

    private let ownership: Ownership
    private var owned: Set<String>
    private var lines: [Line] = []
    private var families: [String: MetricFamily] = [:]
    /// The names in the headers of families whose own name differs.
    private var headers: [String: String] = [:]
    private var helps: [String: String] = [:]
    private var kinds: [String: MetricFamily.Kind] = [:]
    private var parts: [String: [ExactString: Parts]] = [:]
    /// The series of families whose kind is none of ours.
    private var otherSeries: Set<ExactString> = []
    private var otherKinds: Set<String> = []
    private var line = 0

    private init(_ ownership: Ownership) {
        self.ownership = ownership
        owned = ownership.declared
    }

    /// The content, with the families by name.
    static func parse(_ text: String, ownership: Ownership) throws(Failure) -> Content {
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
        return parser.content
    }

    private var content: Content {
        var content = Content()
        content.families = families.filter { owned.contains(headers[$0.key] ?? $0.key) }
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
        guard text.unicodeScalars.first == "#" else { return text.isEmpty ? keep(text, of: nil) : try readSample(text) }
        // By scalars: a text of help that begins with an accent joins the blank before it to one character.
        let words = text.unicodeScalars.split(separator: " ", maxSplits: 3, omittingEmptySubsequences: false)
            .map { Substring($0) }
        guard words.count >= 3, ["HELP", "TYPE"].contains(words[1]) else { return keep(text, of: nil) }
        let name = String(words[2])
        keep(text, of: name)
        if words[1] == "HELP" {
            helps[name] = words.count > 3 ? Self.unescaped(words[3]) : ""
        } else {
            try declare(name, words.count > 3 ? String(words[3]) : "")
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

    private mutating func readSample(_ text: Substring) throws(Failure) {
        var scanner = SampleScanner(text)
        guard let (name, labels, number) = scanner.scan() else { throw failure(Self.reason(text)) }
        let declared = declaredName(of: name)
        if ownership.covers(labels) { owned.insert(declared) }
        keep(text, of: declared, sample: name)
        guard let kind = kinds[declared] else { return try readOther(name, labels) }
        if kind == .histogram { return try readPart(name.dropFirst(declared.count), of: declared, labels, number) }
        let family = kind == .counter && name.hasSuffix("_total") ? String(name.dropLast(6)) : name
        if family != name { headers[family] = name }
        let key = ExactString(LabelText.render(labels))
        // In place: a family may have as many series as the file has lines.
        let new = self.family(family, kind, declared: name)
        let old = families[family, default: new].series.updateValue(.number(number), forKey: key)
        guard old == nil else { throw failure("\(name){\(key)} stands twice") }
    }

    /// Why a line is no sample that is read here.
    private static func reason(_ text: Substring) -> String {
        if let blank = text.unicodeScalars.lastIndex(of: " "), Int64(text[blank...].dropFirst()) != nil {
            var scanner = SampleScanner(text[..<blank])
            if scanner.scan() != nil { return "a sample with a time, for which node_exporter skips the whole file" }
        }
        return "not a sample: \(text.prefix(80))"
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
