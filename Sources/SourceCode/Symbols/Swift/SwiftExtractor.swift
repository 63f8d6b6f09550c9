import FoundationEssentials
import Processes
import Support

/// Reads the declarations of Swift files from the compiler's parse tree, or by the line scan where there is no tree.
struct SwiftExtractor: Sendable {
    let limits: ExtractionLimits
    let compiler: String
    let runner: ProgramRunner

    private struct Input: Sendable {
        let number: Int
        let file: SourceFile
        let text: SwiftText
    }

    /// The result of one call of the compiler: the symbols by file number, and what is to be told.
    private struct CallResult: Sendable {
        var symbols: [Int: [Symbol]] = [:]
        var notes: [String] = []
    }

    func extract(_ files: [SourceFile]) async throws -> (files: [FileSymbols], notes: [String]) {
        guard !files.isEmpty else { return ([], []) }
        let scratch = try ScratchDirectory()
        // Batches have equal size rather than equal count, so that the concurrent calls end together.
        let calls = batches(files.enumerated().sorted { $0.element.bytes > $1.element.bytes })
        let results = try await mapConcurrently(calls, width: limits.concurrentCalls) { batch in
            let inputs = batch.map { Input(number: $0.0, file: $0.1, text: SwiftText($0.1.text)) }
            for input in inputs {
                try scratch.write(SwiftLineScan.declarationsOnly(of: input.text), to: "\(input.number).swift")
            }
            let flat = inputs.filter { $0.text.bracketDepth <= limits.bracketDepth }
            var result = try await call(flat, in: scratch)
            for input in inputs where input.text.bracketDepth > limits.bracketDepth {
                result.notes.append("swift: \(input.file.path) is nested too deeply; the line scan read it")
            }
            let read = inputs.map { input in
                let symbols = result.symbols[input.number]
                return FileSymbols(
                    path: input.file.path, language: .swift,
                    extractor: symbols == nil ? .lineScan : .swiftcDumpParse,
                    symbols: symbols ?? SwiftLineScan.symbols(of: input.text))
            }
            return (read, result)
        }
        let notes = Set(results.flatMap(\.1.notes))
        return (results.flatMap(\.0).sorted(byBytesOf: \.path), notes.sorted())
    }

    private func batches(_ files: [(Int, SourceFile)]) -> [[(Int, SourceFile)]] {
        let count = max(min(limits.concurrentCalls, files.count), (files.count - 1) / limits.filesPerCall + 1)
        var batches = [[(Int, SourceFile)]](repeating: [], count: count)
        for (index, file) in files.enumerated() { batches[index % count].append((file.0, file.1)) }
        return batches
    }

    /// Runs the compiler on a batch. When it crashes, the batch is halved until the file at fault is alone.
    private func call(_ inputs: [Input], in scratch: ScratchDirectory) async throws -> CallResult {
        guard !inputs.isEmpty else { return CallResult() }
        var arguments = [
            compiler, "-frontend", "-dump-parse", "-dump-ast-format", "json", "-swift-version", "6",
            "-parse-as-library", "-module-name", "Scan",
        ]
        for input in inputs {
            arguments += ["-primary-file", "\(input.number).swift", "-o", "\(input.number).json"]
        }
        var invocation = ProgramInvocation(
            arguments, workingDirectory: scratch.path, timeout: limits.toolTimeout)
        invocation.environment["SWIFT_BACKTRACE"] = "enable=no"
        invocation.outputLimit = 1 << 16
        let run: ProgramResult
        do {
            run = try await runner.run(invocation)
        } catch let error as ProgramError {
            let reason = error.code == .notFound ? "no compiler on PATH" : error.description
            return CallResult(notes: ["swift: \(Sentences.joined(reason, "declarations were read by the line scan"))"])
        }
        if run.timedOut {
            return CallResult(notes: ["swift: the compiler did not answer in time; the line scan read its files"])
        }
        if run.exitStatus != 0, run.exitStatus != 1 {
            guard inputs.count > 1 else {
                return CallResult(notes: ["swift: the compiler failed on \(inputs[0].file.path); the line scan read it"]
                )
            }
            let half = inputs.count / 2
            var result = try await call(Array(inputs[..<half]), in: scratch)
            let second = try await call(Array(inputs[half...]), in: scratch)
            result.symbols.merge(second.symbols) { first, _ in first }
            result.notes += second.notes
            return result
        }
        return read(inputs, refused: refusedFiles(run.errorText), in: scratch)
    }

    private func read(_ inputs: [Input], refused: Set<Int>, in scratch: ScratchDirectory) -> CallResult {
        var result = CallResult()
        for input in inputs {
            // The compiler gets declarations alone, so what it refuses may still be a file that parses.
            guard !refused.contains(input.number),
                let bytes = scratch.read("\(input.number).json", limit: limits.treeBytes),
                let tree = try? JSONDecoder().decode(SwiftParseTree.self, from: Data(bytes))
            else {
                result.notes.append(
                    "swift: the compiler gave no usable parse tree of \(input.file.path); the line scan read it")
                continue
            }
            result.symbols[input.number] = tree.symbols(in: input.text)
        }
        return result
    }

    /// The files that the compiler's messages (`12.swift:1:14: error: …`) name.
    private func refusedFiles(_ messages: String) -> Set<Int> {
        Set(
            messages.split(separator: "\n").filter { $0.contains(": error: ") }.compactMap { line in
                line.split(separator: ".").first.flatMap { Int($0) }
            })
    }
}
