import ArgumentParser
import Coordinator
import JobReport
import Support

/// `coordinator show JOB`.
struct ShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Shows a job of a store: how it stands, its blackboard, or its events.",
        discussion: """
            Without a path: how the job and its agents stand, and what it waits for, with the command that answers. With \
            one, such as artifacts.patch: the value there. Works beside a process that runs the job.
            """)

    @OptionGroup var job: JobArgument

    @Argument(help: ArgumentHelp("What to show of the blackboard, such as artifacts.patch.", valueName: "path"))
    var path: String?

    @Option(help: ArgumentHelp("The blackboard as it was at this version.", valueName: "version"))
    var at: Int?

    @ArgumentParser.Flag(help: "Print the job's events, one JSON document a line.")
    var events = false

    @OptionGroup var store: StoreOption
    @OptionGroup var output: OutputOption

    func validate() throws {
        if events, path != nil || at != nil {
            throw ValidationError("--events prints all events of the job; leave out the path and --at.")
        }
        if let at, at < 0 { throw ValidationError("--at \(at): versions of a blackboard begin with 0.") }
    }

    func run() async throws {
        let file = try store.file(ProcessEnvironment.variables)
        let path = try path.map(Self.path)
        try await file.reading { store in
            if events { return try await printEvents(of: store, file) }
            guard let reading = try await JobReading.read(job.job, from: store, at: at) else {
                throw JournalRefusal.unknown(job: job.job)
            }
            if let at, at > reading.lastVersion { throw Self.noVersion(at, reading) }
            let isOwned = try await file.isOwned(job.job, in: store)
            guard let shown = ShownJob(reading, isOwned: isOwned, path: path) else {
                throw Self.nothing(at: path, in: reading)
            }
            try output.print(shown, text: text(reading, path, isOwned: isOwned, file))
        }
    }

    private func text(_ reading: JobReading, _ path: ContextPath?, isOwned: Bool, _ file: StoreFile) -> String {
        guard let path else {
            return at == nil
                ? JobOverviewText.text(
                    reading, isOwned: isOwned, options: file.words, now: .now, hasColor: Console.hasColor)
                : BlackboardText.text(reading.snapshot.root)
        }
        return BlackboardText.text(reading.snapshot.value(at: path) ?? .null)
    }

    /// Prints page after page, so that a job of any length takes little memory.
    private func printEvents(of store: any JobStore, _ file: StoreFile) async throws {
        var last = 0
        while true {
            let events = try await store.events(of: job.job, after: last, limit: JobReading.page)
            guard let end = events.last else { break }
            last = end.sequence
            let lines = try events.map { ForeignText.json(try ReportJSON.line(of: $0)) + "\n" }.joined()
            guard Console.output(lines) else { return }
        }
        if last == 0 { throw JournalRefusal.unknown(job: job.job) }
    }

    private static func path(_ text: String) throws -> ContextPath {
        do { return try ContextPath(text) } catch {
            Console.error("error: \(ForeignText.line(text)) is no path of a blackboard: \(error)")
            throw Exit.unusable
        }
    }

    private static func noVersion(_ version: Int, _ reading: JobReading) -> any Error {
        StoreCommandError(
            "The blackboard of job '\(ForeignText.line(reading.summary.jobID))' has no version \(version) yet; its latest "
                + "is \(reading.lastVersion).")
    }

    private static func nothing(at path: ContextPath?, in reading: JobReading) -> any Error {
        let members = reading.snapshot.root.objectValue?.keys.map(\.string).sorted() ?? []
        return StoreCommandError(
            "Nothing stands at '\(ForeignText.line(path?.description ?? ""))' at version \(reading.snapshot.version)"
                + Suggestion.ending(
                    for: path?.segments.first ?? "", among: members.map { ForeignText.line($0) },
                    known: "the blackboard has") + ".")
    }
}
