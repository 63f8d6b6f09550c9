import Glibc
import Support

/// A folder in which programs of somebody else have run, such as a scratch copy: under any name they may have left a
/// link, a pipe or another name of a file outside.
///
/// Paths in it are plain ones. Each of their folders is entered from the one before and never by a link, so that nothing
/// outside is read, written or removed.
package struct ForeignFolder: Sendable, Hashable {
    /// The folder's own path, made by us.
    package let path: String

    package init(_ path: String) { self.path = path }

    /// Whether a regular file has this path.
    package func hasFile(_ path: String) -> Bool { status(of: path).map { $0.st_mode & S_IFMT == S_IFREG } ?? false }

    /// What stands where a new file would be made.
    package enum Place: Sendable, Hashable {
        /// Nothing: the file can be made.
        case free
        /// Something has the path.
        case taken
        /// A folder of the path is a link, a file, or may not be entered.
        case blocked
    }

    /// What stands at a path.
    package func place(_ path: String) -> Place {
        do throws(SystemError) {
            return try inFolder(of: path, makes: false) { folder, name throws(SystemError) in
                var status = stat()
                return fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0 ? .taken : .free
            }
        } catch {
            return error.number == ENOENT ? .free : .blocked
        }
    }

    /// The text of a regular file; `nil` for anything else, for a file that has a name elsewhere too, that is not UTF-8 or
    /// has more bytes than the limit, and for one that cannot be read.
    package func text(_ path: String, limit: Int = largestText) -> String? {
        let bytes = try? inFolder(of: path, makes: false) { folder, name throws(SystemError) in
            FileBytes.ofRegularFile(name, in: folder, limit: limit, followsLink: false, names: 1)
        }
        return bytes.flatMap { $0 }.flatMap { String(validating: $0, as: UTF8.self) }
    }

    /// Writes a new file, and makes the missing folders around it.
    /// - Throws: ``WorkspaceCopyError`` when something has the path already, or the file cannot be written.
    package func write(_ bytes: [UInt8], to path: String) throws(WorkspaceCopyError) {
        do throws(SystemError) {
            try inFolder(of: path, makes: true) { folder, name throws(SystemError) in
                try bytes.write(toNew: name, in: folder, mode: 0o644)
            }
        } catch {
            throw WorkspaceCopyError(code: .writeFailed, path: self.path + "/" + path, errno: error.number)
        }
    }

    /// Removes what has this path, a folder with all that it holds.
    package func remove(_ path: String) {
        try? inFolder(of: path, makes: false) { folder, name throws(SystemError) in
            if unlinkat(folder, name, 0) != 0 { FolderRemoval.remove(name, in: folder) }
        }
    }

    private func status(of path: String) -> stat? {
        let status = try? inFolder(of: path, makes: false) { folder, name throws(SystemError) -> stat? in
            var status = stat()
            return fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0 ? status : nil
        }
        return status.flatMap { $0 }
    }

    /// Calls the body with the folder that a path lies in and its name there.
    ///
    /// - Parameter makes: whether missing folders are made.
    private func inFolder<Result>(
        of path: String, makes: Bool, _ body: (Int32, String) throws(SystemError) -> Result
    ) throws(SystemError) -> Result {
        let parts = path.allPathSegments
        guard let name = parts.last, PlainPath.fault(in: path) == nil else { throw SystemError(EINVAL) }
        var folder = open(self.path, Self.flags)
        defer { if folder >= 0 { close(folder) } }
        guard folder >= 0 else { throw SystemError(errno) }
        for part in parts.dropLast() {
            if makes, mkdirat(folder, String(part), 0o755) != 0, errno != EEXIST { throw SystemError(errno) }
            let inner = openat(folder, String(part), Self.flags)
            guard inner >= 0 else { throw SystemError(errno) }
            close(folder)
            folder = inner
        }
        return try body(folder, String(name))
    }

    private static let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
}
