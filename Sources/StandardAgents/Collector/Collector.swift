import SourceCode
import Support

/// Collects from a set of files what agents that change or check them need to know. It asks no model.
package struct Collector: Sendable {
    private let limits: CollectorLimits
    private let catalog: SymbolCatalog
    private static let width = 2

    /// Makes a collector.
    ///
    /// - Parameter catalog: reads declarations; shared with other agents that read the same files.
    package init(limits: CollectorLimits = CollectorLimits(), catalog: SymbolCatalog = SymbolCatalog()) {
        self.limits = limits
        self.catalog = catalog
    }

    /// Collects from files.
    ///
    /// - Parameters:
    ///   - files: The files, in any order; of two with the same path the last one is used.
    ///   - task: The task's description and requirements; the ranking looks for their words.
    ///   - skipped: Files that were left out before, to be listed.
    ///   - revision: The commit the files come from, if known.
    ///   - dirty: Whether the files differ from it, if known.
    ///   - packTokens: How many tokens of files fit into the model's context; `nil` packs none.
    /// - Throws: `CancellationError`, with every child process ended; ``WorkspaceError`` without room for temporary
    ///   files.
    package func collect(
        _ files: [SourceFile], task: [String], skipped: [SkippedFile] = [], revision: String? = nil,
        dirty: Bool? = nil, packTokens: Int? = nil
    ) async throws -> CollectedContext {
        let files = Dictionary(files.map { (ExactString($0.path), $0) }, uniquingKeysWith: { $1 }).values
            .sorted(byBytesOf: \.path)
        let words = TaskWords(task, limit: limits.taskWords)
        async let extraction = catalog.extraction(of: files)
        async let ranked = RelevanceRanking.rank(files, by: words, width: Self.width)
        let details = try files.map { file in
            try Task.checkCancellation()
            return FileDetails(file)
        }
        let (symbols, ranking) = try await (extraction, ranked)
        var context = assemble(
            files, details, symbols, ranking, words,
            CollectedContext(
                revision: revision, dirty: dirty, languages: [], files: [], ranking: [], taskWords: words.words,
                symbols: [], headings: [], todos: [], manifests: [],
                skipped: skipped.sorted(byBytesOf: \.path), extractors: symbols.extractors, notes: symbols.notes,
                omitted: [:]))
        if let packTokens {
            context.pack = ContextPacker(task: task).pack(
                Dictionary(uniqueKeysWithValues: files.map { (ExactString($0.path), $0.text) }),
                symbols: Dictionary(uniqueKeysWithValues: symbols.files.map { (ExactString($0.path), $0.symbols) }),
                order: ranking.map(\.path), budget: packTokens)
        }
        return context
    }

    /// The files that contain words of a task, the most relevant first.
    package static func ranking(
        _ files: [SourceFile], task: [String], limits: CollectorLimits = CollectorLimits()
    ) async throws -> [RankedFile] {
        try await RelevanceRanking.rank(files, by: TaskWords(task, limit: limits.taskWords), width: width)
    }

    /// Collects from a scan of a workspace.
    package func collect(
        _ scan: WorkspaceScan, task: [String], packTokens: Int? = nil
    ) async throws -> CollectedContext {
        try await collect(
            scan.files, task: task, skipped: scan.skipped, revision: scan.revision, dirty: scan.dirty,
            packTokens: packTokens)
    }

    private func assemble(
        _ files: [SourceFile], _ details: [FileDetails], _ extraction: SymbolExtraction, _ ranking: [RankedFile],
        _ words: TaskWords, _ empty: CollectedContext
    ) -> CollectedContext {
        var context = empty
        let byPath = Dictionary(uniqueKeysWithValues: extraction.files.map { (ExactString($0.path), $0) })
        context.languages = Self.languages(files, details)
        context.files = zip(files, details).map { file, details in
            FileSummary(
                path: file.path, language: file.language, lines: details.lines, bytes: file.bytes,
                symbols: byPath[file.path]?.symbols.count ?? 0)
        }
        // The lists cut below lose entries of the least relevant files.
        let rankedPaths = ranking.map(\.path)
        let known = Set(rankedPaths.map { ExactString($0) })
        let order = rankedPaths + files.map(\.path).filter { !known.contains(ExactString($0)) }
        context.ranking = ranking
        context.headings = details.flatMap(\.headings)
        context.todos = details.flatMap(\.todos)
        context.manifests = details.compactMap(\.manifest)

        var cut = ListCutter()
        (context.symbols, cut.omitted["symbols"]) = symbols(order.compactMap { byPath[$0] })
        cut.cut(&context.files, to: limits.files, "files")
        cut.cut(&context.ranking, to: limits.ranking, "ranking")
        cut.cut(&context.headings, to: limits.headings, "headings")
        cut.cut(&context.todos, to: limits.todos, "todos")
        cut.cut(&context.manifests, to: limits.manifests, "manifests")
        cut.cut(&context.skipped, to: limits.skipped, "skipped")
        context.omitted = cut.omitted.filter { $0.value > 0 }
        return context
    }

    /// The symbols of the first files within the limit, by path, with long texts cut, and the number of symbols left
    /// out.
    private func symbols(_ files: [FileSymbols]) -> ([FileSymbols], Int) {
        var left = max(0, limits.symbols)
        var omitted = 0
        var kept: [FileSymbols] = []
        for var file in files where !file.symbols.isEmpty {
            omitted += max(0, file.symbols.count - left)
            file.symbols = file.symbols.prefix(left).map { symbol in
                var symbol = symbol
                symbol.signature = symbol.signature.cut(to: limits.signatureLength)
                symbol.documentation = symbol.documentation?.cut(to: limits.documentationLength)
                return symbol
            }
            left -= file.symbols.count
            if !file.symbols.isEmpty { kept.append(file) }
        }
        return (kept.sorted(byBytesOf: \.path), omitted)
    }

    private static func languages(_ files: [SourceFile], _ details: [FileDetails]) -> [LanguageSummary] {
        var summaries: [Language: LanguageSummary] = [:]
        for (file, details) in zip(files, details) {
            var summary =
                summaries[file.language] ?? LanguageSummary(language: file.language, files: 0, lines: 0, bytes: 0)
            summary.files += 1
            summary.lines += details.lines
            summary.bytes += file.bytes
            summaries[file.language] = summary
        }
        return summaries.values.sorted { ($1.bytes, $0.language) < ($0.bytes, $1.language) }
    }
}

/// Cuts lists and counts the entries it left out.
private struct ListCutter {
    var omitted: [String: Int] = [:]

    mutating func cut<Element>(_ list: inout [Element], to limit: Int, _ name: String) {
        omitted[name] = max(0, list.count - max(0, limit))
        list = Array(list.prefix(max(0, limit)))
    }
}

extension String {
    /// The text, cut to a number of characters, with an ellipsis where it was longer.
    fileprivate func cut(to limit: Int) -> String {
        utf8.count > limit && count > limit ? prefix(max(0, limit)) + "…" : self
    }
}
