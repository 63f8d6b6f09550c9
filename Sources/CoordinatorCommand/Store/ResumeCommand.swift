import ArgumentParser
import Coordinator
import JobComposition
import Processes
import Support

/// `coordinator resume JOB`.
struct ResumeCommand: ProgramStartingCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume", abstract: "Goes on with a job of a store: what has finished is not done again.",
        discussion: """
            The job is made anew of the job file that the store keeps. What differs from when it began, such as the workspace, \
            a program or a model, is named, and nothing is run unless --accept-changes. An attempt that ran when the process \
            ended is made again, but for agents that are not idempotent: of those somebody has to say what they have done \
            (coordinator resolve).

            Ends as coordinator run does; with 4 when nothing is left again but waiting for somebody.
            """)

    @OptionGroup var job: JobArgument
    @OptionGroup var store: StoreOption

    @ArgumentParser.Flag(help: "Go on although the job is made of other things than when it began.")
    var acceptChanges = false

    @ArgumentParser.Flag(help: "Go on with a job whose last resumptions ended their process.")
    var force = false

    @OptionGroup var options: JobRunOptions

    func run(_ runner: ProgramRunner) async throws {
        let file = try store.file(ProcessEnvironment.variables)
        let (held, history) = try await StoreFile.telling { try await takeUp(file) }
        var options = options
        options.model = options.model ?? Self.model(of: history.submission)
        let surroundings = try JobSurroundingsArgument(
            options.folder, workspace: options.workspace, model: options.model)
        let spec = try surroundings.read(history)
        let work = JobWork.resumed(
            spec, JobResumption(history, acceptsChanges: acceptChanges, force: force))
        throw try await JobSession(
            options: options, work: work, held: held, surroundings: surroundings, runner: runner
        ).run()
    }

    /// Holds the store, and reads what it has of the job.
    private func takeUp(_ file: StoreFile) async throws -> (HeldStore, JobHistory) {
        // A store that is not there is not made.
        await (try file.opened()).close()
        let held = try HeldStore(file)
        do {
            let history = try await JobHistory.load(job.job, from: held.store)
            // One that is to be suspended now is marked so when it is taken up.
            guard force || history.summary.status(isOwned: false) != .suspended else {
                throw StoreCommandError(
                    "job '\(ForeignText.line(job.job))' is suspended: its last resumptions ended their process before an "
                        + "agent had finished. Find out what ends it, then go on with: \(held.file.resume(job.job)) --force"
                )
            }
            return (held, history)
        } catch JournalRefusal.unknown(let job) {
            throw try await file.unknown(job, in: held.store)
        } catch JournalRefusal.ended {
            let status = try await held.store.summary(of: job.job)?.ended?.rawValue ?? "ended"
            throw StoreCommandError(
                "job '\(ForeignText.line(job.job))' has ended as \(status), so there is nothing to go on with; "
                    + "\((["coordinator", "show", ForeignText.line(job.job)] + file.words).commandLine) shows it")
        }
    }

    /// The one model that the job's agents asked, so that they ask it again; `nil` for none or several.
    private static func model(of submission: JobSubmission) -> String? {
        let models = Set(submission.definitions.filter { $0.kind == "model" }.map(\.name))
        return models.count == 1 ? models.first : nil
    }
}
