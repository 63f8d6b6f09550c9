import FoundationEssentials
import Glibc

/// A private folder under the system's temporary folder, removed with its content when the value is deinitialized.
package final class ScratchDirectory: Sendable {
    /// The folder's real path.
    package let path: String

    /// Makes a folder below `TMPDIR` that only this user may enter.
    ///
    /// - Throws: ``WorkspaceCopyError``.
    package init() throws(WorkspaceCopyError) {
        let base = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array((base + "/coordinator-XXXXXX").utf8CString)
        guard mkdtemp(&template) != nil else {
            throw WorkspaceCopyError(code: .temporaryFolder, path: base, errno: errno)
        }
        let made = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        guard let real = realpath(made, nil) else {
            path = made
            return
        }
        defer { free(real) }
        path = String(cString: real)
    }

    deinit {
        if (try? FileManager.default.removeItem(atPath: path)) != nil { return }
        Self.open(path)
        try? FileManager.default.removeItem(atPath: path)
    }

    /// Calls the body with the path of a folder that is removed when the body ends, by an error too.
    ///
    /// - Throws: ``WorkspaceCopyError`` when the folder cannot be made; the body's errors.
    package static func with<Result>(_ body: (String) async throws -> Result) async throws -> Result {
        let folder = try ScratchDirectory()
        defer { withExtendedLifetime(folder) {} }
        return try await body(folder.path)
    }

    func write(_ bytes: [UInt8], to name: String) throws { try Data(bytes).write(to: URL(filePath: "\(path)/\(name)")) }

    /// The content of a file; `nil` when it is not there or larger than the limit.
    func read(_ name: String, limit: Int) -> Data? {
        var status = stat()
        guard stat("\(path)/\(name)", &status) == 0, status.st_size <= limit else { return nil }
        return try? Data(contentsOf: URL(filePath: "\(path)/\(name)"))
    }

    /// Makes the folders in a folder writable, so that their content can be removed though a program made them
    /// read-only.
    private static func open(_ folder: String) {
        chmod(folder, 0o700)
        for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
            var status = stat()
            let path = folder + "/" + name
            if lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR { open(path) }
        }
    }
}
