import Glibc

/// Reads a file, a pipe or a device up to a limit.
///
/// Foundation has no limit: it reads a file or a pipe to its end.
package enum FileBytes {
    /// Why a file could not be read, in words.
    package struct Fault: Error, CustomStringConvertible {
        /// What is wrong and what to do.
        package let message: String

        package var description: String { message }
    }

    /// - Parameter onWait: called when the file is a pipe that nobody has begun to write to for ``patience``.
    /// - Returns: at most one byte more than the limit; that byte shows that the file is too large.
    package static func read(path: String, limit: Int, onWait: () -> Void = {}) throws(Fault) -> [UInt8] {
        // Without O_NONBLOCK a pipe would keep the call waiting for a writer without a word.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw Fault(message: words(for: errno)) }
        defer { close(descriptor) }
        var status = stat()
        if fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFIFO {
            var ready = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            if poll(&ready, 1, Self.patience) == 0 {
                onWait()
                while poll(&ready, 1, -1) < 0, errno == EINTR {}
            }
        }
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) & ~O_NONBLOCK)
        return try read(descriptor: descriptor, limit: limit)
    }

    /// How long a pipe may be silent before that is told, in milliseconds.
    private static let patience: Int32 = 2_000

    /// - Returns: as above.
    package static func read(descriptor: Int32, limit: Int) throws(Fault) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: limit + 1)
        var filled = 0
        while filled < bytes.count {
            let count = bytes.withUnsafeMutableBytes { buffer in
                Glibc.read(descriptor, buffer.baseAddress?.advanced(by: filled), buffer.count - filled)
            }
            if count == 0 { break }
            if count < 0 {
                if errno == EINTR { continue }
                throw Fault(message: words(for: errno))
            }
            filled += count
        }
        return Array(bytes.prefix(filled))
    }

    private static func words(for code: Int32) -> String {
        switch code {
        case ENOENT, ENOTDIR: "there is no such file"
        case EISDIR: "this is a folder, not a file"
        case EACCES, EPERM: "the file may not be read by this user"
        default: "the file cannot be read: " + (strerror(code).map { String(cString: $0) } ?? "error \(code)")
        }
    }
}
