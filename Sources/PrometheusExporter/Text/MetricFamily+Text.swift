extension MetricFamily {
    /// The family's lines, header first.
    func write(to text: inout String, openMetrics: Bool) {
        // The header of text 0.0.4 has the name of the samples, that of OpenMetrics the name of the family.
        let declared = openMetrics ? name : declaredName
        text += "# HELP \(declared) \(LabelText.escapedHelp(help, openMetrics: openMetrics))\n"
        text += "# TYPE \(declared) \(kind.rawValue)\n"
        if openMetrics, !unit.isEmpty, name.hasSuffix("_\(unit)") { text += "# UNIT \(declared) \(unit)\n" }
        writeSamples(to: &text, openMetrics: openMetrics)
    }

    /// The lines of the family's series.
    func writeSamples(to text: inout String, openMetrics: Bool) {
        for (key, sample) in series.sorted(by: { $0.key < $1.key }) {
            let labels = key.string
            switch sample {
            case .number(let number, let exemplar):
                text += Self.line(declaredName, labels, number.text)
                if openMetrics, kind == .counter, let exemplar { text += exemplar.suffix }
                text += "\n"
            case .distribution(let distribution):
                for (index, bound) in distribution.bounds.enumerated() {
                    let le = "le=\"\(Self.bound(bound, openMetrics: openMetrics))\""
                    text += Self.line(
                        name + "_bucket", labels.isEmpty ? le : "\(labels),\(le)", String(distribution.counts[index]))
                    if openMetrics, let exemplar = distribution.exemplars[index] { text += exemplar.suffix }
                    text += "\n"
                }
                text += Self.line(name + "_sum", labels, distribution.sum.text) + "\n"
                text += Self.line(name + "_count", labels, String(distribution.count)) + "\n"
            }
        }
    }

    private static func line(_ name: String, _ labels: String, _ value: String) -> String {
        labels.isEmpty ? "\(name) \(value)" : "\(name){\(labels)} \(value)"
    }

    private static func bound(_ bound: Double, openMetrics: Bool) -> String {
        let text = PrometheusNumber.text(bound)
        // OpenMetrics has one canonical form for a bound, which has a fraction.
        return openMetrics && text.utf8.allSatisfy({ (48...57).contains($0) || $0 == 45 }) ? "\(text).0" : text
    }
}

extension PrometheusExemplar {
    fileprivate var suffix: String { " # {\(labels)} \(PrometheusNumber.text(value)) \(time)" }
}
