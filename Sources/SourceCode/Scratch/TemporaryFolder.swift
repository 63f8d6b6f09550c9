import FoundationEssentials
import Glibc

/// A private folder under the system's temporary folder that is gone when its use ends, however it ends.
package enum TemporaryFolder {
    /// Makes a folder only this user may enter, calls the body with its real path, and removes the folder.
    /// - Throws: ``WorkspaceCopyError`` when the folder cannot be made; what the body throws.
    package static func with<Result>(_ body: (String) async throws -> Result) async throws -> Result {
        let path = try make()
        defer { remove(path) }
        return try await body(path)
    }

    private static func make() throws(WorkspaceCopyError) -> String {
        let base = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array((base + "/coordinator-XXXXXX").utf8CString)
        guard mkdtemp(&template) != nil else {
            throw WorkspaceCopyError(code: .temporaryFolder, path: base, errno: errno)
        }
        let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        guard let real = realpath(path, nil) else { return path }
        defer { free(real) }
        return String(cString: real)
    }

    /// Removes a folder with everything in it; folders a program made read-only are opened first.
    private static func remove(_ path: String) {
        if (try? FileManager.default.removeItem(atPath: path)) != nil { return }
        open(path)
        try? FileManager.default.removeItem(atPath: path)
    }

    private static func open(_ folder: String) {
        chmod(folder, 0o700)
        for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
            var status = stat()
            let path = folder + "/" + name
            if lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR { open(path) }
        }
    }
}

extension [UInt8] {
    /// Writes the bytes to a new file.
    /// - Throws: ``WorkspaceCopyError`` when the file exists or cannot be written.
    package func write(toFile path: String, mode: mode_t = 0o600) throws(WorkspaceCopyError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw WorkspaceCopyError(code: .writeFailed, path: path, errno: errno) }
        defer { close(descriptor) }
        var written = 0
        while written < count {
            let result = self[written...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if result < 0, errno == EINTR { continue }
            guard result > 0 else { throw WorkspaceCopyError(code: .writeFailed, path: path, errno: errno) }
            written += result
        }
    }
}
