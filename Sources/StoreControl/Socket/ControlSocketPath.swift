import Glibc
import Support

/// Where the holder of a store listens: `FILE.sock`, or behind a link of that name where the path is too long for a socket.
package struct ControlSocketPath: Sendable, Hashable {
    /// The longest path of a socket in bytes: `sun_path` less the zero behind it.
    package static let longest = 107
    private static let suffix = StoreSuffix.socket

    /// Beside the store's file.
    package let path: String

    /// - Parameter store: the path of the store's file.
    package init(store: String) { path = store + Self.suffix }

    /// Where commands connect: the path itself, or what the link there names.
    var address: String { Self.target(of: path) ?? path }

    /// Where the holder makes its socket, and whether a link has to lead there.
    ///
    /// - Parameters:
    ///   - runtime: the value of `XDG_RUNTIME_DIR`, a folder of this user alone; `nil` where it is not set.
    ///   - user: who listens.
    /// - Throws: ``ControlSocketError`` when there is no folder for a short path.
    func location(runtime: String?, user: uid_t) throws(ControlSocketError) -> (address: String, isLinked: Bool) {
        if path.utf8.count <= Self.longest { return (path, false) }
        let name = "coordinator-\(SHA256.hexDigits(of: path.utf8).prefix(16))\(Self.suffix)"
        let own = "\(Folders.temporary)/coordinator-\(user)"
        _ = mkdir(own, 0o700)
        for folder in [runtime, own, "/tmp/coordinator-\(user)"].compactMap({ $0 }) {
            let address = "\(folder)/\(name)"
            if address.utf8.count <= Self.longest, Self.isPrivate(folder, of: user) { return (address, true) }
        }
        throw ControlSocketError(
            .unusable,
            "\(path): the path is longer than the \(Self.longest) bytes that a socket's may have, and there is no "
                + "folder of this user alone for a shorter one; set XDG_RUNTIME_DIR, or give the store a shorter path")
    }

    /// Whether a folder belongs to the user, and nobody else may put anything into it.
    private static func isPrivate(_ folder: String, of user: uid_t) -> Bool {
        var status = stat()
        return lstat(folder, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR && status.st_uid == user
            && status.st_mode & 0o077 == 0
    }

    /// What a symbolic link names; `nil` where there is none.
    private static func target(of path: String) -> String? {
        var bytes = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink(path, &bytes, bytes.count)
        return count > 0 ? String(decoding: bytes[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self) : nil
    }
}
