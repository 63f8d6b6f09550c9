import Foundation
import PrometheusExporter
import TestSupport
import Testing

@Suite struct ExactLabelText {
    private let twins = [
        counter("runs", 1, ["agent": "caf\u{E9}"]), counter("runs", 2, ["agent": "cafe\u{301}"]),
        histogram("time", buckets: [1, 0, 2], sum: 1, ["agent": "caf\u{E9}"]),
        histogram("time", buckets: [1, 0, 2], sum: 2, ["agent": "cafe\u{301}"]),
    ]

    @Test func seriesWhoseLabelsAreCanonicallyEquivalentAreTwoInTextAndInTheFile() throws {
        let text = PrometheusText.render(twins, resource: resource)
        #expect(text.split(separator: "\n").count { $0.hasPrefix("runs_total{") } == 2, "\(text)")
        let folder = try TemporaryFolder()
        let file = MetricsFile(path: folder.file("m.prom").path)
        try file.add(twins, resource: resource)
        try file.add(twins, resource: resource)
        let added = try String(contentsOfFile: file.path, encoding: .utf8)
        let values = added.split(separator: "\n").filter { $0.hasPrefix("runs_total{") }.compactMap {
            $0.split(separator: " ").last
        }
        #expect(values.sorted() == ["2", "4"], "\(added)")
    }
}
