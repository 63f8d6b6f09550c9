import Support

#if Server
    import Glibc
    import JobServer
    import Support
    import Testing

    /// What bounds the connections of a server.
    @Suite(.timeLimit(.minutes(2))) struct Connections {
        /// Connections beyond the limit wait until another one ends.
        @Test func connectionsBeyondTheLimitWait() async throws {
            var configuration = JobServer.Configuration(port: 0)
            configuration.connections = 1
            try await RunningServer.with(configuration) { server in
                let first = try RawConnection(port: server.port)
                #expect(try first.ask("/healthz").hasPrefix("HTTP/1.1 200"))
                let isServed = Locked(false)
                let second = Task.detached {  // must run beside this test, which blocks its thread in `ask`
                    let answer = try await server.ask("GET", "/healthz")
                    isServed.withLock { $0 = true }
                    return answer.status
                }
                for _ in 0..<500 { _ = try first.ask("/healthz") }
                #expect(!isServed.withLock { $0 })
                first.end()
                #expect(try await second.value == 200)
            }
        }

        /// Who says nothing is not waited for: the server closes, which the client reads as the end.
        @Test func idleConnectionIsClosed() async throws {
            var configuration = JobServer.Configuration(port: 0)
            configuration.idleTimeout = .milliseconds(50)
            try await RunningServer.with(configuration) { server in
                let silent = try RawConnection(port: server.port)
                #expect(silent.readToEnd().isEmpty)
            }
        }
    }

    /// A connection on which only the test decides what is sent.
    private final class RawConnection {
        private let descriptor: Int32
        private var isOpen = true

        struct Refused: Error { let code: Int32 }

        init(port: Int) throws {
            descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = in_port_t(port).bigEndian
            address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
            let status = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            guard status == 0 else { throw Refused(code: errno) }
        }

        deinit { end() }

        func end() {
            if isOpen { close(descriptor) }
            isOpen = false
        }

        /// Sends a request and reads what comes of the answer with one read: small answers come whole.
        func ask(_ path: String) throws -> String {
            let request = Array("GET \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8)
            guard write(descriptor, request, request.count) == request.count else { throw Refused(code: errno) }
            var buffer = [UInt8](repeating: 0, count: 4096)
            let count = read(descriptor, &buffer, buffer.count)
            guard count > 0 else { throw Refused(code: errno) }
            return String(decoding: buffer[..<count], as: UTF8.self)
        }

        /// Everything until the other side closes.
        func readToEnd() -> [UInt8] {
            var all: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 4096)
            while true {
                let count = read(descriptor, &buffer, buffer.count)
                guard count > 0 else { return all }
                all += buffer[..<count]
            }
        }
    }
#endif
