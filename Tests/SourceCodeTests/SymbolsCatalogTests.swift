import Testing

@testable import SourceCode

@Suite(.timeLimit(.minutes(10))) struct SymbolCatalogs {
    private let files = [SourceFile(path: "a.py", text: "def a():\n    pass\n")]

    @Test func concurrentReadersGetTheSameExtraction() async throws {
        let catalog = SymbolCatalog()
        let files = files
        try await withThrowingTaskGroup(of: SymbolExtraction.self) { group in
            for _ in 0..<8 { group.addTask { try await catalog.extraction(of: files) } }
            for try await extraction in group {
                #expect(extraction.files.flatMap(\.symbols).map(\.name) == ["a"])
            }
        }
    }

    @Test func cancelledReaderDoesNotCancelTheNext() async throws {
        let catalog = SymbolCatalog()
        let files = files
        let first = Task { try await catalog.extraction(of: files) }
        first.cancel()
        let second = try await catalog.extraction(of: files)
        #expect(second.files.map(\.path) == ["a.py"])
        _ = await first.result
    }

    @Test func changedFilesAreExtractedAgain() async throws {
        let catalog = SymbolCatalog()
        _ = try await catalog.extraction(of: files)
        let other = try await catalog.extraction(of: [SourceFile(path: "b.py", text: "def b():\n    pass\n")])
        #expect(other.files.map(\.path) == ["b.py"])
    }
}
