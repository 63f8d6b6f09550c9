import ArgumentParser
import Glibc
import Processes
import Telemetry

/// The command line `coordinator`. Every exit code is one of ``Exit``.
@main
struct CoordinatorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "coordinator",
        abstract: "Runs AI agents in parallel over one job context, and shows everything they do.",
        version: "\(TelemetrySDK.version) (\(Commit.name ?? "unknown commit"))",
        subcommands: [
            RunCommand.self, ValidateCommand.self, InitCommand.self, AgentsCommand.self, DoctorCommand.self,
            SchemaCommand.self, AssetsCommand.self,
        ] + storeCommands + serverCommands)

    private static let storeCommands: [any ParsableCommand.Type] = [
        JobsCommand.self, ShowCommand.self, ResumeCommand.self, ApproveCommand.self, SignalCommand.self,
        ResolveCommand.self, CancelCommand.self, VerifyCommand.self, BackupCommand.self, PurgeCommand.self,
    ]

    #if Server
        private static let serverCommands: [any ParsableCommand.Type] = [ServeCommand.self, DemoCommand.self]
    #else
        private static let serverCommands: [any ParsableCommand.Type] = []
    #endif

    static func main() async {
        // A process that was started to clean up after another one does nothing else.
        ProcessWatch.serveIfWatcher(CommandLine.arguments)
        StandardStreams.prepare()
        // This process adopts and ends the child processes that agents' programs leave behind. Where the system does
        // not allow adoption, most of those processes are found in other ways.
        let adoption = ProcessAdoption()
        let watch = ProcessWatch(adoption: adoption) { Console.error("warning: \($0)") }
        let code = await code(of: ProgramRunner(adoption: adoption, watch: watch))
        watch.end()
        Glibc.exit((Console.hasLostOutput.isUp && code != Exit.unusable ? Exit.unwritten : code).rawValue)
    }

    private static func code(of runner: ProgramRunner) async -> ExitCode {
        do {
            try await parseAndRun(runner)
            return Exit.succeeded
        } catch let exit as ExitCode {
            return exit
        } catch {
            let text = fullMessage(for: error)
            if exitCode(for: error).isSuccess {
                Console.output(text + "\n")
                return Exit.succeeded
            }
            Console.error(text)
            // The argument parser's code for a wrong invocation is 64, ours is 2.
            return Exit.unusable
        }
    }

    private static func parseAndRun(_ runner: ProgramRunner) async throws {
        var command = try await asyncParseAsRoot()
        // Without a subcommand the parser returns the root command, which does nothing.
        if command is CoordinatorCommand { throw CleanExit.helpRequest(CoordinatorCommand.self) }
        if var starting = command as? any ProgramStartingCommand { return try await starting.run(runner) }
        // `--help` is a command of the parser's, and synchronous.
        guard var waiting = command as? any AsyncParsableCommand else { return try command.run() }
        try await waiting.run()
    }
}
