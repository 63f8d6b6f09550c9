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
            FolderRemoval.remove(path)
        }
    }
}
