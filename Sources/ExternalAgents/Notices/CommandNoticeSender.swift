import Processes
import Support

/// Tells people by a program, which gets the notice on standard input.
struct CommandNoticeSender: NoticeSender {
    /// How long the program may take.
    static let timeLimit = Duration.seconds(10)
    /// The most characters of the end of standard error that a message holds.
    static let errorTail = 300

    let command: [String]
    let folder: String?
    /// All variables that the program gets.
    let environment: [String: String]
    let runner: ProgramRunner

    var address: String { ForeignText.line(command.commandLine, atMost: 200) }

    func send(_ notice: JobNotice) async throws {
        var invocation = ProgramInvocation(
            command, workingDirectory: folder, environment: environment, timeout: Self.timeLimit)
        invocation.standardInput = notice.body
        invocation.outputLimit = 1 << 16
        invocation.errorLimit = 1 << 16
        invocation.keeps = .end
        let result: ProgramResult
        do {
            result = try await runner.run(invocation)
        } catch let error as ProgramError {
            throw NoticeFailure(isFinal: true, "\(error)")
        }
        if result.succeeded { return }
        if result.timedOut { throw NoticeFailure("it did not end within \(Self.timeLimit.inSeconds) s") }
        let ending =
            switch result.ending {
            case .exited(let status): "it exited with \(status)"
            case .signalled(let signal): "signal \(signal) ended it"
            }
        let said = ForeignText.line(String(result.errorText.suffix(Self.errorTail))).trimming(while: \.isWhitespace)
        throw NoticeFailure(said.isEmpty ? ending : "\(ending): \(said)")
    }
}
