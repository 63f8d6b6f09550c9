import Glibc

/// A file open for writing; what was written is with the system when a call returns.
///
/// It owns its descriptor and closes it at the end of its life.
///
/// The loop is our own code over the descriptor that ``Directory`` opens, which swift-system could not.
final class OutputFile: Sendable {
    let path: String
    private let descriptor: Int32

    init(descriptor: Int32, path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    deinit {
        _ = close(descriptor)  // errors that matter come from write and fsync, both checked
    }

    /// Writes all bytes, or none of them: a piece that could not be completed is cut off again.
    func write(_ bytes: [UInt8]) throws(OutFolderError) {
        let start = lseek(descriptor, 0, SEEK_CUR)
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                Glibc.write(descriptor, buffer.baseAddress.map { $0 + written }, bytes.count - written)
            }
            if count >= 0 {
                written += count
            } else if errno != EINTR {
                let number = errno
                if written > 0, start >= 0, ftruncate(descriptor, start) == 0 {
                    _ = lseek(descriptor, start, SEEK_SET)  // a valid descriptor and offset cannot fail
                }
                throw .system(.writeFailed, "write", path, number)
            }
        }
    }

    /// Waits until the bytes are on the disk.
    func synchronize() throws(OutFolderError) {
        // Some file systems cannot do it for some files; that is no failure of the write.
        guard fsync(descriptor) == 0 || errno == EINVAL || errno == EROFS else {
            throw .system(.writeFailed, "write", path, errno)
        }
    }
}
