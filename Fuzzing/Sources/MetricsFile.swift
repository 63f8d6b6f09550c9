@testable import PrometheusExporter

/// Whatever a metrics file holds, it is refused, or added to and read again.
func checkMetricsFile(_ input: [UInt8]) throws {
    // Families of any scope are ours, so that they are added to.
    let text = text(input)
    let scopes = Set(text.matches(of: /otel_scope_name="([^"]*)"/).map { String($0.1) })
    guard let content = try? TextParser.parse(text, ownership: .init(scopes: scopes)) else { return }
    let families = content.families
    var sums = families
    for round in 1...2 {
        for (name, family) in sums { sums[name] = family.adding(families[name] ?? family) }
        let written = PrometheusText.render(sums, target: "", openMetrics: false)
        _ = PrometheusText.render(sums, target: "", openMetrics: true)
        let names = Set(sums.values.map(\.declaredName))
        let read = try TextParser.parse(content.foreign + written, ownership: .init(declared: names, scopes: scopes))
        try hold(read.foreign == content.foreign, "round \(round): the lines of others changed")
        let kept = Set(read.families.keys)
        try hold(kept == Set(sums.keys).subtracting(["target_info"]), "round \(round): \(kept.sorted())")
    }
}
