import Glibc
import Support

/// A file that this process has locked for changes as long as this value lives.
struct LockedFile: ~Copyable {
    private let path: String
    private let target: String
    private let sizeLimit: Int
    private let lock: Int32
    /// The most symbolic links, one to the next, that are followed to a file that is still to be made.
    private static let mostLinks = 8

    /// Waits for the lock. The lock is a separate file beside the path, since the file itself is replaced.
    init(path: String, lockTimeout: Duration, sizeLimit: Int) throws(MetricsFileError) {
        let lock = try Self.openLock(of: path)
        let end = ContinuousClock.now + lockTimeout
        while flock(lock, LOCK_EX | LOCK_NB) != 0 {
            let error = errno
            guard error == EWOULDBLOCK || error == EINTR else {
                close(lock)
                throw MetricsFileError(
                    .inaccessible, path: path, "cannot lock \(path).lock (\(SystemError(error)))")
            }
            guard ContinuousClock.now < end else {
                close(lock)
                throw MetricsFileError(
                    .locked, path: path, "another process has held \(path).lock for \(lockTimeout); try again later")
            }
            usleep(5000)
        }
        self.path = path
        self.sizeLimit = sizeLimit
        self.lock = lock
        // Renaming over a symbolic link would replace the link.
        target = Self.resolved(path)
    }

    deinit { close(lock) }

    /// Opens the lock for a process of any user: who may read it may lock it.
    private static func openLock(of path: String) throws(MetricsFileError) -> Int32 {
        let name = "\(path).lock"
        // Others may write in the folder: no link that is there is followed, and no pipe is waited for.
        let flags = O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC
        var lock = open(name, O_RDWR | O_CREAT | flags, FileIdentity.mode)
        // Another user's, which may be read.
        if lock < 0, errno == EACCES { lock = open(name, O_RDONLY | flags) }
        guard lock >= 0 else {
            let error = errno
            guard [ELOOP, EISDIR, ENXIO].contains(error) else {
                throw MetricsFileError(
                    .inaccessible, path: path,
                    "cannot make \(name) (\(SystemError(error))); check that the folder exists and can be written")
            }
            throw noFile(name, path)
        }
        guard let status = BoundedFile.status(of: lock) else {
            close(lock)
            throw noFile(name, path)
        }
        // A file with a second name may be any file of this user's.
        if status.st_uid == geteuid(), status.st_nlink == 1, status.st_mode & 0o444 != 0o444 {
            // Where that is not permitted, only this user's processes can take turns.
            _ = fchmod(lock, FileIdentity.mode)
        }
        return lock
    }

    private static func noFile(_ lock: String, _ path: String) -> MetricsFileError {
        MetricsFileError(
            .inaccessible, path: path,
            "\(lock) is a link, a folder, a pipe or a device, and not a file; see who put it there, and remove it")
    }

    /// The file's text, and whose it is; empty and nobody's when the file does not exist.
    func read() throws(MetricsFileError) -> (text: String, identity: FileIdentity?) {
        // A named pipe without a writer would otherwise be waited for without end.
        let file = open(target, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard file >= 0 else {
            if errno == ENOENT { return ("", nil) }
            throw MetricsFileError(.inaccessible, path: path, "cannot be opened (\(SystemError(errno)))")
        }
        defer { close(file) }
        guard let status = BoundedFile.status(of: file) else {
            throw MetricsFileError(
                .inaccessible, path: path, "it is a folder, a pipe or a device, and not a file; name another file")
        }
        let bytes: [UInt8]?
        do throws(SystemError) {
            bytes = try BoundedFile.bytes(of: file, limit: sizeLimit)
        } catch {
            throw MetricsFileError(.inaccessible, path: path, "cannot be read (\(error))")
        }
        guard let bytes else {
            throw MetricsFileError(
                .tooLarge, path: path, "it is larger than \(sizeLimit) bytes; move it away, or name another file")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw MetricsFileError(
                .notUnderstood, path: path,
                "it is not UTF-8 text. It was left as it is: move it away, or name another file")
        }
        return (text, FileIdentity(status))
    }

    /// Replaces the file in one step: a reader sees either the old or the new text.
    ///
    /// - Parameter identity: mode and owner of the file that is replaced; `nil` for a new one, which all may read.
    /// - Returns: what of them could not be kept, for those who read the file.
    func replace(with text: String, as identity: FileIdentity?) throws(MetricsFileError) -> String? {
        // The name must not end in `.prom`, or node_exporter would read the unfinished file.
        let temporary = "\(target).\(getpid()).tmp"
        // What a process of this number left behind. Others may write in the folder: nothing that is there is followed.
        unlink(temporary)
        let file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard file >= 0 else {
            throw MetricsFileError(.inaccessible, path: path, "cannot make \(temporary) (\(SystemError(errno)))")
        }
        var failure = Self.writeAll(text, to: file)
        var note: String?
        if failure == nil {
            do throws(SystemError) {
                note = try FileIdentity.give(identity, to: file)
            } catch {
                failure = error
            }
        }
        if failure == nil, fsync(file) != 0 { failure = SystemError(errno) }
        if close(file) != 0, failure == nil { failure = SystemError(errno) }
        if failure == nil, rename(temporary, target) != 0 { failure = SystemError(errno) }
        if let failure {
            unlink(temporary)
            throw MetricsFileError(.inaccessible, path: path, "cannot be written (\(failure)); it is as it was")
        }
        return note
    }

    private static func writeAll(_ text: String, to file: Int32) -> SystemError? {
        var text = text
        return text.withUTF8 { bytes in
            var rest = UnsafeRawBufferPointer(bytes)
            while let base = rest.baseAddress, !rest.isEmpty {
                let count = write(file, base, rest.count)
                if count < 0 {
                    if errno == EINTR { continue }
                    return SystemError(errno)
                }
                rest = UnsafeRawBufferPointer(rebasing: rest[count...])
            }
            return nil
        }
    }

    /// The file behind symbolic links, one that is still to be made among them.
    private static func resolved(_ path: String) -> String {
        var path = path
        for _ in 0..<mostLinks {
            if let text = realpath(path, nil) {
                defer { free(text) }
                return String(cString: text)
            }
            var link = [CChar](repeating: 0, count: Int(PATH_MAX))
            let count = readlink(path, &link, link.count)
            guard count > 0 else { return path }
            let next = String(decoding: link[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
            path = next.isAbsolutePath ? next : path[..<path.lastPathSegment.startIndex] + next
        }
        return path
    }
}
