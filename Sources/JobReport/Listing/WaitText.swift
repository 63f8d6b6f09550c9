import Coordinator
import Support

/// What a job waits for, and how it is answered, for a terminal.
package enum WaitText {
    /// The most characters of a value that are shown.
    static let mostShownCharacters = 2_000
    /// The most waits that are listed; the others are counted.
    static let mostWaits = 20
    /// The most calls in doubt of one run that are listed; the others are counted.
    static let mostCalls = 10

    /// A paragraph for each wait.
    ///
    /// - Parameters:
    ///   - job: the job's id.
    ///   - options: what a command needs to find the store, such as `--store jobs.db`.
    package static func text(_ waits: [JobReading.Wait], job: String, options: [String]) -> String {
        var lines: [String] = []
        for wait in waits.prefix(mostWaits) { lines += [""] + paragraph(wait, job: job, options: options) }
        let more = waits.count - mostWaits
        if more > 0 {
            lines += ["", "\(Counted.text(more, "more run")) wait; coordinator show --output json lists all."]
        }
        return lines.map { $0 + "\n" }.joined()
    }

    private static func paragraph(_ wait: JobReading.Wait, job: String, options: [String]) -> [String] {
        let name = Self.name(of: wait.run)
        let since = "since \(wait.since)"
        func command(_ words: [String]) -> String {
            "  " + (["coordinator"] + words + options).map { ForeignText.line($0) }.commandLine
        }
        switch wait.kind {
        case .inDoubt:
            let run = [job, wait.run.agent] + Self.runOptions(wait.run)
            let doubt = "\(name) is in doubt \(since): \(Sentences.ended(ForeignText.line(wait.reason)))"
            if !wait.calls.isEmpty {
                return [doubt] + calls(wait.calls, of: run, command) + [
                    "Or say it of the whole attempt: --retry makes these calls again.",
                    command(["resolve"] + run + ["--failed"]), command(["resolve"] + run + ["--retry"]),
                ]
            }
            return [
                doubt,
                "Find out what it has done, and say so with one of:",
                command(["resolve"] + run + ["--succeeded", "FILE"]),
                command(["resolve"] + run + ["--failed"]), command(["resolve"] + run + ["--retry"]),
            ]
        case .suspended:
            guard let request = wait.state.flatMap(ApprovalRequest.init(state:)) else {
                return [
                    "\(name) waits for an answer \(since): \(Sentences.ended(ForeignText.line(wait.reason)))",
                    "Answer it with:", command(["signal", job, wait.run.agent, "JSON"]),
                ]
            }
            let answer =
                (request.call.map { ["--call", $0] } ?? []) + request.choices.prefix(1).flatMap { ["--choice", $0] }
                + ["--digest", request.digest]
            return [
                "\(name) asks \(since): \(ForeignText.line(request.question))",
                "The choices are \(request.choices.map { ForeignText.line($0) }.joined(separator: ", ")).",
            ] + shown(request) + [
                "Answer it with:", command(["approve", job, wait.run.agent] + Self.runOptions(wait.run) + answer),
            ]
        }
    }

    /// What to find out about calls, and how it is said: each with its arguments and the commands.
    private static func calls(
        _ calls: [ConversationStep.ToolStart], of run: [String], _ command: ([String]) -> String
    ) -> [String] {
        let answers = [["--succeeded", "FILE"], ["--failed"], ["--retry"]]
        var lines: [String] = []
        for call in calls.prefix(mostCalls) {
            let about = ["resolve"] + run + ["--call", call.call]
            lines.append("Find out what \(call.words) has done. Its arguments were:")
            lines += excerpt(call.arguments)
            lines.append("Say so with one of:")
            lines += answers.map { command(about + $0) }
        }
        let more = calls.count - mostCalls
        if more > 0 {
            lines.append("\(Counted.text(more, "more call")) in doubt; coordinator show --output json lists all.")
        }
        return lines
    }

    private static func shown(_ request: ApprovalRequest) -> [String] {
        request.names.flatMap { path -> [String] in
            let name = ForeignText.line(path)
            guard let value = request.shown[ExactString(path)] else {
                return ["\(name) is too large to be shown here; coordinator show prints it."]
            }
            return ["\(name) is:"] + excerpt(value)
        }
    }

    /// A value's first characters, in lines that nothing in it can leave.
    private static func excerpt(_ value: JSONValue) -> [String] {
        let text = value.stringValue ?? (try? value.json(pretty: true)) ?? ""
        let (cut, omitted) = ForeignText.cut(ForeignText.block(text), to: mostShownCharacters)
        let lines = cut.split(separator: "\n", omittingEmptySubsequences: false).map { "  | \($0)" }
        return lines + (omitted > 0 ? ["  | … \(omitted) more characters"] : [])
    }

    private static func name(of run: RunIdentity) -> String {
        let round = run.round.map { ", round \($0)" } ?? ""
        let item = run.item.map { ", item \($0)" } ?? ""
        return "'\(ForeignText.line(run.agent))'\(round)\(item)"
    }

    private static func runOptions(_ run: RunIdentity) -> [String] {
        (run.round.map { ["--round", "\($0)"] } ?? []) + (run.item.map { ["--item", "\($0)"] } ?? [])
    }
}
