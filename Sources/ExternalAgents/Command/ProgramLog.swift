import Coordinator
import Logging
import Support

/// Logs the lines of a program's standard error as log lines of its attempt.
final class ProgramLog: Sendable {
    private let attempt: AttemptContext
    private let logger: Logger
    private let count = Locked(0)

    init(_ attempt: AttemptContext) {
        self.attempt = attempt
        logger = attempt.logger
    }

    /// Logs a line, and reports it as a heartbeat of the attempt.
    func take(_ line: String) {
        attempt.heartbeat()
        let number = count.withLock { count in
            count += 1
            return count
        }
        guard number <= CommandAgent.logLineLimit else {
            if number == CommandAgent.logLineLimit + 1 {
                logger.warning("standard error has more than \(CommandAgent.logLineLimit) lines; the rest is left out")
            }
            return
        }
        logger.info("\(ForeignText.dotted(line))")
    }
}
