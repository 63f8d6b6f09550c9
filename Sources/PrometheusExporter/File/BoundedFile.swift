import Glibc
import Support

/// Reads files of which nobody knows what they hold.
enum BoundedFile {
    /// All bytes of an open file; `nil` when it has more than the limit.
    static func bytes(of file: Int32, limit: Int) throws(SystemError) -> [UInt8]? {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while bytes.count <= limit {
            let count = read(file, &chunk, chunk.count)
            if count == 0 { return bytes }
            if count < 0 {
                if errno == EINTR { continue }
                throw SystemError(errno)
            }
            bytes += chunk[..<count]
        }
        return nil
    }

    /// What the system says of an open file; `nil` when it is a folder, a pipe or a device.
    static func status(of file: Int32) -> stat? {
        var status = stat()
        guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return status
    }
}
