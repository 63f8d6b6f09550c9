import Glibc
import Support

/// One process's folder of segments, locked as long as this object lives. The system releases the lock when the process
/// ends, however it ends.
final class SpoolFolder: @unchecked Sendable {  // Nothing changes after the initialiser.
    /// The prefix of the folders' names; folders and files with other names are not touched.
    static let prefix = "spool-"
    private static let segmentPrefix = "segment-"
    private static let sparePrefix = "spare-"
    /// The most folders that one process takes over at its start.
    static let mostAdopted = 256

    let path: String
    let descriptor: Int32
    private let parent: String

    private init(parent: String, path: String, descriptor: Int32) {
        self.parent = parent
        self.path = path
        self.descriptor = descriptor
    }

    deinit {
        // A child process between fork and exec shares the lock, so closing the descriptor would not release it.
        let status = flock(descriptor, LOCK_UN)
        assert(status == 0)
        close(descriptor)
    }

    /// Makes a folder for this process, and its parent when that is missing.
    static func make(in directory: String) throws(SpoolError) -> SpoolFolder {
        try makeAll(directory)
        // Before the new folder is locked, another process may take it for an abandoned one; then another folder is
        // made.
        for _ in 0..<8 {
            let path = "\(directory)/\(prefix)\(getpid())-\(String(UInt64.random(in: .min ... .max), radix: 36))"
            guard mkdir(path, 0o700) == 0 else {
                if errno == EEXIST { continue }
                throw SpoolError(.create, path, errno)
            }
            if let folder = try lock(path, in: directory) { return folder }
        }
        throw SpoolError(.lock, directory, EAGAIN)
    }

    /// The folders whose processes have ended, each locked by its object; never this one, though on some network disks
    /// a process could lock it twice.
    var abandoned: [SpoolFolder] {
        let directory = parent
        let own = path
        return Self.names(in: directory).filter { $0.hasPrefix(Self.prefix) && "\(directory)/\($0)" != own }.sorted()
            .prefix(Self.mostAdopted).compactMap { name in
                // A folder that cannot be locked belongs to another process.
                (try? Self.lock("\(directory)/\(name)", in: directory)) ?? nil
            }
    }

    static func segmentName(_ sequence: UInt64) -> String { segmentPrefix + digits(sequence) }

    /// The name of a file that becomes a segment later; it holds nothing to be sent.
    static func spareName(_ sequence: UInt64) -> String { sparePrefix + digits(sequence) }

    private static func digits(_ sequence: UInt64) -> String {
        let digits = String(sequence)
        return String(repeating: "0", count: max(0, 20 - digits.count)) + digits
    }

    /// The names of the segments in the order in which they were made.
    var segmentNames: [String] { Self.names(in: path).filter { $0.hasPrefix(Self.segmentPrefix) }.sorted() }

    /// The names of files that were to become segments.
    var spareNames: [String] { Self.names(in: path).filter { $0.hasPrefix(Self.sparePrefix) } }

    /// Removes a segment's file; a file that is gone already is not an error.
    ///
    /// - Returns: whether it is gone.
    @discardableResult
    func remove(_ name: String) -> Bool { unlinkat(descriptor, name, 0) == 0 || errno == ENOENT }

    /// Gives a file another name.
    ///
    /// - Returns: whether the file has the new name now.
    func rename(_ name: String, to other: String) -> Bool { renameat(descriptor, name, descriptor, other) == 0 }

    /// Removes the folder if nothing is in it.
    ///
    /// - Returns: whether it is gone.
    @discardableResult
    func removeIfEmpty() -> Bool { rmdir(path) == 0 || errno == ENOENT }

    /// Opens and locks a folder; `nil` when another process has locked it, or removed it meanwhile.
    private static func lock(_ path: String, in parent: String) throws(SpoolError) -> SpoolFolder? {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw SpoolError(.lock, path, errno)
        }
        let folder = SpoolFolder(parent: parent, path: path, descriptor: descriptor)
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            if errno == EWOULDBLOCK { return nil }
            throw SpoolError(.lock, path, errno)
        }
        var locked = stat()
        var present = stat()
        guard fstat(descriptor, &locked) == 0, lstat(path, &present) == 0, locked.st_ino == present.st_ino,
            locked.st_dev == present.st_dev
        else { return nil }
        return folder
    }

    private static func makeAll(_ directory: String) throws(SpoolError) {
        do throws(Folders.Failure) {
            try Folders.make(directory, mode: 0o700)
        } catch {
            throw SpoolError(.create, error.path, error.error.number)
        }
    }

    /// The names of the entries of a folder; none when it cannot be read.
    private static func names(in path: String) -> [String] { (try? Folders.names(in: path)) ?? [] }
}
