import Glibc

/// Calls of sockets of this machine by path.
enum LocalSocket {
    /// What every socket here has from the start: programs do not inherit it, and it does not block. Linux uses the numbers
    /// of files' flags for sockets too.
    static let flags = O_CLOEXEC | O_NONBLOCK

    static func make() -> Int32 { socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | flags, 0) }

    /// Calls `bind` or `connect` with the address of a path.
    ///
    /// - Returns: 0, or the system's error; `ENAMETOOLONG` for a path that is too long.
    static func call(
        _ function: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Int32, _ descriptor: Int32, path: String
    ) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        guard bytes.count <= ControlSocketPath.longest, !bytes.contains(0) else { return ENAMETOOLONG }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                function(descriptor, pointer, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0 ? 0 : errno
            }
        }
    }
}
