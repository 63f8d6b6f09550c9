import ArgumentParser
import Coordinator
import StoreControl
import Support

/// The run that a command is about, where an agent runs more than once in a job.
struct RunOption: ParsableArguments {
    @Option(help: ArgumentHelp("The round, where the agent is in a repeat.", valueName: "number"))
    var round: Int?

    @Option(
        help: ArgumentHelp("The item's index, from 0, where the agent runs for each of a list.", valueName: "number"))
    var item: Int?

    func run(of agent: String) -> RunIdentity { RunIdentity(agent: agent, round: round, item: item) }
}

/// `coordinator approve JOB AGENT`.
struct ApproveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve", abstract: "Answers an approval, or a question about a call, that waits for a person.",
        discussion: """
            The first answer counts, and is kept before this ends. Who answered is the local user. Where a process holds \
            the store it is asked, and refuses what its own agents start. Without a sandbox that is no protection against an \
            agent that writes the store's file itself: see docs/kept-jobs.md.

            Ends with 0 when the answer is kept, 1 when it was refused, 2 when there is no such store.
            """)

    @OptionGroup var job: JobArgument

    @Argument(help: ArgumentHelp("The name of the approval, or of the agent that asks.", valueName: "agent"))
    var agent: String

    @Option(
        help: ArgumentHelp(
            "The call of a tool that the answer is about, as coordinator show prints it: if another one is asked about by now, "
                + "the answer is refused.", valueName: "id"))
    var call: String?

    @Option(help: ArgumentHelp("One of its choices.", valueName: "name"))
    var choice: String

    @Option(help: ArgumentHelp("Why, in a sentence or two.", valueName: "text"))
    var remark: String?

    @Option(
        help: ArgumentHelp(
            "The digest of what you have seen, as coordinator show prints it: if something else is shown by now, the answer "
                + "is refused. Without it the answer is to what is shown now.", valueName: "digest"))
    var digest: String?

    @OptionGroup var runOption: RunOption
    @OptionGroup var store: StoreOption
    @OptionGroup var output: OutputOption

    func run() async throws {
        let answer = ApprovalAnswer(choice, remark: remark, digest: digest, call: call)
        try await StoreChange(.approve(runOption.run(of: agent), answer), to: job, in: store).make(output)
    }
}

/// `coordinator signal JOB NAME JSON`.
struct SignalCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "signal", abstract: "Tells a job something, or answers what waits by that name.",
        discussion: """
            Named like a waiting approval it answers that, by a choice as text or by an object with choice, remark and digest. \
            Anything else is readable on the blackboard at signals.NAME.

            Ends with 0 when the signal is kept, 1 when it was refused, 2 when there is no such store.
            """)

    @OptionGroup var job: JobArgument

    @Argument(help: ArgumentHelp("The signal's name.", valueName: "name"))
    var name: String

    @Argument(help: ArgumentHelp("The value as JSON: text stands in quotes, as in '\"go\"'.", valueName: "json"))
    var value: String

    @OptionGroup var store: StoreOption
    @OptionGroup var output: OutputOption

    func run() async throws {
        let value: JSONValue
        do {
            value = try JSONValue(json: self.value.utf8)
        } catch {
            Console.error(
                "error: '\(ForeignText.line(self.value, atMost: 64))' is no JSON\(DecodingWords.reason(error)); text stands "
                    + "in quotes of its own, as in: coordinator signal \(ForeignText.line(job.job)) "
                    + "\(ForeignText.line(name)) '\"go\"'")
            throw Exit.unusable
        }
        try await StoreChange(.signal(name: name, value: value), to: job, in: store).make(output)
    }
}

/// `coordinator cancel JOB`.
struct CancelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel", abstract: "Ends a job: what runs is cancelled, what was finished stays.",
        discussion: "Ends with 0 when that is kept, 1 when it was refused, 2 when there is no such store.")

    @OptionGroup var job: JobArgument

    @Option(help: ArgumentHelp("Why, in a sentence.", valueName: "text"))
    var reason = "the job was cancelled"

    @OptionGroup var store: StoreOption
    @OptionGroup var output: OutputOption

    func run() async throws {
        try await StoreChange(.cancel(reason: reason), to: job, in: store).make(output)
    }
}
