import FoundationEssentials
import Glibc
import Support

/// Temporary folders whose process has ended without removing them.
enum AbandonedFolders {
    /// What the names of temporary folders start with. Folders of versions that did not lock them have other names.
    static let prefix = "coordinator-scratch-"

    /// Removes the folders of this user that no process has locked. One that cannot be removed stays.
    static func remove(in base: String) {
        for name in (try? Folders.names(in: base)) ?? [] where name.hasPrefix(prefix) {
            let path = base + "/" + name
            let descriptor = Glibc.open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            guard descriptor >= 0 else { continue }
            defer { close(descriptor) }
            var status = stat()
            guard fstat(descriptor, &status) == 0, status.st_uid == geteuid(),
                flock(descriptor, LOCK_EX | LOCK_NB) == 0
            else { continue }
            removeFolder(path)
        }
    }

    /// Removes a folder with its content, though a program may have made a part of it read-only.
    static func removeFolder(_ path: String) {
        if (try? FileManager.default.removeItem(atPath: path)) != nil { return }
        open(path)
        try? FileManager.default.removeItem(atPath: path)
    }

    /// Makes the folders in a folder writable.
    private static func open(_ folder: String) {
        chmod(folder, 0o700)
        for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
            var status = stat()
            let path = folder + "/" + name
            if lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR { open(path) }
        }
    }
}
