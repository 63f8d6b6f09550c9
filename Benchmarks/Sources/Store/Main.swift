import Coordinator
import Foundation
import Glibc
import Logging
import SQLiteStore

/// Measures a store beside the same bytes by plain calls of SQLite, in one run: `Store FOLDER`. Prints a line of text for
/// each figure; compare lines of one run only.
@main
struct Main {
    static func main() async throws {
        guard CommandLine.arguments.count == 2 else {
            print("usage: Store FOLDER")
            exit(2)
        }
        LoggingSystem.bootstrap { _ in SwiftLogNoOpLogHandler() }
        let folder = CommandLine.arguments[1]
        for jobs in [1, 10, 100] {
            try await Appends(folder: folder, jobs: jobs, events: 20_000 / (jobs == 1 ? 20 : jobs == 10 ? 4 : 1))
                .measure()
        }
        try await Jobs(folder: folder, agents: 100, chained: false, together: 1).measure()
        try await Jobs(folder: folder, agents: 20, chained: true, together: 1).measure()
        try await Jobs(folder: folder, agents: 5, chained: true, together: 100).measure()
    }
}

/// The processor time that this process has used, in seconds.
func processorSeconds() -> Double {
    var usage = rusage()
    precondition(getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0, "the system tells no processor time")
    func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
    return seconds(usage.ru_utime) + seconds(usage.ru_stime)
}

func text(_ number: Double, _ digits: Int = 0) -> String { String(format: "%.\(digits)f", number) }

/// A name for a file that no other measurement has.
func fresh(_ folder: String) -> String { "\(folder)/\(UUID().uuidString).db" }
