import Glibc
import JobReport
import Support

/// The process's standard streams. A closed pipe does not fail the job.
enum Console {
    /// Raised when standard output did not take all that was written to it; the exit code tells.
    static let hasLostOutput = Flag()

    /// - Returns: whether standard output took the text, or its reader is gone.
    @discardableResult
    static func output(_ text: String) -> Bool {
        let problem = write(text, to: STDOUT_FILENO)
        // Nobody reads a pipe without a reader, or a terminal that was closed.
        guard problem != 0, problem != EPIPE, !(problem == EIO && isOutputTerminal) else { return true }
        if hasLostOutput.raise() {
            error("error: standard output: \(String(cString: strerror(problem))); what it carries is not complete")
        }
        return false
    }

    static func error(_ line: String) { write(line + "\n", to: STDERR_FILENO) }

    @Sendable static func progress(_ text: String) { write(text, to: STDERR_FILENO) }

    static let isErrorTerminal = isatty(STDERR_FILENO) == 1
    /// Whether standard output was a terminal at the start: one that is closed later is none any more.
    static let isOutputTerminal = isatty(STDOUT_FILENO) == 1

    /// Whether what is printed on standard output may have colours.
    static var hasColor: Bool {
        TerminalPolicy(isTerminal: isOutputTerminal, environment: ProcessEnvironment.variables).hasColor
    }

    /// The size of the terminal at standard error; 80 × 24 if standard error is not a terminal.
    @Sendable static func errorSize() -> TerminalSize {
        var size = winsize()
        guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else {
            return TerminalSize(columns: 80, rows: 24)
        }
        return TerminalSize(columns: Int(size.ws_col), rows: Int(size.ws_row))
    }

    /// Waits where the stream does not take more at present.
    ///
    /// - Returns: 0, or the system's error number if not everything was written.
    @discardableResult
    static func write(_ text: String, to descriptor: Int32) -> Int32 {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let written = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if written < 0, errno == EINTR { continue }
            // The caller's end of a pipe may have been set not to block.
            if written < 0, errno == EAGAIN {
                var stream = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                guard poll(&stream, 1, -1) >= 0 || errno == EINTR else { return errno }
                continue
            }
            if written <= 0 { return written < 0 ? errno : EIO }
            bytes = bytes.dropFirst(written)
        }
        return 0
    }
}
