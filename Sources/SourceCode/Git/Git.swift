import Processes
import Support

/// Starts git; nothing else in the product does.
///
/// A repository can name programs in its settings and attributes: filters, monitors, hooks, text converters, pagers,
/// helpers of remotes. A list of them would be out of date with git's next version, so no list is kept. Where a
/// repository is, git is asked under the settings of the user, whose word counts on whether a folder may be opened; the
/// two ``Query``s start nothing, whatever those settings and the repository's are. Everything else is asked with a
/// ``GitFolder`` of ours, whose settings name no program, and the repository's own are never read.
package struct Git: Sendable {
    /// The program's name.
    package static let program = "git"
    /// How long git may take unless said otherwise.
    package static let timeout = Duration.seconds(60)

    let runner: ProgramRunner

    /// Makes it.
    /// - Parameter runner: starts git.
    package init(runner: ProgramRunner) { self.runner = runner }

    /// What git is asked under the settings of the user and of the repository.
    enum Query {
        /// Where the folder's repository is: see ``GitRepository``.
        case location
        /// The values of settings that say how files compare, and name no program.
        case settings(names: [String])

        fileprivate var arguments: [String] {
            switch self {
            case .location:
                [
                    "rev-parse", "--is-inside-work-tree", "--is-bare-repository", "--show-cdup", "--show-object-format",
                    "--absolute-git-dir",
                    "--revs-only", "HEAD",
                ]
            case .settings(let names):
                [
                    "config", "--null", "--get-regexp",
                    "^(" + names.map { $0.replacing(".", with: "[.]") }.joined(separator: "|") + ")$",
                ]
            }
        }
    }

    /// Asks under the settings of the user and of the repository.
    /// - Throws: ``ProgramError`` when git cannot be started; `CancellationError`.
    func ask(_ query: Query, in folder: String) async throws -> ProgramResult {
        let all = ProgramVariables.ofThisProcess
        var environment = ProgramVariables.passed(from: all, and: Self.settingsVariables)
        for (name, value) in all where Self.settingsPrefixes.contains(where: name.hasPrefix) {
            environment[name] = value
        }
        return try await runner.run(
            ProgramInvocation(
                [Self.program, "-C", folder] + query.arguments, workingDirectory: ProgramInvocation.neutralFolder,
                environment: environment.merging(Self.calm) { _, calm in calm }))
    }

    /// Runs git on a folder of ours, under no settings but that folder's.
    /// - Parameters:
    ///   - workingDirectory: a folder in the working tree; `nil` for its top.
    ///   - input: bytes for standard input.
    /// - Throws: ``ProgramError`` when git cannot be started; `CancellationError`.
    func run(
        _ arguments: [String], with folder: GitFolder, in workingDirectory: String? = nil, input: [UInt8] = [],
        timeout: Duration = Self.timeout
    ) async throws -> ProgramResult {
        // The folder must outlive the call: it is removed with its last reference.
        defer { withExtendedLifetime(folder) {} }
        var invocation = ProgramInvocation(
            [Self.program, "-C", workingDirectory ?? folder.workTree] + folder.settings.flatMap { ["-c", $0] }
                + arguments, workingDirectory: ProgramInvocation.neutralFolder,
            environment: ProgramVariables.passed.merging(Self.calm) { _, calm in calm }
                .merging(Self.withoutSettings) { _, none in none }.merging(folder.environment) { _, own in own },
            timeout: timeout)
        invocation.standardInput = input
        return try await runner.run(invocation)
    }

    /// The variables that decide which settings the user has, and whether a folder may be opened under them.
    private static let settingsVariables = [
        "XDG_CONFIG_HOME", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM", "GIT_CONFIG_COUNT",
        "GIT_CONFIG_PARAMETERS", "GIT_CEILING_DIRECTORIES", "GIT_DISCOVERY_ACROSS_FILESYSTEM", "SUDO_UID",
    ]
    private static let settingsPrefixes = ["GIT_CONFIG_KEY_", "GIT_CONFIG_VALUE_"]

    /// No file is written for a query's sake, nothing is fetched, nobody is asked for a password.
    private static let calm = [
        "GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1", "GIT_ALLOW_PROTOCOL": "", "GIT_TERMINAL_PROMPT": "0",
        "LC_ALL": "C",
    ]
    private static let withoutSettings = [
        "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1",
    ]
}

extension ProgramResult {
    /// What git said, on one line.
    var gitMessage: String {
        if timedOut { return "no answer within the time limit" }
        if standardOutputTruncated { return "too much output" }
        let lines = errorText.split(whereSeparator: \.isNewline).map { $0.trimmingWhitespace() }
            .filter { !$0.isEmpty }
        if !lines.isEmpty { return lines.joined(separator: " ") }
        return switch ending {
        case .exited(let status): "git ended with status \(status) and said nothing"
        case .signalled(let signal): "signal \(signal) ended git"
        }
    }
}
