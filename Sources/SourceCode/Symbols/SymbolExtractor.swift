import Processes

/// Reads the declarations of many files, each language with the best tool that is installed.
package struct SymbolExtractor: Sendable {
    private let limits: ExtractionLimits
    private let tools: ExtractionTools
    private let runner: ProgramRunner

    /// Makes an extractor.
    /// - Parameter runner: Starts the tools.
    package init(
        limits: ExtractionLimits = ExtractionLimits(), tools: ExtractionTools = ExtractionTools(),
        runner: ProgramRunner = ProgramRunner()
    ) {
        self.limits = limits
        self.tools = tools
        self.runner = runner
    }

    /// Reads the declarations of every file in a language that has declarations.
    ///
    /// A missing program, a crash and text that does not parse are no errors: the line scan takes over, and
    /// ``SymbolExtraction/notes`` records it.
    /// - Throws: `CancellationError`; ``WorkspaceError`` when there is no room for temporary files.
    package func extract(_ files: [SourceFile]) async throws -> SymbolExtraction {
        let swiftFiles = files.filter { $0.language == .swift }
        async let swift = SwiftExtractor(limits: limits, compiler: tools.swiftCompiler, runner: runner).extract(
            swiftFiles)
        async let tagged = CtagsExtractor(limits: limits, program: tools.ctags, runner: runner).extract(files)
        let (first, second) = try await (swift, tagged)
        let all = (first.files + second.files).sorted(byBytesOf: \.path)
        return SymbolExtraction(files: all, extractors: Self.extractors(of: all), notes: first.notes + second.notes)
    }

    private static func extractors(of files: [FileSymbols]) -> [String: [ExtractorName]] {
        Dictionary(grouping: files, by: \.language.rawValue).mapValues { files in
            Dictionary(grouping: files, by: \.extractor)
                .sorted { ($1.value.count, $0.key.rawValue) < ($0.value.count, $1.key.rawValue) }.map(\.key)
        }
    }
}
