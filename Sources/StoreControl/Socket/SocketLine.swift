import Glibc
import Support

/// One line each way over a socket that does not block, within a time and a size.
enum SocketLine {
    enum Fault: Error {
        /// The time was up.
        case late
        /// The line is longer than it may be.
        case long
        /// The other side has gone before the line's end.
        case closed
        case system(SystemError)
    }

    /// - Returns: the line without its break.
    static func read(_ descriptor: Int32, atMost limit: Int, until end: ContinuousClock.Instant) throws(Fault)
        -> [UInt8]
    {
        var line: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count > 0 {
                if let lineEnd = buffer[..<count].firstIndex(of: UInt8(ascii: "\n")) {
                    line += buffer[..<lineEnd]
                    guard line.count < limit else { throw .long }
                    return line
                }
                line += buffer[..<count]
                guard line.count < limit else { throw .long }
                // A sender that never stops must not outlast the time.
                guard ContinuousClock.now < end else { throw .late }
            } else if count == 0 {
                throw .closed
            } else if errno == EAGAIN {
                try wait(descriptor, for: POLLIN, until: end)
            } else if errno != EINTR {
                throw .system(SystemError(errno))
            }
        }
    }

    static func write(_ line: [UInt8], to descriptor: Int32, until end: ContinuousClock.Instant) throws(Fault) {
        var rest = (line + [UInt8(ascii: "\n")])[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if count < 0, errno == EAGAIN {
                try wait(descriptor, for: POLLOUT, until: end)
            } else if count < 0, errno == EPIPE || errno == ECONNRESET {
                throw .closed
            } else if count < 0, errno != EINTR {
                throw .system(SystemError(errno))
            }
        }
    }

    private static func wait(
        _ descriptor: Int32, for event: Int32, until end: ContinuousClock.Instant
    ) throws(Fault) {
        let left = ContinuousClock.now.duration(to: end)
        guard left > .zero else { throw .late }
        var entry = pollfd(fd: descriptor, events: Int16(event), revents: 0)
        let milliseconds = Int32(clamping: Int64(left / .milliseconds(1)) + 1)
        let count = poll(&entry, 1, milliseconds)
        if count < 0, errno != EINTR { throw .system(SystemError(errno)) }
    }
}
