import Glibc
import Support

/// The last file of prices that was read, since it may be large and each model that is named asks for it.
final class PriceFileCache: Sendable {
    static let shared = PriceFileCache()

    /// What changes when a file is written anew.
    private struct Mark: Hashable {
        let path: String
        let device: UInt
        let inode: UInt
        let size: Int
        let seconds: Int
        let nanoseconds: Int
    }

    private let last = Locked<(mark: Mark, file: PriceFile)?>(nil)

    func file(at path: String) throws(PriceFile.Fault) -> PriceFile {
        // Taken before the file is read: what is written meanwhile is read again the next time.
        let mark = Self.mark(of: path)
        if let mark, let known = last.withLock({ $0 }), known.mark == mark { return known.file }
        let bytes: [UInt8]
        do { bytes = try FileBytes.read(path: path, limit: PriceTable.fileBytes) } catch {
            throw PriceFile.Fault(what: error.message)
        }
        guard bytes.count <= PriceTable.fileBytes else {
            throw PriceFile.Fault(what: "has more than \(PriceTable.fileBytes) bytes")
        }
        let file = try PriceFile(bytes)
        if let mark { last.withLock { $0 = (mark, file) } }
        return file
    }

    /// - Returns: `nil` for what is no file of its own, such as a pipe.
    private static func mark(of path: String) -> Mark? {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return Mark(
            path: path, device: UInt(status.st_dev), inode: UInt(status.st_ino), size: Int(status.st_size),
            seconds: status.st_mtim.tv_sec, nanoseconds: status.st_mtim.tv_nsec)
    }
}
