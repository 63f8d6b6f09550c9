import Glibc
import Support

/// A private folder under the system's temporary folder, removed with its content when the value is deinitialized.
///
/// A process that is killed cannot remove its folders. So each is locked while its process lives, and whoever makes the
/// next one removes those that nobody has locked.
package final class ScratchDirectory: Sendable {
    /// The folder's real path.
    package let path: String
    /// Holds the lock.
    private let descriptor: Int32

    /// Makes a folder that only this user may enter.
    ///
    /// - Parameter base: the folder around it; `TMPDIR`, or `/tmp`, if it is `nil`.
    /// - Throws: ``WorkspaceCopyError``.
    package init(in base: String? = nil) throws(WorkspaceCopyError) {
        let base = base ?? Folders.temporary
        AbandonedFolders.remove(in: base)
        let made = try Self.makeLockedFolder(in: base)
        descriptor = made.descriptor
        guard let real = realpath(made.path, nil) else {
            path = made.path
            return
        }
        defer { free(real) }
        path = String(cString: real)
    }

    deinit {
        FolderRemoval.remove(path)
        close(descriptor)
    }

    /// How often another folder is made in place of one that was taken for abandoned.
    private static let maximumAttempts = 20

    private static func makeLockedFolder(
        in base: String
    ) throws(WorkspaceCopyError) -> (path: String, descriptor: Int32) {
        var attempts = 0
        while true {
            attempts += 1
            var template = Array((base + "/" + AbandonedFolders.prefix + "XXXXXX").utf8CString)
            guard mkdtemp(&template) != nil else {
                throw WorkspaceCopyError(code: .temporaryFolder, path: base, errno: errno)
            }
            let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
            let descriptor = Glibc.open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            // Where the file system has no locks, nobody else can lock the folder either, so that it is not removed.
            let isLocked = descriptor >= 0 && (flock(descriptor, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK)
            var status = stat()
            if isLocked, lstat(path, &status) == 0 { return (path, descriptor) }
            let number = errno
            if descriptor >= 0 { close(descriptor) }
            // Another process may have taken the folder for an abandoned one before it was locked.
            guard number == ENOENT || number == EWOULDBLOCK, attempts < maximumAttempts else {
                _ = rmdir(path)
                throw WorkspaceCopyError(code: .temporaryFolder, path: base, errno: number)
            }
        }
    }

    /// Calls the body with the path of a folder that is removed when the body ends, by an error too.
    ///
    /// - Throws: ``WorkspaceCopyError`` when the folder cannot be made; the body's errors.
    package static func with<Result>(_ body: (String) async throws -> Result) async throws -> Result {
        let folder = try ScratchDirectory()
        defer { withExtendedLifetime(folder) {} }
        return try await body(folder.path)
    }

    /// - Throws: ``WorkspaceCopyError`` when a file of this name exists, or none can be written.
    func write(_ bytes: [UInt8], to name: String) throws(WorkspaceCopyError) {
        try bytes.write(toFile: "\(path)/\(name)")
    }

    /// The content of a file; `nil` when it is not there or larger than the limit.
    func read(_ name: String, limit: Int) -> [UInt8]? {
        FileBytes.ofRegularFile("\(path)/\(name)", limit: limit, followsLink: false)
    }
}
