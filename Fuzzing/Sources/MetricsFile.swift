@testable import PrometheusExporter

/// Whatever a metrics file holds, it is refused, or added to and read again.
func checkMetricsFile(_ input: [UInt8]) throws {
    // Families of any scope are ours, so that they are added to.
    let text = text(input)
    var ownership = SeriesOwnership(scopes: Set(text.matches(of: /otel_scope_name="([^"]*)"/).map { .init($0.1) }))
    guard let content = try? TextParser.parse(text, ownership: ownership) else { return }
    let families = content.families
    var sums = families
    for round in 1...2 {
        for (name, family) in sums { sums[name] = family.adding(families[name] ?? family) }
        let written = PrometheusText.render(sums.values, target: nil, openMetrics: false)
        _ = PrometheusText.render(sums.values, target: nil, openMetrics: true)
        let names = Set(sums.keys)
        ownership.declared = names
        let read = try TextParser.parse(content.foreign + written, ownership: ownership)
        try hold(read.foreign == content.foreign, "round \(round): the lines of others changed")
        let kept = Set(read.families.keys)
        try hold(kept == names, "round \(round): \(kept.sorted())")
    }
}
