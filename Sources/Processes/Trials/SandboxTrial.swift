import Glibc
import Support

/// Whether a level of the sandbox can be had on this machine: found by running a program at it.
///
/// The program is asked for two files: one of its own folder, which it must be able to read, and one beside its folder,
/// which everybody may read but a confined program. A level that only starts programs confines nothing.
///
/// ```swift
/// switch await SandboxTrial(.landlock).run(in: emptyFolder, by: runner) {
/// case .confined(let report, let time): print("Landlock holds, after \(time): \(report.limits)")
/// case .open: print("The program read what it must not.")
/// case .unavailable(let words): print(words)
/// }
/// ```
package struct SandboxTrial: Sendable {
    /// What the trial showed.
    package enum Outcome: Sendable, Hashable {
        /// The program ran and was confined; with the time from its start to its end.
        case confined(SandboxReport, Duration)
        /// The program ran, and could read the file beside its folder.
        case open
        /// The level cannot be had: what is wrong and what to do, in sentences.
        case unavailable(String)
    }

    /// The level that is tried.
    package let level: SandboxLevel

    /// How long the program may run. 20 s.
    package static let timeout = Duration.seconds(20)

    package init(_ level: SandboxLevel) { self.level = level }

    /// The level of a policy that names none, on this machine.
    ///
    /// - Throws: ``ProgramError``: the variable ``SandboxPolicy/levelVariable`` names no level.
    package static func defaultLevel() throws(ProgramError) -> SandboxLevel {
        try SandboxLevel.resolved(nil, program: "cat")
    }

    /// Runs the program.
    ///
    /// - Parameter folder: an empty folder, by its absolute path, which the caller removes. Where this process is root, the
    ///   user that confined programs run as is let through it.
    /// - Throws: `CancellationError` when the task was cancelled.
    package func run(in folder: String, by runner: ProgramRunner) async throws -> Outcome {
        let own = Self.word
        let outside = Self.word
        do throws(SystemError) {
            for name in ["own", "scratch"] where mkdir("\(folder)/\(name)", 0o700) != 0 { throw SystemError(errno) }
            try Self.write(own, to: "\(folder)/own/file")
            try Self.write(outside, to: "\(folder)/file")
        } catch {
            return .unavailable(
                "No files to try it with can be made in \(folder): \(error). Set TMPDIR to a folder that can be written."
            )
        }
        var invocation = ProgramInvocation(
            ["cat", "\(folder)/own/file", "\(folder)/file"], workingDirectory: "\(folder)/own", timeout: Self.timeout)
        invocation.sandbox = ProgramSandbox(
            SandboxPolicy(level: level), folder: "\(folder)/own", scratch: "\(folder)/scratch")
        do {
            return Self.outcome(try await runner.run(invocation), own: own, outside: outside)
        } catch let error as ProgramError {
            return .unavailable(error.code == .sandbox ? Self.sentences(of: error) : error.description)
        }
    }

    private static func outcome(_ result: ProgramResult, own: String, outside: String) -> Outcome {
        if result.outputText.contains(outside) { return .open }
        if result.timedOut { return .unavailable("The program that tried it did not end within 20 s.") }
        guard result.outputText == own, result.ending == .exited(1), let report = result.sandbox else {
            let words = result.errorText.split(whereSeparator: \.isNewline).first.map { ForeignText.line(String($0)) }
            return .unavailable(
                "The program that tried it could not read its own folder: \(words ?? "it said nothing").")
        }
        return .confined(report, result.duration)
    }

    /// What an error says of the sandbox, without the program that only the trial has asked for.
    package static func sentences(of error: ProgramError) -> String { SandboxFault.sentences(of: error) }

    /// A word that stands in no message by chance.
    private static var word: String { String(UInt64.random(in: .min ... .max), radix: 36) }

    private static func write(_ word: String, to path: String) throws(SystemError) {
        let descriptor = Glibc.open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw SystemError(errno) }
        defer { close(descriptor) }
        // What this process's mask takes away must not be what keeps the file from the program.
        guard Glibc.write(descriptor, word, word.utf8.count) == word.utf8.count, fchmod(descriptor, 0o644) == 0 else {
            throw SystemError(errno)
        }
    }
}
