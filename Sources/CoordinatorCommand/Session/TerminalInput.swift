import Glibc
import Support

/// Lines that a person types at the terminal at standard input.
enum TerminalInput {
    /// Whether somebody can be asked: standard input and standard error are the terminal, and this process may read it.
    static var isPresent: Bool { isatty(STDIN_FILENO) == 1 && Console.isErrorTerminal && isInForeground }

    /// What came of waiting for a line.
    enum Reading: Sendable {
        case line(String)
        /// The person has ended the input, or the terminal is gone.
        case end
        /// Nobody wants the line any more.
        case unwanted
    }

    /// How often it is asked whether the line is still wanted.
    private static let look: Int32 = 100
    /// The most bytes of a line, which is also the most that the terminal hands over.
    private static let longest = 4_096

    /// Throws away what was typed before the question was there: it is an answer to nothing.
    static func discardTyped() { tcflush(STDIN_FILENO, TCIFLUSH) }

    /// Waits for a line, on a thread of its own.
    static func line(while isWanted: @escaping @Sendable () -> Bool) async -> Reading {
        let result = OneShot<Reading>()
        let work: @Sendable () -> Void = { result.set(read(while: isWanted)) }
        guard DetachedThread.start(blockingSignals: true, work) == 0 else { return .end }
        return await result.value
    }

    private static func read(while isWanted: () -> Bool) -> Reading {
        var bytes = [UInt8](repeating: 0, count: longest)
        while isWanted() {
            var input = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
            let ready = poll(&input, 1, look)
            if ready < 0, errno != EINTR { return .end }
            // A process in the background that reads the terminal is stopped: then the line is not for it.
            guard ready > 0, isInForeground else { continue }
            let count = Glibc.read(STDIN_FILENO, &bytes, longest)
            if count < 0, errno == EINTR || errno == EAGAIN { continue }
            guard count > 0 else { return .end }
            return .line(String(decoding: bytes[..<count], as: UTF8.self))
        }
        return .unwanted
    }

    private static var isInForeground: Bool { tcgetpgrp(STDIN_FILENO) == getpgrp() }
}
