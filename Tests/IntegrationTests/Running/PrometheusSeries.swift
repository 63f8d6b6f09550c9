/// Prometheus text, read as far as the tests need it.
struct PrometheusSeries {
    private var values: [String: Double] = [:]

    init(_ text: String) {
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            guard let space = line.lastIndex(of: " "), let value = Double(line[line.index(after: space)...]) else {
                continue
            }
            values[String(line[..<space])] = value
        }
    }

    /// The sum over the series of a name whose labels contain all of these texts, such as `outcome="failed"`.
    func sum(_ name: String, _ labels: String...) -> Double {
        values.filter { series, _ in
            series.split(separator: "{").first.map(String.init) == name && labels.allSatisfy { series.contains($0) }
        }.values.reduce(0, +)
    }
}
