import Coordinator
import Foundation
import TestSupport
import Testing

/// What a viewer of traces makes of a run with agents made of models: by the code with which Phoenix reads spans. The whole of
/// Phoenix is asked in `scripts/deep phoenix`.
@Suite(.timeLimit(.minutes(10))) struct TraceViewers {
    /// A span as Phoenix shows it.
    private struct Shown: Decodable {
        let id: String
        let parent: String?
        let name: String
        let kind: String
        let attributes: JSONValue

        func tokens(_ kind: String) -> Int64 { attributes["llm.token_count.\(kind)"]?.integerValue ?? 0 }
    }

    @Test func runIsShownAsItsAgentsChatsAndCallsOfTools() async throws {
        let repository = try await ModelExamples().changedRepository(ModelExamples.reviewFiles)
        let model = try await ModelExamples.Model()
        let folder = try TemporaryFolder()
        let python = try TestPython.withOfficialMessages
        let sink = try await PythonServer(
            python: python,
            script: TestPython.packageRoot.appending(path: "Tests/IntegrationTests/Support/otlp_sink.py"),
            arguments: [folder.file("sink.jsonl").path])
        let environment = [
            "OTEL_EXPORTER_OTLP_ENDPOINT": sink.url(""), "OTEL_METRICS_EXPORTER": "none",
            "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT": "true",
        ].merging(model.environment) { first, _ in first }
        let run = try await Program.run(
            CoordinatorProgram.url,
            ["run", "Examples/review.yaml", "--model", "scripted", "--out", folder.file("out").path, "--no-progress"],
            environment: environment, in: repository.folder.url)
        #expect(run.status == 0, "\(run.standardError)")
        let mapping = try await Program.run(
            python,
            [
                TestPython.packageRoot.appending(path: "Tests/IntegrationTests/Support/phoenix_mapping.py").path,
                try Self.phoenix(beside: python).path, folder.file("sink.jsonl").path,
            ], in: folder.url)
        #expect(mapping.status == 0, "\(mapping.standardError)")
        let spans = try mapping.standardOutput.split(separator: "\n").map {
            try JSONDecoder().decode(Shown.self, from: Data($0.utf8))
        }
        try expectTree(spans, log: try model.log())
        let others = Set(spans.map(\.kind)).subtracting(["CHAIN", "AGENT", "LLM", "TOOL", "UNKNOWN"])
        #expect(others.isEmpty)
    }

    private func expectTree(_ spans: [Shown], log: [JSONValue]) throws {
        let kinds = Dictionary(grouping: spans, by: \.kind)
        let byID = Dictionary(uniqueKeysWithValues: spans.map { ($0.id, $0) })
        func isBelowAnAgent(_ span: Shown) -> Bool {
            var above = span.parent.flatMap { byID[$0] }
            while let next = above {
                if next.kind == "AGENT" { return true }
                above = next.parent.flatMap { byID[$0] }
            }
            return false
        }
        let job = try #require(kinds["CHAIN"]?.first)
        #expect(kinds["CHAIN"]?.count == 1 && job.parent == nil && job.name == "invoke_workflow review-a-change")
        // A reviewer has a run of its own for each of two files, below the one for both.
        let agents = Dictionary(grouping: kinds["AGENT"] ?? [], by: \.name).mapValues(\.count)
        #expect(agents["invoke_agent correctness"] == 3 && agents["invoke_agent judge"] == 1, "\(agents)")
        let chats = kinds["LLM"] ?? []
        let ended = log.filter { $0["event"] == "end" }
        #expect(chats.count == ended.count && chats.count == 13)
        #expect(chats.allSatisfy { $0.attributes["llm.model_name"] == "scripted" && isBelowAnAgent($0) })
        #expect(
            chats.reduce(0) { $0 + $1.tokens("prompt") } == ended.reduce(0) { $0 + ($1["prompt"]?.integerValue ?? 0) })
        #expect(chats.reduce(0) { $0 + $1.tokens("completion") } == Int64(ended.count * 20))
        #expect(
            chats.allSatisfy { chat in
                chat.attributes.objectValue?.keys.contains { $0.string.hasPrefix("llm.input_messages") } == true
            })
        let tools = kinds["TOOL"] ?? []
        let names = Dictionary(grouping: tools) { $0.attributes["tool.name"]?.stringValue ?? "" }.mapValues(\.count)
        #expect(names == ["files": 6, "search": 6])
        #expect(tools.allSatisfy(isBelowAnAgent))
    }

    /// Where `scripts/test` puts the code with which Phoenix reads spans.
    private static func phoenix(beside python: URL) throws -> URL {
        let venv = python.deletingLastPathComponent().deletingLastPathComponent()
        let folders = try FileManager.default.contentsOfDirectory(atPath: venv.path).filter { $0.hasPrefix("phoenix-") }
        return venv.appending(
            path: try #require(folders.max(), "no phoenix-VERSION in \(venv.path); scripts/test makes it"))
    }
}
