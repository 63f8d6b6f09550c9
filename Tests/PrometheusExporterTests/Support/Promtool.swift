import Foundation
import TestSupport
import Testing

/// Prometheus' own judge of metrics in text form.
enum Promtool {
    /// What it complains about, empty when it accepts the text.
    static func complaints(about text: String) async throws -> String {
        let path = "/usr/bin/promtool"
        try #require(
            FileManager.default.isExecutableFile(atPath: path),
            "promtool is needed: apt-get install --no-install-recommends prometheus")
        let run = try await Program.run(URL(filePath: path), ["check", "metrics"], input: text)
        return run.status == 0 ? run.output : "exit \(run.status): \(run.output)"
    }
}
