import ArgumentParser
import Coordinator
import JobReport
import SQLiteStore
import Support

/// Why a command over a store does nothing, in sentences.
struct StoreCommandError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// A store that the command line names.
struct StoreFile: Sendable {
    let path: String
    /// What a command that is told to the user needs to find the same store.
    let words: [String]
    var shownPath: String { ForeignText.line(path) }

    /// Opens it to read, beside whoever holds it.
    func opened() throws -> SQLiteStore { try SQLiteStore(reading: path) }

    /// Opens it to write, for as long as this process has it.
    func held() throws -> SQLiteStore { try SQLiteStore(path: path) }

    /// Does something with the store open to read.
    ///
    /// - Throws: an exit code, after printing what went wrong.
    func reading(_ body: (SQLiteStore) async throws -> Void) async throws {
        try await Self.telling {
            let store = try opened()
            do {
                try await body(store)
            } catch JournalRefusal.unknown(let job) {
                throw try await unknown(job, in: store)
            }
        }
    }

    /// Prints errors, and makes exit codes of them.
    static func telling<Value>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let code as ExitCode {
            throw code
        } catch let error as StoreError where error.code == .broken {
            Console.error("error: \(ForeignText.line("\(error)"))")
            throw Exit.failed
        } catch let error as StoreError where error.code == .missing {
            Console.error(
                "error: \(ForeignText.line("\(error)")). A store is made by the first job that is kept in it: coordinator "
                    + "run job.yaml --store FILE")
            throw Exit.unusable
        } catch {
            Console.error("error: \(ForeignText.line("\(error)"))")
            throw Exit.unusable
        }
    }

    /// What is said of a job that the store does not hold.
    func unknown(_ job: String, in store: any JobStore) async throws -> StoreCommandError {
        let names = try await store.jobs(JobQuery()).jobs.map(\.jobID)
        let guess = Suggestion.nearest(to: job, among: names).map { " Did you mean '\(ForeignText.line($0))'?" } ?? ""
        return StoreCommandError(
            "\(shownPath) holds no job '\(ForeignText.line(job))'.\(guess) "
                + "\((["coordinator", "jobs"] + words).commandLine) lists those that it holds.")
    }

    /// The command that takes a job up.
    func resume(_ job: String) -> String {
        (["coordinator", "resume", ForeignText.line(job)] + words).commandLine
    }

    /// Whether a process runs the job.
    func isOwned(_ job: String, in store: SQLiteStore) async throws -> Bool {
        try await store.owned(among: [job]).contains(job)
    }

    func listed(_ jobs: [JobSummary], in store: SQLiteStore) async throws -> [ListedJob] {
        let owned = try await store.owned(among: jobs.filter { $0.ended == nil }.map(\.jobID))
        return jobs.map { ListedJob($0, isOwned: owned.contains($0.jobID)) }
    }
}
