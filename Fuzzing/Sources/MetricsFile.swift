@testable import PrometheusExporter

/// Whatever a metrics file holds, it is refused, or added to and read again.
func checkMetricsFile(_ input: [UInt8]) throws {
    guard let families = try? TextParser.parse(text(input)) else { return }
    var sums = families
    for round in 1...2 {
        for (name, family) in sums { sums[name] = family.adding(families[name] ?? family) }
        let written = PrometheusText.render(sums, target: "", openMetrics: false)
        _ = PrometheusText.render(sums, target: "", openMetrics: true)
        let read = try TextParser.parse(written)
        try hold(Set(read.keys) == Set(sums.keys).subtracting(["target_info"]), "round \(round): \(read.keys.sorted())")
    }
}
