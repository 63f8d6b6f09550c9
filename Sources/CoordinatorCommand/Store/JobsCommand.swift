import ArgumentParser
import Coordinator
import JobFile
import JobReport
import Support

/// `coordinator jobs`.
struct JobsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "jobs", abstract: "Lists the jobs of a store, those submitted last first.",
        discussion: """
            Works beside a process that holds the store. A job is running, waiting (for a person), in_doubt (until somebody \
            says what an attempt has done), suspended (its resumptions ended their process), interrupted (nobody runs it; \
            coordinator resume goes on), or it has ended: succeeded, partial, failed, cancelled.
            """)

    @OptionGroup var store: StoreOption

    @Option(
        help: ArgumentHelp("Only jobs that stand so; may be repeated.", valueName: "status"))
    var status: [JobSummary.Status] = []

    @Option(help: ArgumentHelp("Only jobs of this workflow.", valueName: "name"))
    var workflow: String?

    @Option(help: ArgumentHelp("Only jobs with this agent.", valueName: "name"))
    var agent: String?

    @Option(
        help: ArgumentHelp(
            "Only jobs submitted then or later: a time such as 2026-01-31T09:05:00Z, or how long ago, such as 2h.",
            valueName: "time"), transform: SinceArgument.init)
    var since: SinceArgument?

    @Option(help: ArgumentHelp("The most jobs, from 1 to \(JobQuery.largestLimit).", valueName: "number"))
    var limit = 20

    @Option(help: ArgumentHelp("Go on after a list whose member next was this.", valueName: "text"))
    var cursor: String?

    @ArgumentParser.Flag(help: "List every job, however many there are.")
    var all = false

    @OptionGroup var output: OutputOption

    func validate() throws {
        guard (1...JobQuery.largestLimit).contains(limit) else {
            throw ValidationError("--limit \(limit): give a number from 1 to \(JobQuery.largestLimit).")
        }
    }

    func run() async throws {
        let file = try store.file(ProcessEnvironment.variables)
        try await file.reading { store in
            var page = try await store.jobs(query)
            var (jobs, damaged) = (page.jobs, page.damaged)
            while all, let next = page.next {
                var following = query
                following.cursor = next
                page = try await store.jobs(following)
                jobs += page.jobs
                damaged += page.damaged
            }
            for id in damaged {
                Console.error(
                    "warning: what is kept of job '\(ForeignText.line(id))' is damaged, and it is not listed; coordinator "
                        + "verify says where")
            }
            let listed = try await file.listed(jobs, in: store)
            if jobs.isEmpty, output.output == .text { return Console.error(emptyState(file)) }
            try output.print(
                JobListDocument(jobs: listed, next: page.next, damaged: damaged),
                text: JobListText.table(listed, now: .now, hasColor: Console.hasColor))
            if page.next != nil, output.output == .text {
                Console.error("There are more jobs; --all lists them, or --limit more of them.")
            }
        }
    }

    private var query: JobQuery {
        JobQuery(
            statuses: Set(status), workflow: workflow, agent: agent, since: since?.time, cursor: cursor,
            limit: all ? JobQuery.largestLimit : limit)
    }

    private func emptyState(_ file: StoreFile) -> String {
        let isFiltered = !status.isEmpty || workflow != nil || agent != nil || since != nil || cursor != nil
        return isFiltered
            ? "No job in \(file.shownPath) is like that; without options coordinator jobs lists the latest of all."
            : "No job is kept in \(file.shownPath) yet. One is with:\n  "
                + (["coordinator", "run", "job.yaml"] + file.words).commandLine
    }
}

extension JobSummary.Status: ExpressibleByArgument {}

/// The earliest time of a list: a time, or how long ago it was.
struct SinceArgument: Sendable {
    let time: Timestamp

    /// - Throws: `ValidationError` for a text that is neither.
    init(_ text: String) throws {
        if let time = Timestamp(text) {
            self.time = time
        } else if let duration = DurationNotation.parse(text) {
            let now = Timestamp.now.nanosecondsSinceEpoch
            let age = UInt64(clamping: duration.bounded.boundedMilliseconds) * 1_000_000
            time = Timestamp(nanosecondsSinceEpoch: now - min(age, now))
        } else {
            throw ValidationError(
                "'\(text)' is neither a time nor a duration; write such as 2026-01-31T09:05:00Z, or 90m for the last hour "
                    + "and a half.")
        }
    }
}
