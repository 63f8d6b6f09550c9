import Glibc
import Support

/// Whether files can be written below a path: by writing one that is gone at once.
struct FolderCheck {
    /// The least room a folder must have. 16 MiB.
    static let leastBytes = UInt64(16) << 20

    /// The folder, or the nearest one above it that is there.
    let folder: String
    /// Why nothing can be written, and where; `nil` when it can.
    let problem: String?

    init(below path: String) {
        let nearest = Self.nearest(to: path)
        folder = nearest
        problem = Self.problem(in: nearest).map { "\(nearest): \($0)" }
    }

    private static func nearest(to path: String) -> String {
        var path = path
        while access(path, F_OK) != 0 {
            guard path.utf8.contains(UInt8(ascii: "/")) else { return "." }
            path = path.parentPath.isEmpty ? "/" : String(path.parentPath)
        }
        return path
    }

    private static func problem(in folder: String) -> String? {
        // Permissions alone say nothing of the superuser, of a full disk or of a quota.
        var name = Array("\(folder)/.coordinator-doctor-XXXXXX\0".utf8).map { CChar(bitPattern: $0) }
        let descriptor = mkstemp(&name)
        guard descriptor >= 0 else { return SystemError(errno).description }
        defer { close(descriptor) }
        guard unlink(name) == 0 else { return SystemError(errno).description }
        let bytes = [UInt8](repeating: 1, count: 4_096)
        guard write(descriptor, bytes, bytes.count) == bytes.count, fsync(descriptor) == 0 || errno == EINVAL else {
            return SystemError(errno).description
        }
        var status = statvfs()
        guard fstatvfs(descriptor, &status) == 0 else { return SystemError(errno).description }
        let (free, overflows) = UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize))
        return overflows || free >= leastBytes ? nil : "only \(free >> 10) KiB are free"
    }
}
