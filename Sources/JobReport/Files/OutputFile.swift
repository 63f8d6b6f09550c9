import Glibc

/// A file open for writing; when a call returns, the system has the bytes.
///
/// It owns its descriptor and closes it when it is deallocated. ``Directory`` opens the descriptor by `openat`, which
/// swift-system does not have.
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

    /// Writes all bytes, or none of them: after a partial write the file is truncated to its former length.
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
        // Some file systems cannot synchronize some files; that is not a failure of the write.
        guard fsync(descriptor) == 0 || errno == EINVAL || errno == EROFS else {
            throw .system(.writeFailed, "write", path, errno)
        }
    }
}
