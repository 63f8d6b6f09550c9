import ArgumentParser
import Processes

/// A subcommand that starts programs, with the one runner of this process.
protocol ProgramStartingCommand: AsyncParsableCommand {
    /// Runs the subcommand; called instead of `run()`.
    mutating func run(_ runner: ProgramRunner) async throws
}
