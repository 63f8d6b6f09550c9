import Coordinator
import Processes
import Support
import TelemetryCatalog

/// Runs programs that the job allows, confined, in a scratch copy of the workspace with the edits so far.
struct ShellTool: OrderedTool {
    /// The most arguments of a command. 256.
    static let argumentCount = 256
    /// The most bytes of them together. 64 KiB.
    static let argumentBytes = 64 << 10
    /// The part of a call's time that is kept for its end. 500 ms.
    static let reserve = Duration.milliseconds(500)
    /// How much of a command is quoted, in bytes. 300.
    static let quotedBytes = 300

    /// What a command may begin with: argument lists.
    let commands: [[String]]
    let policy: SandboxPolicy
    let copy: ShellCopy
    /// The most bytes that are kept of the end of each stream.
    let tailBytes: Int
    let runner: ProgramRunner

    let name = "shell"
    let hasEffects = false
    let parameters = JSONValue.arguments(
        [
            "command": [
                "type": "array", "minItems": 1, "items": ["type": "string"],
                "description": "The program and its arguments, each an element of its own.",
            ]
        ], required: ["command"])

    var description: String {
        "Runs a program in a copy of the workspace with your edits so far, without network, and tells how it ended and the "
            + "end of what it wrote. No shell reads the command: `;`, `|`, `$(…)` and `>` are plain characters. It must begin with "
            + "one of: \(allowed)."
    }

    private var allowed: String { commands.map { "`\($0.commandLine)`" }.joined(separator: ", ") }

    func call(_ arguments: JSONObject, _ call: ToolContext) async throws -> ToolResult {
        let command = (arguments["command"]?.arrayValue ?? []).compactMap(\.stringValue)
        if let refusal = refusal(command) { return refusal.result }
        let folder = try await copy.folder(call.attempt)
        let left = call.deadline - ContinuousClock.now
        let time = call.attempt.remaining.map { min(left, $0) } ?? left
        var invocation = ProgramInvocation(
            command, workingDirectory: folder.path, timeout: max(.milliseconds(1), time - Self.reserve))
        invocation.environment.merge(["TMPDIR": folder.scratch, "PWD": folder.path]) { _, own in own }
        invocation.sandbox = ProgramSandbox(policy, folder: folder.path, scratch: folder.scratch)
        invocation.outputLimit = tailBytes
        invocation.errorLimit = tailBytes
        invocation.keeps = .end
        invocation.errorLine = { _ in call.attempt.heartbeat() }
        let result: ProgramResult
        do {
            result = try await runner.run(invocation)
        } catch let error as ProgramError {
            return ToolResult("It could not be started: \(error)", isError: true, errorType: ErrorType.tool)
        }
        if let report = result.sandbox { call.attempt.ran(report, writtenBy: .model) }
        return Self.told(command, result)
    }

    /// Why a command is not run; `nil` for one that is.
    private func refusal(_ command: [String]) -> ToolRefusal? {
        let bytes = command.reduce(0) { $0 + $1.utf8.count }
        guard !command.isEmpty, command.count <= Self.argumentCount, bytes <= Self.argumentBytes else {
            return ToolRefusal(
                "A command has 1 to \(Self.argumentCount) arguments of at most \(Self.argumentBytes) bytes. Give it as a list "
                    + "that begins with one of: \(allowed).")
        }
        guard !command.contains(where: { $0.utf8.contains(0) }) else {
            return ToolRefusal("An argument holds a NUL byte, which no program can be given. Leave it out.")
        }
        let isAllowed = commands.contains { beginning in
            command.count >= beginning.count && zip(beginning, command).allSatisfy { $0.hasBytes(of: $1) }
        }
        guard !isAllowed else { return nil }
        return ToolRefusal(
            "\(Self.quoted(command)) may not be run. What may be run begins with one of: \(allowed). Give each argument as an "
                + "element of its own.")
    }

    private static func quoted(_ command: [String]) -> String {
        "`\(Excerpt.of(ForeignText.line(command.commandLine), atMost: quotedBytes))`"
    }

    /// That a program fails is what the model wants to know, and no failure of the call.
    private static func told(_ command: [String], _ result: ProgramResult) -> ToolResult {
        let how =
            switch result.ending {
            case _ where result.timedOut: "did not end in its time and was killed"
            case .exited(let status): "ended with exit status \(status)"
            case .signalled(let signal): "was ended by signal \(signal)"
            }
        let limits =
            result.reachedLimits.isEmpty
            ? "" : ", having reached its sandbox's \(SandboxReport.names(result.reachedLimits))"
        func stream(_ name: String, _ bytes: [UInt8], _ isCut: Bool) -> String {
            guard !bytes.isEmpty else { return "" }
            let text = String(decoding: isCut ? bytes.drop { $0 & 0xC0 == 0x80 } : bytes[...], as: UTF8.self)
            return "\n\(name)\(isCut ? ", its end" : ""):\n\(text)"
        }
        let output =
            stream("Standard output", result.standardOutput, result.standardOutputTruncated)
            + stream("Standard error", result.standardError, result.standardErrorTruncated)
        return ToolResult("\(quoted(command)) \(how)\(limits)." + (output.isEmpty ? " It wrote nothing." : output))
    }
}
