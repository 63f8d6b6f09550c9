import Dispatch
import Glibc

/// Work whose instructions are counted: `Instructions FIGURE COUNT` does the work of a figure COUNT times, and prints
/// nothing. `scripts/bench instructions` runs it under callgrind with two counts; what one time costs is the
/// difference, so what a process costs before and after has no part in it.
///
/// The work is that of one thread, in an order that does not depend on time, so that two runs count the same.
@main
struct Main {
    static func main() {
        let arguments = CommandLine.arguments.dropFirst()
        guard arguments.count == 2, let figure = Figure(rawValue: arguments[1]), let count = Int(arguments[2]),
            count > 0
        else {
            print("usage: Instructions \(Figure.allCases.map(\.rawValue).joined(separator: "|")) COUNT")
            exit(2)
        }
        // Waits on the main thread: an asynchronous `main` ends that thread in a way that crashes valgrind.
        let ended = DispatchSemaphore(value: 0)
        Task.detached {
            do { try await figure.run(count) } catch {
                print("error: \(figure.rawValue): \(error)")
                exit(1)
            }
            ended.signal()
        }
        ended.wait()
    }
}

/// What is counted, by its name in `Benchmarks/instructions.json`.
enum Figure: String, CaseIterable {
    case attempt
    case attemptThatWrites = "attempt-that-writes"
    case attemptWithoutSDK = "attempt-without-sdk"
    case element
    case fold
    case jobFile = "job-file"
    case scrape
    case span

    func run(_ count: Int) async throws {
        switch self {
        case .attempt: try await Attempts.run(.agents, rounds: count, records: true)
        case .attemptThatWrites: try await Attempts.run(.writers, rounds: count, records: true)
        case .attemptWithoutSDK: try await Attempts.run(.agents, rounds: count, records: false)
        case .element: try await Attempts.run(.elements, rounds: count, records: true)
        case .fold: try Fold.run(rounds: count)
        case .jobFile: try JobFiles.run(rounds: count)
        case .scrape: try Scrapes.run(rounds: count)
        case .span: try Spans.run(rounds: count)
        }
    }
}

/// The work did not do what is counted.
struct Unexpected: Error, CustomStringConvertible {
    let description: String
}
