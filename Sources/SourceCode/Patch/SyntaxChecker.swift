import FoundationEssentials
import Processes
import Support

/// Whether a text parses in its language.
package struct SyntaxStatus: Sendable, Hashable, Codable {
    /// The outcome of a check.
    package enum Outcome: String, Sendable, Hashable, Codable {
        /// A parser accepted the text.
        case parses
        /// A parser rejected the text.
        case fails
        /// No parser read the text.
        case unchecked
    }

    /// The outcome.
    package var outcome: Outcome
    /// The parser's name, why the text does not parse (`line: message`), or why no parser read it.
    package var detail: String

    /// Makes a status.
    package init(_ outcome: Outcome, _ detail: String) {
        self.outcome = outcome
        self.detail = detail
    }
}

/// Parses texts with the languages' own parsers: the Swift compiler, Python's `ast`, a JSON decoder. No code is run.
package struct SyntaxChecker: Sendable {
    /// The command that parses a Swift file, without the file's path.
    package var swiftParser: [String]
    /// The command that starts Python.
    package var python: [String]
    /// Starts the parsers, and the other programs of the drafter or validator that has this checker.
    package let runner: ProgramRunner

    /// How long one parse may take.
    package static let timeout = Duration.seconds(30)
    /// The most characters of a parser's message that are kept.
    package static let messageLength = 300

    /// Makes a checker for the tools on `PATH`.
    package init(
        swiftParser: [String] = ["swiftc", "-frontend", "-parse"], python: [String] = ["python3", "-I", "-S"],
        runner: ProgramRunner = ProgramRunner()
    ) {
        self.swiftParser = swiftParser
        self.python = python
        self.runner = runner
    }

    /// Parses a text; a text for which there is no parser is `unchecked`, with the reason.
    /// - Throws: `CancellationError` when the task was cancelled; `WorkspaceCopyError` when no temporary folder can be
    ///   made.
    package func check(path: String, text: String) async throws -> SyntaxStatus {
        switch Language(path: path) {
        case .swift: return try await swift(text)
        case .python: return try await python(text)
        case .json: return Self.json(text)
        case let language: return SyntaxStatus(.unchecked, "no parser for \(language) at hand")
        }
    }

    private func swift(_ text: String) async throws -> SyntaxStatus {
        try await ScratchDirectory.with { folder in
            let file = folder + "/checked.swift"
            try Array(text.utf8).write(toFile: file)
            var invocation = ProgramInvocation(
                swiftParser + [file], workingDirectory: ProgramInvocation.neutralFolder, timeout: Self.timeout)
            invocation.environment["LC_ALL"] = "C"
            return try await status(of: invocation, by: "swiftc -frontend -parse") { line in
                line.hasPrefix(file + ":") && line.contains("error:") ? String(line.dropFirst(file.count + 1)) : nil
            }
        }
    }

    private func python(_ text: String) async throws -> SyntaxStatus {
        let script = """
            import ast, sys
            try:
                ast.parse(sys.stdin.buffer.read())
            except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
                print(f"{getattr(error, 'lineno', None) or 0}: {getattr(error, 'msg', None) or error}")
                sys.exit(1)
            """
        var invocation = ProgramInvocation(
            python + ["-c", script], workingDirectory: ProgramInvocation.neutralFolder, timeout: Self.timeout)
        invocation.standardInput = Array(text.utf8)
        return try await status(of: invocation, by: "python3 ast") { $0 }
    }

    private func status(
        of invocation: ProgramInvocation, by parser: String, message: (String) -> String?
    ) async throws -> SyntaxStatus {
        do {
            let result = try await runner.run(invocation)
            if result.succeeded { return SyntaxStatus(.parses, parser) }
            if result.timedOut { return SyntaxStatus(.unchecked, "\(parser) took longer than \(Self.timeout)") }
            let lines = (result.outputText + "\n" + result.errorText).split(separator: "\n").map(String.init)
            guard let found = lines.lazy.compactMap(message).first, result.exitStatus == 1 else {
                return SyntaxStatus(.unchecked, "\(parser) ended unexpectedly: \(lines.first?.prefix(120) ?? "")")
            }
            return SyntaxStatus(.fails, String(found.prefix(Self.messageLength)))
        } catch let error as ProgramError {
            return SyntaxStatus(.unchecked, error.description)
        }
    }

    private static func json(_ text: String) -> SyntaxStatus {
        struct Anything: Decodable { init(from decoder: any Decoder) throws {} }
        do {
            _ = try JSONDecoder().decode(Anything.self, from: Data(text.utf8))
            return SyntaxStatus(.parses, "JSON decoder")
        } catch {
            let reason = DecodingWords.reason(error).drop { $0 == ":" || $0 == " " }
            return SyntaxStatus(.fails, String(reason.prefix(messageLength)))
        }
    }
}
