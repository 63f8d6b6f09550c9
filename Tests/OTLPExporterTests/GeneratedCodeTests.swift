import Foundation
import TestSupport
import Testing

@Suite("Generated messages", .timeLimit(.minutes(10)))
struct GeneratedCodeTests {
    /// A copy of what the generator reads and writes, to be spoiled.
    private func scratchCopy() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        for path in ["proto", "scripts/generate-otlp", "Sources/COTLP"] {
            let target = folder.file(path)
            try FileManager.default.createDirectory(
                at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
            try FileManager.default.copyItem(at: TestPython.packageRoot.appending(path: path), to: target)
        }
        return folder
    }

    private func append(_ text: String, to file: URL) throws {
        let old = try String(contentsOf: file, encoding: .utf8)
        try (old + text).write(to: file, atomically: true, encoding: .utf8)
    }

    @Test func checkedInCodeMatchesTheProtos() async throws {
        let outcome = try await Program.run(
            TestPython.packageRoot.appending(path: "scripts/generate-otlp"), ["--check"])
        #expect(outcome.status == 0, "\(outcome.output)")
    }

    @Test func driftIsDetectedAndFixedByRegenerating() async throws {
        let folder = try scratchCopy()
        let script = folder.file("scripts/generate-otlp")
        #expect(try await Program.run(script, ["--check"]).status == 0)

        try append("/* edited */\n", to: folder.file("Sources/COTLP/trace.pb-c.c"))
        let edited = try await Program.run(script, ["--check"])
        #expect(edited.status == 1)
        #expect(edited.output.contains("Run scripts/generate-otlp"))
        #expect(try await Program.run(script, []).status == 0)
        #expect(try await Program.run(script, ["--check"]).status == 0)

        try append("\nmessage Another { bytes name = 1; }\n", to: folder.file("proto/otlp/common.proto"))
        #expect(try await Program.run(script, ["--check"]).status == 1)
        #expect(try await Program.run(script, []).status == 0)

        try append("", to: folder.file("Sources/COTLP/common.pb-c.c"))
        try FileManager.default.copyItem(
            at: folder.file("Sources/COTLP/common.pb-c.c"), to: folder.file("Sources/COTLP/stale.pb-c.c"))
        #expect(
            try await Program.run(script, ["--check"]).status == 1, "a file that nothing generates any more is drift")
    }

    @Test func protosMatchTheOfficialMessages() async throws {
        let script = TestPython.packageRoot.appending(path: "Tests/IntegrationTests/Support/compare_descriptors.py")
        let outcome = try await Program.run(
            TestPython.withOfficialMessages, [script.path, TestPython.packageRoot.appending(path: "proto").path])
        #expect(outcome.status == 0, "\(outcome.output)")
    }

    @Test(
        arguments: [
            ("fixed64 start_time_unix_nano = 7;", "fixed64 start_time_unix_nano = 17;"),
            ("fixed64 end_time_unix_nano = 8;", "uint64 end_time_unix_nano = 8;"),
            ("bytes trace_state = 3;", "bytes tracestate = 3;"), ("repeated Event events = 11;", ""),
            ("STATUS_CODE_OK = 1;", "STATUS_CODE_OK = 4;"),
        ])
    func everyDifferenceFromTheOfficialMessagesIsDetected(original: String, spoiled: String) async throws {
        let folder = try scratchCopy()
        let file = folder.file("proto/otlp/trace.proto")
        let text = try String(contentsOf: file, encoding: .utf8)
        #expect(text.contains(original))
        try text.replacing(original, with: spoiled).write(to: file, atomically: true, encoding: .utf8)
        let script = TestPython.packageRoot.appending(path: "Tests/IntegrationTests/Support/compare_descriptors.py")
        let outcome = try await Program.run(
            TestPython.withOfficialMessages, [script.path, folder.file("proto").path])
        #expect(outcome.status == 1)
        #expect(outcome.output.contains("official"))
    }
}
