import Glibc

/// Reads a file, a pipe or a device up to a limit.
///
/// Foundation has no limit: it reads a file or a pipe to its end.
package enum FileBytes {
    /// Why a file could not be read, in words.
    package struct Fault: Error, CustomStringConvertible {
        /// The system's error.
        package let error: SystemError

        /// Whether nothing has this name, so that a new file may.
        package var isMissing: Bool { error.number == ENOENT }

        /// What is wrong.
        package var message: String {
            switch error.number {
            case ENOENT, ENOTDIR: "there is no such file"
            case EISDIR: "this is a folder, not a file"
            case EACCES, EPERM: "the file may not be read by this user"
            case ETIMEDOUT: "this is a pipe to which nothing is written"
            default: "the file cannot be read: \(error)"
            }
        }

        package var description: String { message }
    }

    /// - Parameter onWait: called when the file is a pipe that nobody has begun to write to for ``patience``, before it is
    ///   waited for without a limit. Where nobody is told, nothing is waited for: the read fails.
    /// - Returns: at most one byte more than the limit; that byte shows that the file is too large.
    package static func read(path: String, limit: Int, onWait: (() -> Void)? = nil) throws(Fault) -> [UInt8] {
        let descriptor = try opened(path)
        defer { close(descriptor) }
        if let mode = status(of: descriptor)?.st_mode, mode & S_IFMT == S_IFIFO, isSilent(descriptor, for: patience) {
            guard let onWait else { throw Fault(error: SystemError(ETIMEDOUT)) }
            onWait()
            _ = isSilent(descriptor, for: -1)
        }
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) & ~O_NONBLOCK)
        return try read(descriptor: descriptor, limit: limit)
    }

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
                throw Fault(error: SystemError(errno))
            }
            filled += count
        }
        return Array(bytes.prefix(filled))
    }

    /// The bytes of a regular file; `nil` where there is none, or it cannot be read or has more than the limit. A pipe is
    /// never waited for, and what else is there never read.
    ///
    /// - Parameters:
    ///   - folder: the descriptor of the folder that the path starts from; the current folder's unless said otherwise.
    ///   - followsLink: whether the path may be a symbolic link to the file.
    ///   - names: the most names that the file may have, in whatever folders.
    package static func ofRegularFile(
        _ path: String, in folder: Int32 = AT_FDCWD, limit: Int, followsLink: Bool = true, names: Int = .max
    ) -> [UInt8]? {
        guard let descriptor = try? opened(path, in: folder, followsLink ? 0 : O_NOFOLLOW) else { return nil }
        defer { close(descriptor) }
        guard let status = status(of: descriptor), status.st_mode & S_IFMT == S_IFREG, status.st_size <= limit,
            status.st_nlink <= names,
            let bytes = try? read(descriptor: descriptor, limit: status.st_size), bytes.count <= status.st_size
        else { return nil }
        return bytes
    }

    /// How long a pipe may be silent before that is told, in milliseconds.
    private static let patience: Int32 = 2_000

    /// Without O_NONBLOCK a pipe would keep the call waiting for a writer without a word.
    private static func opened(
        _ path: String, in folder: Int32 = AT_FDCWD, _ further: Int32 = 0
    ) throws(Fault) -> Int32 {
        let descriptor = openat(folder, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | further)
        guard descriptor >= 0 else { throw Fault(error: SystemError(errno)) }
        return descriptor
    }

    private static func status(of descriptor: Int32) -> stat? {
        var status = stat()
        return fstat(descriptor, &status) == 0 ? status : nil
    }

    /// Whether nothing comes within some milliseconds; -1 waits for ever. A signal does not end the wait.
    private static func isSilent(_ descriptor: Int32, for milliseconds: Int32) -> Bool {
        var ready = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        var count: Int32
        repeat { count = poll(&ready, 1, milliseconds) } while count < 0 && errno == EINTR
        return count == 0
    }
}
