import Glibc
import Support

/// An open folder; every name is taken relative to it and no symbolic link is followed below it.
///
/// It owns its descriptor and closes it when it is deallocated. It uses the system's calls, since swift-system has no
/// public `openat` and `renameat`.
final class Directory: Sendable {
    /// The path, for messages only; all work goes through the descriptor.
    let path: String
    let descriptor: Int32

    private init(path: String, descriptor: Int32) {
        self.path = path
        self.descriptor = descriptor
    }

    deinit {
        // A failed close of a folder loses nothing.
        _ = close(descriptor)
    }

    /// Opens the folder a user named, making it and its parents; links in that path are the user's own.
    static func make(at path: String) throws(OutFolderError) -> Directory {
        do throws(Folders.Failure) {
            try Folders.make(path, mode: 0o777)
        } catch {
            throw .system(.unusableFolder, "make the folder", error.path, error.error.number)
        }
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system(.unusableFolder, "open the folder", path, errno) }
        return Directory(path: path, descriptor: descriptor)
    }

    /// Opens a folder in this one, making it if need be; a symbolic link there is refused.
    func folder(_ name: String, create: Bool = true) throws(OutFolderError) -> Directory {
        let target = "\(path)/\(name)"
        if create, mkdirat(descriptor, name, 0o777) != 0, errno != EEXIST {
            throw .system(.writeFailed, "make the folder", target, errno)
        }
        let opened = openat(descriptor, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard opened >= 0 else {
            throw .system(.unsafePath, "enter the folder", target, errno)
        }
        return Directory(path: target, descriptor: opened)
    }

    /// Puts a file in place in one step: readers see the old one or the new one, never half of one.
    ///
    /// - Parameter durably: waits until it is on the disk.
    func write(
        _ bytes: some Sequence<UInt8>, to name: String, durably: Bool = true
    ) throws(OutFolderError) {
        try stage(bytes, for: name, durably: durably).putInPlace()
    }

    /// Writes a file under a temporary name, to be put in place later.
    func stage(
        _ bytes: some Sequence<UInt8>, for name: String, durably: Bool = true
    ) throws(OutFolderError) -> StagedFile {
        let temporary = Self.temporaryName(for: name)
        let file = try createFile(temporary, target: "\(path)/\(name)")
        let staged = StagedFile(temporary, for: name, in: self)
        try file.write(Array(bytes))
        if durably { try file.synchronize() }
        return staged
    }

    /// Where the folder is that was opened.
    enum Whereabouts: Equatable {
        /// The path leads to it.
        case inPlace
        /// It has another path now, and something else or nothing is at its own.
        case moved
        /// It was removed; nothing can be written into it.
        case removed
    }

    /// Whether the path still leads to the folder that was opened.
    var whereabouts: Whereabouts {
        var own = stat()
        var there = stat()
        guard fstat(descriptor, &own) == 0, own.st_nlink > 0 else { return .removed }
        guard fstatat(AT_FDCWD, path, &there, 0) == 0, there.st_ino == own.st_ino, there.st_dev == own.st_dev else {
            return .moved
        }
        return .inPlace
    }

    /// Makes a new file; an existing file of this name is removed first, and of a symbolic link only the link itself.
    func createFile(_ name: String, target: String? = nil) throws(OutFolderError) -> OutputFile {
        let target = target ?? "\(path)/\(name)"
        if unlinkat(descriptor, name, 0) != 0, errno != ENOENT {
            throw .system(.writeFailed, "replace", target, errno)
        }
        return try addFile(name, target: target)
    }

    /// Makes a new file where nothing of this name is.
    func addFile(_ name: String, target: String? = nil) throws(OutFolderError) -> OutputFile {
        let target = target ?? "\(path)/\(name)"
        let opened = openat(descriptor, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o666)
        guard opened >= 0 else { throw .system(.writeFailed, "create", target, errno) }
        return OutputFile(descriptor: opened, path: target)
    }

    /// The first bytes of a file; `nil` if there is none or it cannot be read.
    func read(_ name: String, upTo limit: Int) -> [UInt8]? {
        let opened = openat(descriptor, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard opened >= 0 else { return nil }
        defer { _ = close(opened) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 65_536)
        while bytes.count < limit {
            let count = Glibc.read(opened, &piece, min(piece.count, limit - bytes.count))
            if count == 0 { break }
            if count < 0 {
                if errno == EINTR { continue }
                return nil
            }
            bytes += piece[..<count]
        }
        return bytes
    }

    /// The names of what is in the folder; `nil` where it cannot be listed, which does not tell that it is empty.
    var names: [String]? { try? Folders.names(in: descriptor) }

    /// Removes a file if it is there.
    func remove(_ name: String) throws(OutFolderError) {
        guard unlinkat(descriptor, name, 0) == 0 || errno == ENOENT || errno == EISDIR else {
            throw .system(.writeFailed, "remove", "\(path)/\(name)", errno)
        }
    }

    /// Removes a folder in this one if it is there and empty.
    func removeFolderIfEmpty(_ name: String) {
        _ = unlinkat(descriptor, name, AT_REMOVEDIR)  // fails when a file of the user's is in it
    }

    /// The name of an unfinished file: hidden, and recognisable when a crash has left it behind.
    static func temporaryName(for name: String) -> String { ".\(name.prefix(40))\(RunFolder.temporarySuffix)" }
}
