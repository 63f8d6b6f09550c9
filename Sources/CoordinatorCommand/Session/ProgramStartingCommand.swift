import ArgumentParser
import Processes

/// A subcommand that starts programs, by the one runner of this process.
protocol ProgramStartingCommand: AsyncParsableCommand {
    /// Runs the subcommand, in place of `run()`.
    mutating func run(_ runner: ProgramRunner) async throws
}
