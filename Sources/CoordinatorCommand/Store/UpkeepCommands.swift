import ArgumentParser
import Coordinator
import Glibc
import JobReport
import SQLiteStore
import Support

/// `coordinator verify`.
struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Checks that everything in a store is what was written.",
        discussion: """
            It finds accidents, such as a bit that has changed on the disk; whoever may write the file can forge it. Works \
            beside a process that holds the store. Ends with 0 when all is well, 1 when something is not, and 2 when the store \
            cannot be read.
            """)

    @OptionGroup var store: StoreOption
    @OptionGroup var output: OutputOption

    func run() async throws {
        let file = try store.file(ProcessEnvironment.variables)
        let verdict = try await StoreFile.telling {
            let found = try await file.opened().verify()
            return StoreVerificationDocument(
                jobs: found.jobs, events: found.events,
                firstBad: found.firstBad.map { .init(jobID: $0.jobID, sequence: $0.sequence, reason: $0.reason) })
        }
        try output.print(verdict, text: verdict.text)
        if verdict.firstBad != nil { throw Exit.failed }
    }
}

/// `coordinator backup DEST`.
struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup", abstract: "Copies a store to a file, while jobs may run.",
        discussion:
            "The copy is the store at one moment, and is opened like any other. A file that is there is left alone.")

    private struct Document: Encodable {
        let schemaVersion = 1
        let path: String

        private enum CodingKeys: String, CodingKey {
            case schemaVersion = "schema_version"
            case path
        }
    }

    @Argument(
        help: ArgumentHelp("The file to write; there must be none of that name.", valueName: "dest"),
        completion: .file())
    var destination: String

    @OptionGroup var store: StoreOption
    @OptionGroup var output: OutputOption

    func run() async throws {
        let file = try store.file(ProcessEnvironment.variables)
        try await StoreFile.telling { try await file.opened().backup(to: destination) }
        try output.print(
            Document(path: destination),
            text: "\(file.shownPath) was copied to \(ForeignText.line(destination)).\n")
    }
}

/// `coordinator purge JOB…`.
struct PurgeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "purge", abstract: "Removes what a store keeps of jobs that have ended.",
        discussion: """
            Their events and values are overwritten; the list of jobs goes on saying that they were, and who purged them. It \
            cannot be undone: coordinator backup makes a copy first. No process may hold the store meanwhile.

            Ends with 0 when all of them are purged, 1 when one was not, and 2 when the store cannot be used.
            """)

    private struct Document: Encodable {
        let schemaVersion = 1
        let purged: [String]
        let refused: [String]

        private enum CodingKeys: String, CodingKey {
            case schemaVersion = "schema_version"
            case purged, refused
        }
    }

    @Argument(
        help: ArgumentHelp("The jobs' ids, as coordinator jobs lists them.", valueName: "job"),
        completion: .custom(JobCompletion.ids))
    var jobs: [String] = []

    @Option(
        help: ArgumentHelp("All jobs that ended longer ago than this, such as 720h.", valueName: "duration"),
        transform: DurationArgument.any)
    var olderThan: Duration?

    @OptionGroup var store: StoreOption
    @OptionGroup var output: OutputOption

    func validate() throws {
        guard jobs.isEmpty != (olderThan == nil) else {
            throw ValidationError("Say what to purge: give the ids of jobs, or --older-than.")
        }
    }

    func run() async throws {
        let file = try store.file(ProcessEnvironment.variables)
        let name = LocalUser.description
        let (purged, refused) = try await StoreFile.telling { () -> ([String], [String]) in
            // A store that is not there is not made.
            await (try file.opened()).close()
            let store = try file.held()
            let outcome = try await purge(in: store, file, by: name)
            await store.close()
            return outcome
        }
        for reason in refused { Console.error("error: \(reason)") }
        let names = purged.map { "\(ForeignText.line($0)) was purged.\n" }.joined()
        try output.print(
            Document(purged: purged, refused: refused),
            text: purged.isEmpty && refused.isEmpty ? "No job ended that long ago.\n" : names)
        if !refused.isEmpty { throw Exit.failed }
    }

    private func purge(
        in store: SQLiteStore, _ file: StoreFile, by name: String
    ) async throws -> (purged: [String], refused: [String]) {
        if let olderThan { return (try await store.apply(Retention(olderThan: olderThan), by: name), []) }
        var (purged, refused): ([String], [String]) = ([], [])
        for job in jobs {
            do {
                try await store.purge(job, by: name)
                purged.append(job)
            } catch JournalRefusal.unknown {
                refused.append("\(try await file.unknown(job, in: store))")
            } catch let error as StoreError where [.refused, .purged].contains(error.code) {
                refused.append(ForeignText.line("\(error)"))
            }
        }
        return (purged, refused)
    }
}
