import FoundationEssentials
import Glibc
import Processes

/// A fixer with its installed program, run in a scratch copy of the workspace.
struct FixerProgram: Sendable {
    /// The longest part of a program's message that is told, in characters.
    static let messageLength = 200
    /// The most bytes of each output stream that are kept.
    static let outputLimit = 64 << 10

    let fixer: Fixer
    /// The program's absolute path and its first arguments.
    let command: [String]
    let runner: ProgramRunner
    let timeout: Duration

    /// Finds the program of a fixer; `nil` where none is installed. One that runs the repository's code may be the
    /// repository's own.
    init?(_ fixer: Fixer, _ installed: InstalledPrograms, in workspace: String, _ input: DraftInput) {
        func path(_ name: String) -> String? {
            let own = workspace + "/node_modules/.bin/" + name
            if fixer.code == .repository, InstalledPrograms.isProgram(own) { return own }
            return installed.path(of: name)
        }
        let found = fixer.programs.lazy.compactMap { words in
            words.first.flatMap(path).map { [$0] + words.dropFirst() }
        }.first
        guard let found else { return nil }
        self.fixer = fixer
        command = found
        runner = input.syntax.runner
        timeout = .seconds(input.limits.toolSeconds)
    }

    /// The name, with the version where it tells one.
    /// - Throws: `CancellationError`.
    func title() async throws -> String {
        guard let arguments = fixer.versionArguments else { return fixer.name }
        var invocation = ProgramInvocation(
            command + arguments, workingDirectory: ProgramInvocation.neutralFolder, timeout: timeout)
        invocation.outputLimit = Self.outputLimit
        guard let result = try await run(invocation), result.succeeded,
            let version = result.outputText.firstMatch(of: /\d+(\.\d+)+/)
        else { return fixer.name }
        return "\(fixer.name) \(version.0)"
    }

    /// Corrects files of a copy in place.
    /// - Parameters:
    ///   - paths: the files, relative to the copy.
    ///   - search: finds configurations in the copy.
    /// - Returns: why its changes cannot be used, as the end of a sentence; `nil` when they can.
    /// - Throws: `CancellationError`.
    func correct(
        _ paths: [String], in copy: String, temporaryFolder: String, _ search: inout ConfigurationSearch
    ) async throws -> String? {
        for step in fixer.steps {
            let files = paths.filter { search.covers($0, step.configurations) }
            guard !files.isEmpty else { continue }
            // Absolute paths: a file's name cannot be taken for an option, and the program need not start in the copy.
            var invocation = ProgramInvocation(
                command + step.arguments + files.map { copy + "/" + $0 },
                workingDirectory: fixer.code == .own ? ProgramInvocation.neutralFolder : copy, timeout: timeout)
            invocation.environment["TMPDIR"] = temporaryFolder
            invocation.outputLimit = Self.outputLimit
            invocation.errorLimit = Self.outputLimit
            guard let result = try await run(invocation) else { return "could not be started" }
            if result.timedOut { return "took longer than \(timeout.components.seconds) s" }
            guard let status = result.exitStatus, step.statuses.contains(status) else {
                return "\(Self.ending(result.ending)): \(Self.message(result, copy))"
            }
        }
        return nil
    }

    private func run(_ invocation: ProgramInvocation) async throws -> ProgramResult? {
        do {
            return try await runner.run(invocation)
        } catch is ProgramError {
            return nil
        }
    }

    private static func ending(_ ending: ProgramResult.Ending) -> String {
        switch ending {
        case .exited(let status): "ended with status \(status)"
        case .signalled(let signal): "was ended by signal \(signal)"
        }
    }

    /// The first line that a program wrote, without the folder of the copy.
    private static func message(_ result: ProgramResult, _ copy: String) -> String {
        let lines = (result.errorText + "\n" + result.outputText).split(whereSeparator: \.isNewline)
        let first = lines.lazy.map { $0.trimmingWhitespace() }.first { !$0.isEmpty } ?? "it said nothing"
        return String(first.replacing(copy + "/", with: "").prefix(messageLength))
    }
}
