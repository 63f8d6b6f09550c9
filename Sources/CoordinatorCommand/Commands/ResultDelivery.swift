import Coordinator
import JobReport
import Support

/// Hands over the result of a job that has ended. Each way may fail, and none keeps the others from being tried.
struct ResultDelivery {
    /// The most files named that could not be written; the others are counted.
    static let maxNamedFiles = 20

    private let output: OutputFormat
    private let environment: [String: String]

    init(_ output: OutputFormat, environment: [String: String]) {
        self.output = output
        self.environment = environment
    }

    /// Begins to print the result on standard output, on a thread of its own: a reader that takes its time delays no
    /// file, and a disk that does so does not delay the result.
    ///
    /// - Returns: later, whether it was printed.
    func print(_ result: JobResult, reportPath: String) -> OneShot<Bool> {
        let color = TerminalPolicy(isTerminal: Console.isOutputTerminal, environment: environment).hasColor
        let output = output
        let printed = OneShot<Bool>()
        let work: @Sendable () -> Void = {
            switch output {
            case .json: printed.set(Self.printDocument(result))
            case .text:
                printed.set(
                    Console.output(ResultSummary.text(for: result, reportPath: reportPath, hasColor: color)))
            }
        }
        if DetachedThread.start(work) != 0 { work() }
        return printed
    }

    /// Says which files could not be written, and why.
    func report(_ files: WrittenFiles) {
        for failure in files.failures.prefix(Self.maxNamedFiles) { Console.error("error: \(failure)") }
        let more = files.failures.count - Self.maxNamedFiles
        if more > 0 { Console.error("error: \(Counted.text(more, "more file")) could not be written") }
    }

    /// Keeps the result of a job elsewhere: as a temporary file, and if there is no room either, on standard output.
    func rescue(_ result: JobResult) {
        do {
            let file = try ResultRescue.write(result, into: Folders.temporary)
            Console.error("the whole result is in \(ForeignText.line(file))")
        } catch {
            Console.error("error: \(error); the whole result follows on standard output")
            _ = Self.printDocument(result)
        }
    }

    private static func printDocument(_ result: JobResult) -> Bool {
        do {
            return Console.output(try ReportJSON.text(of: result) + "\n")
        } catch {
            _ = Console.hasLostOutput.raise()
            Console.error("error: the result cannot be written as JSON: \(error)")
            return false
        }
    }
}
