import ArgumentParser
import Support

/// The option that names the store of a command.
struct StoreOption: ParsableArguments {
    /// The variable that names the store where the option does not.
    static let variable = "COORDINATOR_STORE"

    @Option(
        help: ArgumentHelp(
            "The file in which jobs are kept; without it, the one that \(variable) names.", valueName: "file"),
        completion: .file())
    var store: String?

    /// The store's path; `nil` where none is named.
    func path(_ environment: [String: String]) -> String? {
        let named = store ?? EnvironmentReader.text(environment[Self.variable])
        return named.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The words by which a command that is told to the user finds the same store.
    func words(_ environment: [String: String]) -> [String] { store.map { ["--store", $0] } ?? [] }

    /// The store of a command that needs one.
    ///
    /// - Throws: an exit code, after printing that none is named.
    func file(_ environment: [String: String]) throws -> StoreFile {
        guard let path = path(environment) else {
            Console.error(
                "error: no store is named, so there are no jobs to look for; give --store FILE, or set \(Self.variable). "
                    + "Jobs are kept in one with: coordinator run JOB --store FILE")
            throw Exit.unusable
        }
        return StoreFile(path: path, words: words(environment))
    }
}
