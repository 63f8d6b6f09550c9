import Glibc
import Support

/// Files that the kernel makes as they are read, and that report no size.
enum KernelFile {
    /// The most that is read of a file, in bytes. 1 MiB.
    static let limit = 1 << 20

    /// The text of a file; empty where it cannot be read.
    static func text(_ path: String) -> String {
        String(decoding: (try? FileBytes.read(path: path, limit: limit)) ?? [], as: UTF8.self)
    }

    /// - Returns: whether the kernel has taken the text.
    static func write(_ text: String, to path: String) -> Bool {
        let descriptor = open(path, O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return Glibc.write(descriptor, text, text.utf8.count) == text.utf8.count
    }
}
