import FoundationEssentials
import Glibc

/// A private folder for the length of one piece of work; removed with everything in it when the value goes.
final class ScratchDirectory: Sendable {
    let path: String

    /// Makes the folder below `TMPDIR`, readable by this user only.
    init(purpose: String) throws {
        let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        path = "\(parent)/coordinator-\(purpose)-\(getpid())-\(UInt64.random(in: .min ... .max))"
        guard mkdir(path, 0o700) == 0 else {
            throw WorkspaceError(
                code: .init(description: "no_scratch_folder"), path: path, cause: String(cString: strerror(errno)))
        }
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ bytes: [UInt8], to name: String) throws { try Data(bytes).write(to: URL(filePath: "\(path)/\(name)")) }

    /// The content of a file; `nil` when it is not there or larger than the limit.
    func read(_ name: String, limit: Int) -> Data? {
        var status = stat()
        guard stat("\(path)/\(name)", &status) == 0, status.st_size <= limit else { return nil }
        return try? Data(contentsOf: URL(filePath: "\(path)/\(name)"))
    }
}
