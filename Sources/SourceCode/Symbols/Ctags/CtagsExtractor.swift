import FoundationEssentials
import Processes
import Support

/// Reads declarations with Universal Ctags, one process per language (and per part of a large language).
struct CtagsExtractor: Sendable {
    let limits: ExtractionLimits
    let program: String
    let runner: ProgramRunner
    private static let filesPerCall = 2_000
    private static let missing = "Universal Ctags is not on PATH (\"apt-get install universal-ctags\")"

    private struct Call: Sendable {
        let language: Language
        let dialect: CtagsLanguage
        let files: [SourceFile]
    }

    func extract(_ files: [SourceFile]) async throws -> (files: [FileSymbols], notes: [String]) {
        let known = Dictionary(grouping: files.filter { CtagsLanguage.all[$0.language] != nil }, by: \.language)
        guard !known.isEmpty else { return ([], []) }
        // A header is read as C++ when the workspace has C++ files.
        let hasCPlusPlus = known[.cpp] != nil
        let calls = known.sorted { $0.key < $1.key }.flatMap { language, files in
            files.chunks(of: Self.filesPerCall).compactMap { part in
                CtagsLanguage.all[language == .c && hasCPlusPlus ? .cpp : language]
                    .map { Call(language: language, dialect: $0, files: part) }
            }
        }
        if let reason = try await absence() {
            return (
                calls.flatMap { call in call.files.map { scanned($0) } }.sorted(byBytesOf: \.path),
                ["ctags: \(Sentences.joined(reason, "the line scan took over"))"]
            )
        }
        let results = try await mapConcurrently(calls, width: limits.concurrentCalls) { try await run($0) }
        return (results.flatMap(\.0).sorted(byBytesOf: \.path), results.compactMap(\.1))
    }

    /// Why there is no Universal Ctags; `nil` when there is.
    private func absence() async throws -> String? {
        do {
            let result = try await runner.run(
                .init(
                    [program, "--options=NONE", "--version"], workingDirectory: ProgramInvocation.neutralFolder,
                    timeout: limits.toolTimeout))
            return result.succeeded && result.outputText.contains("Universal Ctags") ? nil : Self.missing
        } catch let error as ProgramError {
            return error.code == .notFound ? Self.missing : error.description
        }
    }

    private func scanned(_ file: SourceFile) -> FileSymbols {
        FileSymbols(
            path: file.path, language: file.language, extractor: .lineScan, symbols: GenericLineScan.symbols(of: file))
    }

    private func run(_ call: Call) async throws -> ([FileSymbols], String?) {
        let scratch = try ScratchDirectory()
        for (number, file) in call.files.enumerated() { try scratch.write(Array(file.text.utf8), to: "\(number)") }
        // Without `--options=NONE` a repository or a home folder could make ctags run any program.
        var arguments = [
            program, "--options=NONE", "--quiet", "--output-format=json", "--fields=+neStZKaf", "--sort=no",
            "--language-force=\(call.dialect.name)", "-f", "-", "-L", "-",
        ]
        if !call.dialect.extraKinds.isEmpty {
            arguments.append("--kinds-\(call.dialect.name)=+\(call.dialect.extraKinds)")
        }
        let list = call.files.indices.map { "\($0)\n" }.joined()
        var invocation = ProgramInvocation(
            arguments, workingDirectory: scratch.path, timeout: limits.toolTimeout)
        invocation.standardInput = Array(list.utf8)
        let result = try await runner.run(invocation)
        guard result.succeeded, !result.standardOutputTruncated else {
            return (call.files.map { scanned($0) }, "ctags: failed on \(call.language); the line scan read its files")
        }
        let decoder = JSONDecoder()
        var tags: [Int: [CtagsTag]] = [:]
        for line in result.standardOutput.split(separator: UInt8(ascii: "\n")) {
            guard let tag = try? decoder.decode(CtagsTag.self, from: Data(line)), let number = Int(tag.path) else {
                continue
            }
            tags[number, default: []].append(tag)
        }
        let files = call.files.enumerated().map { number, file in
            let reader = CtagsReader(file: file, dialect: call.dialect)
            return FileSymbols(
                path: file.path, language: file.language, extractor: .universalCtags,
                symbols: reader.symbols(tags[number] ?? []))
        }
        return (files, nil)
    }
}
