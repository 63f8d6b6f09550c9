import Glibc
import Support

/// The user that confined programs run as where this process is root: root's own programs read every file, and its limits
/// on processes bind nothing.
enum SandboxUser {
    /// `nobody`, whose files are nobody's.
    static let unprivileged: uid_t = 65_534
    /// The group of that number, which Debian calls `nogroup`.
    static let group: gid_t = 65_534

    /// Whether programs run as another user than this process.
    static var isOther: Bool { geteuid() == 0 }

    /// How many processes and threads the user has now: a limit on them counts all, wherever they come from.
    static var tasks: Int {
        let user = isOther ? unprivileged : geteuid()
        return ProcessTable.identifiers.reduce(0) { count, process in
            var status = stat()
            // A folder of tasks has one link for each, and two more.
            guard stat("/proc/\(process)/task", &status) == 0, status.st_uid == user else { return count }
            return count + max(1, Int(status.st_nlink) - 2)
        }
    }

    /// How deep folders are given. What lies deeper was made by a program that ran here before, and is that user's.
    static let depthLimit = 128
    /// What the names of the folders begin with that this process makes for a while. No other is opened to that user.
    static let temporaryPrefix = "coordinator-"

    /// Gives folders with all that they hold to the user that programs run as, and lets that user come to them.
    ///
    /// No link is followed: a program that ran here before may have made some.
    /// - Throws: ``SystemError``.
    static func take(_ folders: [String]) throws(SystemError) {
        guard isOther else { return }
        for folder in folders {
            try open(String(folder.parentPath))
            let descriptor = Glibc.open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            guard descriptor >= 0 else { throw SystemError(errno) }
            defer { close(descriptor) }
            try take(descriptor, depth: 0)
        }
    }

    /// Lets others through a temporary folder of ours that only we may enter; they cannot list it.
    private static func open(_ folder: String) throws(SystemError) {
        var status = stat()
        guard lstat(folder, &status) == 0 else { throw SystemError(errno) }
        guard status.st_uid == geteuid(), status.st_mode & 0o777 == 0o700,
            folder.pathSegments.last?.hasPrefix(temporaryPrefix) == true
        else { return }
        guard chmod(folder, 0o711) == 0 else { throw SystemError(errno) }
    }

    private static func take(_ folder: Int32, depth: Int) throws(SystemError) {
        guard fchown(folder, unprivileged, group) == 0 else { throw SystemError(errno) }
        for name in try Folders.names(in: folder) {
            var status = stat()
            guard fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { continue }
            if status.st_mode & S_IFMT == S_IFDIR {
                guard depth < depthLimit else { continue }
                let inner = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
                guard inner >= 0 else { throw SystemError(errno) }
                defer { close(inner) }
                try take(inner, depth: depth + 1)
            } else if status.st_uid != unprivileged {
                guard fchownat(folder, name, unprivileged, group, AT_SYMLINK_NOFOLLOW) == 0 else {
                    throw SystemError(errno)
                }
            }
        }
    }
}
