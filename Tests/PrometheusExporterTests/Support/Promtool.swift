import Foundation
import ServerTestSupport
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

/// A folder that is gone afterwards.
func withTemporaryFolder<Result>(
    isolation: isolated (any Actor)? = #isolation, _ body: (URL) async throws -> Result
) async throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appending(path: "metrics-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try await body(folder)
}
