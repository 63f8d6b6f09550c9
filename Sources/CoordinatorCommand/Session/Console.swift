import Glibc
import JobReport

/// The process's standard streams. A closed pipe does not fail the job.
enum Console {
    static func output(_ text: String) {
        let problem = write(text, to: STDOUT_FILENO)
        if problem != 0, problem != EPIPE {
            error("error: standard output: \(String(cString: strerror(problem))); what it carries is not complete")
        }
    }

    static func error(_ line: String) { write(line + "\n", to: STDERR_FILENO) }

    @Sendable static func progress(_ text: String) { write(text, to: STDERR_FILENO) }

    static var isErrorTerminal: Bool { isatty(STDERR_FILENO) == 1 }
    static var isOutputTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

    /// The size of the terminal at standard error; 80 × 24 if standard error is not a terminal.
    @Sendable static func errorSize() -> TerminalSize {
        var size = winsize()
        guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else {
            return TerminalSize(columns: 80, rows: 24)
        }
        return TerminalSize(columns: Int(size.ws_col), rows: Int(size.ws_row))
    }

    /// - Returns: 0, or the system's error number if not everything was written.
    @discardableResult
    static func write(_ text: String, to descriptor: Int32) -> Int32 {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let written = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if written < 0, errno == EINTR { continue }
            if written <= 0 { return written < 0 ? errno : EIO }
            bytes = bytes.dropFirst(written)
        }
        return 0
    }
}
