import Coordinator
import Foundation
import TestSupport

/// A run of the program on a terminal, with what was typed there and what it showed.
struct TerminalRun {
    let status: Int64
    let shown: String

    /// - Parameters:
    ///   - lines: what is typed at each prompt; `^C` and `^D` are those keys.
    ///   - early: what is typed before anything is asked.
    init(
        _ arguments: [String], typing lines: [String], early: String = "", environment: [String: String] = [:],
        in folder: URL
    ) async throws {
        let script = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Support/terminal_probe.py")
        let list = try JSONValue.array(lines.map { .string($0) }).json()
        let run = try await Program.run(
            try TestPython.fromPath, [script.path, list, CoordinatorProgram.url.path] + arguments,
            environment: ["TYPED_EARLY": early, "TERM": "xterm"].merging(environment) { $1 }, in: folder)
        let document = try JSONValue(json: Array(run.standardOutput.utf8))
        status = document["status"]?.integerValue ?? -1
        shown = document["shown"]?.stringValue ?? run.standardError
    }
}
