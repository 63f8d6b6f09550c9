import Glibc

/// Reads a file, a pipe or a device up to a limit.
///
/// Foundation has no limit: it reads a file or a pipe to its end.
enum FileBytes {
    /// Why a file could not be read, in words.
    struct Fault: Error {
        let message: String
    }

    /// - Returns: at most one byte more than the limit; that byte shows that the file is too large.
    static func read(path: String, limit: Int) throws(Fault) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Fault(message: words(for: errno)) }
        defer { close(descriptor) }
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
        case ENOENT: "there is no such file"
        case EISDIR: "this is a folder, not a file"
        case EACCES, EPERM: "the file may not be read by this user"
        default: "the file cannot be read: " + (strerror(code).map { String(cString: $0) } ?? "error \(code)")
        }
    }
}
