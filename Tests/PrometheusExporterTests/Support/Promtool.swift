import Foundation
import Testing

/// Prometheus' own judge of metrics in text form.
enum Promtool {
    /// What it complains about, empty when it accepts the text.
    static func complaints(about text: String) throws -> String {
        let path = "/usr/bin/promtool"
        try #require(
            FileManager.default.isExecutableFile(atPath: path),
            "promtool is needed: apt-get install --no-install-recommends prometheus")
        return try withTemporaryFolder { folder in
            let input = folder.appending(path: "metrics.txt")
            try Data(text.utf8).write(to: input)
            let process = Process()
            process.executableURL = URL(filePath: path)
            process.arguments = ["check", "metrics"]
            let output = Pipe()
            process.standardInput = try FileHandle(forReadingFrom: input)
            process.standardOutput = output
            process.standardError = output
            try process.run()
            let complaints = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
            process.waitUntilExit()
            return process.terminationStatus == 0 ? complaints : "exit \(process.terminationStatus): \(complaints)"
        }
    }
}

/// A folder that is gone afterwards.
func withTemporaryFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appending(path: "metrics-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(folder)
}
