import Glibc
import Support

/// The file of a store by the one name that all its users agree on: links would give one file two locks.
struct StorePath: Sendable {
    let file: String

    /// - Throws: ``StoreError`` when the folder is missing, or the file is none.
    init(_ path: String, mustExist: Bool) throws(StoreError) {
        guard !path.isEmpty, !path.utf8.contains(0) else {
            throw StoreError(.missing, "'\(path)' names no file for the store; give the path of a file")
        }
        var status = stat()
        if stat(path, &status) == 0 {
            guard status.st_mode & S_IFMT == S_IFREG else {
                throw StoreError(.notAStore, "'\(path)' is no file, so it can be no store; give the path of a file")
            }
            // SQLite names what is beside a database after the name that it was opened by.
            guard status.st_nlink == 1 else {
                throw StoreError(
                    .notAStore,
                    "'\(path)' has another name on this file system, by which it could be written at the same time; copy "
                        + "it to a file of its own")
            }
            file = try Self.real(path)
            return
        }
        let error = SystemError(errno)
        guard error.number == ENOENT, !mustExist else {
            throw StoreError(StoreError.Code(error), "there is no store to open at '\(path)': \(error); see the path")
        }
        let folder = path.lastIndex(of: "/").map { path[...$0] } ?? "./"
        let name = path[(path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex)...]
        file = try "\(Self.real(String(folder)))/\(name)"
    }

    private static func real(_ path: String) throws(StoreError) -> String {
        guard let real = realpath(path, nil) else {
            let error = SystemError(errno)
            throw StoreError(
                StoreError.Code(error),
                "the store's folder '\(path)' cannot be used: \(error); make it, or give another path")
        }
        defer { free(real) }
        return String(cString: real)
    }

    /// Makes the file, which only this user may read: it holds what agents have seen. SQLite gives the files beside it the
    /// same mode.
    func create() throws(StoreError) {
        let descriptor = open(file, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        if descriptor >= 0 {
            close(descriptor)
        } else if errno != EEXIST {
            let error = SystemError(errno)
            throw StoreError(
                StoreError.Code(error),
                "the store '\(file)' cannot be made: \(error); see that this user may write there")
        }
    }

    /// Whether something has the name, be it a link that leads nowhere.
    var isTaken: Bool {
        var status = stat()
        return lstat(file, &status) == 0
    }

    /// Removes the file, which this process has made.
    func remove() { unlink(file) }

    /// The size of the file, or of one beside it; 0 for one that is missing.
    func bytes(_ suffix: String = "") -> Int {
        var status = stat()
        return stat(file + suffix, &status) == 0 ? Int(status.st_size) : 0
    }
}

extension StoreError.Code {
    init(_ error: SystemError) {
        self =
            switch error.number {
            case ENOENT, ENOTDIR: .missing
            case EACCES, EPERM, EROFS: .denied
            case ENOSPC, EDQUOT: .full
            case EISDIR, ELOOP: .notAStore
            default: .unavailable
            }
    }
}
