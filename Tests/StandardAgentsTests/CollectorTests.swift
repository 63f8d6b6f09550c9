import Foundation
import Processes
import SourceCodeTestSupport
import StandardAgents
import Testing

@testable import SourceCode

@Suite(.timeLimit(.minutes(10))) struct CollectorTests {
    private func collect(
        _ texts: [String: String], task: [String] = [], limits: CollectorLimits = .init()
    ) async throws -> CollectedContext {
        try await Collector(limits: limits).collect(
            texts.map { SourceFile(path: $0.key, text: $0.value) }, task: task)
    }

    static let sample: [String: String] = [
        "Sources/RetryPolicy.swift": """
        /// How often an attempt is retried.
        public struct RetryPolicy {
            public var maxRetries: Int
            // TODO: add jitter
            public func delay(for attempt: Int) -> Double { 0 }
            override public func inherited() {}
            func hidden() {}
        }
        """,
        "Sources/Queue.swift": "/// A queue.\npublic struct Queue { public init() {} }\n",
        "tools/lint.py": "def check(path):\n    return True  # FIXME(ann): slow\n\ndef _private(): pass\n",
        "README.md":
            "# Project\n\nRetries are explained here.\n\n```\n# not a heading\n```\n\nUsage\n-----\n\n## Deep ##\n",
        "empty.txt": "",
    ]

    @Test func contextDescribesTheFiles() async throws {
        let context = try await collect(Self.sample, task: ["Retry with jitter", "HTTPServer retries"])
        #expect(context.schemaVersion == 2)
        #expect(context.files.map(\.path) == Self.sample.keys.sorted())
        let swift = try #require(context.languages.first { $0.language == .swift })
        #expect(swift.files == 2 && swift.lines == 10)
        #expect(context.languages.first?.language == .swift)
        #expect(context.headings.map(\.text) == ["Project", "Usage", "Deep"])
        #expect(context.headings.map(\.line) == [1, 9, 12] && context.headings.map(\.level) == [1, 2, 2])
        #expect(
            context.todos.map { "\($0.path):\($0.line) \($0.marker) \($0.text)" } == [
                "Sources/RetryPolicy.swift:4 TODO add jitter", "tools/lint.py:2 FIXME (ann): slow",
            ])
        #expect(context.extractors == ["swift": [.swiftcDumpParse], "python": [.universalCtags]])
        #expect(context.omitted.isEmpty && context.skipped.isEmpty && context.notes.isEmpty)
        #expect(context.taskWords == ["http", "jitter", "retry", "server"])
        #expect(context.ranking.map(\.path) == ["Sources/RetryPolicy.swift", "README.md"])
        #expect(context.ranking.first?.matched == ["jitter", "retry"])
        #expect(context.ranking.last?.matched == ["retry"])
    }

    @Test func contextJSONIsSnakeCaseAndRoundTrips() async throws {
        let context = try await collect(Self.sample, task: ["retry"])
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        let data = try encoder.encode(context)
        #expect(try JSONDecoder().decode(CollectedContext.self, from: data) == context)
        let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        #expect(object["schema_version"] as? Int == 2)
        let extractors = try #require(object["extractors"] as? [String: [String]])
        #expect(extractors["swift"] == ["swiftc-dump-parse"])
        let keys = String(decoding: data, as: UTF8.self).split(separator: "\"").map(String.init)
        #expect(!keys.contains("isPublic") && keys.contains("is_public") && keys.contains("task_words"))
        // The same input gives the same bytes.
        #expect(try encoder.encode(try await collect(Self.sample, task: ["retry"])) == data)
    }

    @Test func everyListIsBoundedAndOmissionsAreCounted() async throws {
        var texts: [String: String] = [:]
        for number in 0..<10 {
            texts["f\(number).swift"] =
                "// TODO: a\npublic struct S\(number) { public var word = 1 }" + (number == 7 ? " // needle" : "")
            texts["d\(number).md"] = "# A\n# B\n"
            texts["p\(number)/requirements.txt"] = "a\n"
        }
        var limits = CollectorLimits()
        (limits.files, limits.symbols, limits.headings, limits.todos, limits.manifests) = (4, 3, 5, 6, 7)
        (limits.ranking, limits.skipped) = (1, 1)
        let skipped = ["z", "a", "m"].map { SkippedFile(path: $0, reason: .binary, detail: "") }
        let context = try await Collector(limits: limits).collect(
            texts.map { SourceFile(path: $0.key, text: $0.value) }, task: ["needle word"], skipped: skipped)
        #expect(context.files.count == 4 && context.symbols.flatMap(\.symbols).count == 3)
        #expect(context.headings.count == 5 && context.todos.count == 6 && context.manifests.count == 7)
        #expect(context.ranking.count == 1)
        #expect(context.skipped.map(\.path) == ["a"])
        #expect(
            context.omitted == [
                "files": 26, "symbols": 17, "headings": 15, "todos": 4, "manifests": 3, "ranking": 9, "skipped": 2,
            ])
        // What is kept is what matters for the task.
        #expect(context.ranking[0].path == "f7.swift" && context.symbols.contains { $0.path == "f7.swift" })
    }

    @Test func noFilesGiveAnEmptyContext() async throws {
        let context = try await collect([:], task: ["anything"])
        #expect(
            context.files.isEmpty && context.ranking.isEmpty && context.extractors.isEmpty && context.omitted.isEmpty)
    }

    @Test func onlyMarkersInCommentsAreTodos() async throws {
        let context = try await collect([
            "a.swift":
                "let TODO = 1\nlet x = \"TODO: not a comment\"\nmktemp(\"XXXXXX\")\n/* XXX: a */ let y = 2 // HACK\n",
            "b.md": "The TODO: list\n\nTODO: write this\n\n<!-- FIXME: that -->\n",
        ])
        #expect(context.todos.map(\.marker) == ["HACK", "XXX", "TODO", "FIXME"])
        #expect(context.todos.map(\.text) == ["", "a */ let y = 2 // HACK", "write this", "that"])
    }

    @Test func cancellationEndsTheCollection() async throws {
        let folder = try ScratchFolder()
        let started = try NamedPipe("\(folder.path)/started")
        let collector = try Collector(
            compiler: "trap '' TERM\necho x > '\(folder.path)/started'\nsleep 1000\n", in: folder)
        let task = Task { try await collector.collect([SourceFile(path: "a.swift", text: "let a = 1")], task: []) }
        #expect(await started.read()?.count == 2)
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test func thisRepositoryIsCollectedCompletely() async throws {
        let here = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path
        let top = try await ProgramRunner().run(.init(["git", "rev-parse", "--show-toplevel"], workingDirectory: here))
        try #require(top.succeeded, "the tests run from a checkout")
        let workspace = try Workspace(top.outputText.trimmingCharacters(in: .newlines))
        let scan = try await workspace.scan()
        // Code that only talks about secrets must not be taken for one.
        #expect(scan.skipped.filter { $0.reason == .secretContent || $0.reason == .secretName } == [])
        var limits = CollectorLimits()
        limits.symbols = 100_000
        let context = try await Collector(limits: limits).collect(scan, task: ["retry policy", "circuit breaker"])
        #expect(context.extractors["swift"]?.first == .swiftcDumpParse)
        // The compiler's JSON is malformed for a few files: those, and only those, are read by the line scan.
        #expect(context.notes.allSatisfy { $0.contains("no usable parse tree") }, "\(context.notes)")
        let swift = context.symbols.filter { $0.language == .swift }
        #expect(swift.count { $0.extractor == .swiftcDumpParse } * 20 >= swift.count * 19)
        #expect(context.manifests.contains { $0.path == "Package.swift" && $0.name == "coordinator" })
        let runner = try #require(context.symbols.first { $0.path.hasSuffix("Processes/ProgramRunner.swift") })
        #expect(runner.symbols.contains { $0.name == "run" && $0.async && $0.throws && $0.isDocumented })
        #expect(context.ranking.first?.matched.isEmpty == false)
    }
}
