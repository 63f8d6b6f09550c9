import Glibc
import Support

/// Makes one folder.
/// - Throws: ``WorkspaceCopyError`` when it exists or cannot be made.
package func makeFolder(_ path: String) throws(WorkspaceCopyError) {
    guard mkdir(path, 0o700) == 0 else { throw WorkspaceCopyError(code: .writeFailed, path: path, errno: errno) }
}

/// The largest file that ``readText(_:limit:)`` reads where it is told no other limit, in bytes. 64 MiB.
package let largestText = 64 << 20

/// The text of a regular file; `nil` for a link, for a file that is not UTF-8 or has more bytes than the limit, and for
/// one that cannot be read.
package func readText(_ path: String, limit: Int = largestText) -> String? {
    FileBytes.ofRegularFile(path, limit: limit, followsLink: false).flatMap { String(validating: $0, as: UTF8.self) }
}

extension [UInt8] {
    /// Writes the bytes to a new file.
    /// - Throws: ``WorkspaceCopyError`` when the file exists or cannot be written.
    package func write(toFile path: String, mode: mode_t = 0o600) throws(WorkspaceCopyError) {
        do throws(SystemError) {
            try write(toNew: path, in: AT_FDCWD, mode: mode)
        } catch {
            throw WorkspaceCopyError(code: .writeFailed, path: path, errno: error.number)
        }
    }

    /// - Parameter folder: the descriptor of the folder that the name is in.
    func write(toNew name: String, in folder: Int32, mode: mode_t) throws(SystemError) {
        let descriptor = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw SystemError(errno) }
        defer { close(descriptor) }
        var written = 0
        while written < count {
            let result = self[written...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if result < 0, errno == EINTR { continue }
            guard result > 0 else { throw SystemError(errno) }
            written += result
        }
    }
}
