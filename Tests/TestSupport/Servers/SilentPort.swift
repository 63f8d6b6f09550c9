import Glibc

/// A port on 127.0.0.1 that nobody else can take and that does not serve.
package final class SilentPort: Sendable {
    /// What a client meets there.
    package enum Behaviour: Sendable {
        /// Connections are refused.
        case refusing
        /// Connections are never completed: the queue of a listener that accepts nothing is full.
        case ignoring
    }

    package struct NoPort: Error {}

    package let port: Int
    private let descriptors: [Int32]

    package init(_ behaviour: Behaviour) throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        var descriptors = [listener]
        let isReady = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                guard bind(listener, address, length) == 0, getsockname(listener, address, &length) == 0 else {
                    return false
                }
                guard behaviour == .ignoring else { return true }
                guard listen(listener, 0) == 0 else { return false }
                for _ in 0..<4 {
                    let client = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
                    // Succeeds or is under way; both take a place in the queue.
                    _ = connect(client, address, length)
                    descriptors.append(client)
                }
                return true
            }
        }
        self.descriptors = descriptors
        port = Int(UInt16(bigEndian: address.sin_port))
        guard isReady else { throw NoPort() }
    }

    deinit { for descriptor in descriptors { close(descriptor) } }
}
