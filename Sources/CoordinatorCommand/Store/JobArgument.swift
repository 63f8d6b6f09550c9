import ArgumentParser
import Coordinator
import Support

/// Ids of jobs for a shell's completion, the latest first.
enum JobCompletion {
    /// The most ids that are offered.
    static let most = 100

    /// - Parameter words: what stands on the command line so far.
    @Sendable static func ids(_ words: [String], _: Int, _ prefix: String) async -> [String] {
        let named =
            words.lastIndex(of: "--store").flatMap { words.dropFirst($0 + 1).first }
            ?? words.last { $0.hasPrefix("--store=") }.map { String($0.dropFirst("--store=".count)) }
        let environment = ProcessEnvironment.variables
        guard let path = named ?? EnvironmentReader.text(environment[StoreOption.variable]),
            let store = try? StoreFile(path: path, words: []).opened(),
            let page = try? await store.jobs(JobQuery(limit: most))
        else { return [] }
        // A name with a control character would act on the terminal.
        return page.jobs.map(\.jobID).filter { $0.hasPrefix(prefix) && ForeignText.line($0) == $0 }
    }
}

/// The job that a command is about.
struct JobArgument: ParsableArguments {
    @Argument(
        help: ArgumentHelp("The job's id, as coordinator jobs lists it.", valueName: "job"),
        completion: .custom(JobCompletion.ids))
    var job: String
}
