import ArgumentParser
import Coordinator
import Support

/// `coordinator resolve JOB AGENT`.
struct ResolveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resolve", abstract: "Says what an attempt has done whose process ended meanwhile.",
        discussion: """
            An agent that is not idempotent is never repeated by itself, and neither is a call of a tool that has effects: \
            the job waits until somebody has found out what was done. Give one of --succeeded, --failed and --retry. With \
            --call it is said of that call alone, and the agent goes on from there.

            Ends with 0 when that is kept, 1 when it was refused, 2 when there is no such store.
            """)

    @OptionGroup var job: JobArgument

    @Argument(help: ArgumentHelp("The agent's name.", valueName: "agent"))
    var agent: String

    @Option(
        help: ArgumentHelp(
            "It has done all of its work, and this is what it writes: a JSON file as a command agent prints it, such as "
                + "{\"set\": {\"artifacts.release\": \"1.2\"}}; with --call, what the call has come to, as JSON or text. "
                + "- reads standard input.", valueName: "file"),
        completion: .file(extensions: ["json"]))
    var succeeded: String?

    @ArgumentParser.Flag(
        help:
            "It has done nothing that counts, and is not tried again; with --call, the model is told that it has failed."
    )
    var failed = false

    @ArgumentParser.Flag(
        help: "It has done nothing, or what may be done twice: it is tried again, with the same idempotency key.")
    var retry = false

    @Option(
        help: ArgumentHelp(
            "The call of a tool that is in doubt, as coordinator show prints it; without it the whole attempt is meant.",
            valueName: "id"))
    var call: String?

    @OptionGroup var runOption: RunOption
    @OptionGroup var store: StoreOption
    @OptionGroup var output: OutputOption

    func validate() throws {
        guard [succeeded != nil, failed, retry].count(where: { $0 }) == 1 else {
            throw ValidationError("Say what the attempt has done: give one of --succeeded FILE, --failed and --retry.")
        }
    }

    func run() async throws {
        if let call { return try await resolve(call) }
        let contribution = try succeeded.map(Self.contribution)
        let resolution: JobEvent.DoubtResolved.Resolution = contribution != nil ? .succeeded : failed ? .failed : .retry
        try await StoreChange(.resolve(runOption.run(of: agent), resolution, contribution), to: job, in: store).make(
            output)
    }

    private func resolve(_ call: String) async throws {
        let result = try succeeded.map(Self.result)
        let resolution: JobEvent.DoubtResolved.Resolution = result != nil ? .succeeded : failed ? .failed : .retry
        try await StoreChange(
            .resolveCall(runOption.run(of: agent), call: call, resolution, result ?? .null), to: job, in: store
        ).make(output)
    }

    /// What a call has come to: JSON, or else text.
    private static func result(_ path: String) throws -> JSONValue {
        let bytes = try JobFileArgument.bytes(of: path, limit: Suspension.largestValue)
        if let value = try? JSONValue(json: bytes) { return value }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            Console.error(
                "error: \(ForeignText.line(path)) holds neither JSON nor text in UTF-8; write what the call has come to, for "
                    + "the model to read")
            throw Exit.unusable
        }
        return .string(text)
    }

    private static func contribution(_ path: String) throws -> Contribution {
        let bytes = try JobFileArgument.bytes(of: path, limit: Suspension.largestValue)
        do {
            return try JSONValue(json: bytes).decoded()
        } catch {
            Console.error(
                "error: \(ForeignText.line(path)) holds no contribution\(DecodingWords.reason(error)); it is JSON such as "
                    + "{\"set\": {\"artifacts.release\": \"1.2\"}}, and {} writes nothing")
            throw Exit.unusable
        }
    }
}
