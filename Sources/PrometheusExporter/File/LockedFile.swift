#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A file that this process has locked for changes as long as this value lives.
struct LockedFile: ~Copyable {
    private let path: String
    private let target: String
    private let sizeLimit: Int
    private let lock: Int32

    /// Waits for the lock. The lock is a separate file beside the path, since the file itself is replaced.
    init(path: String, lockTimeout: Duration, sizeLimit: Int) throws(MetricsFileError) {
        let lock = open("\(path).lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard lock >= 0 else {
            throw MetricsFileError(
                .inaccessible, path: path,
                "cannot make \(path).lock (\(Self.reason())); check that the folder exists and can be written")
        }
        let end = ContinuousClock.now + lockTimeout
        while flock(lock, LOCK_EX | LOCK_NB) != 0 {
            let error = errno
            guard error == EWOULDBLOCK || error == EINTR else {
                close(lock)
                throw MetricsFileError(.inaccessible, path: path, "cannot lock \(path).lock (\(Self.reason(error)))")
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
        target = Self.resolved(path) ?? path
    }

    deinit { close(lock) }

    /// The file's text; empty when the file does not exist.
    func readText() throws(MetricsFileError) -> String {
        // A named pipe without a writer would otherwise be waited for without end.
        let file = open(target, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard file >= 0 else {
            if errno == ENOENT { return "" }
            throw MetricsFileError(.inaccessible, path: path, "cannot be opened (\(Self.reason()))")
        }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw MetricsFileError(
                .inaccessible, path: path, "it is a folder, a pipe or a device, and not a file; name another file")
        }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = read(file, &chunk, chunk.count)
            if count == 0 { break }
            if count < 0 {
                if errno == EINTR { continue }
                throw MetricsFileError(.inaccessible, path: path, "cannot be read (\(Self.reason()))")
            }
            bytes += chunk[..<count]
            guard bytes.count <= sizeLimit else {
                throw MetricsFileError(
                    .tooLarge, path: path, "it is larger than \(sizeLimit) bytes; move it away, or name another file")
            }
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw MetricsFileError(
                .notUnderstood, path: path,
                "it is not UTF-8 text. It was left as it is: move it away, or name another file")
        }
        return text
    }

    /// Replaces the file in one step: a reader sees either the old or the new text.
    func replace(with text: String) throws(MetricsFileError) {
        // The name must not end in `.prom`, or node_exporter would read the unfinished file.
        let temporary = "\(target).\(getpid()).tmp"
        let file = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard file >= 0 else {
            throw MetricsFileError(.inaccessible, path: path, "cannot make \(temporary) (\(Self.reason()))")
        }
        var failure = Self.writeAll(text, to: file)
        if failure == nil, fsync(file) != 0 { failure = Self.reason() }
        if close(file) != 0, failure == nil { failure = Self.reason() }
        if failure == nil, rename(temporary, target) != 0 { failure = Self.reason() }
        if let failure {
            unlink(temporary)
            throw MetricsFileError(.inaccessible, path: path, "cannot be written (\(failure)); it is as it was")
        }
    }

    private static func writeAll(_ text: String, to file: Int32) -> String? {
        var text = text
        return text.withUTF8 { bytes in
            var rest = UnsafeRawBufferPointer(bytes)
            while let base = rest.baseAddress, !rest.isEmpty {
                let count = write(file, base, rest.count)
                if count < 0 {
                    if errno == EINTR { continue }
                    return reason()
                }
                rest = UnsafeRawBufferPointer(rebasing: rest[count...])
            }
            return nil
        }
    }

    private static func resolved(_ path: String) -> String? {
        guard let text = realpath(path, nil) else { return nil }
        defer { free(text) }
        return String(cString: text)
    }

    private static func reason(_ error: Int32 = errno) -> String { String(cString: strerror(error)) }
}
