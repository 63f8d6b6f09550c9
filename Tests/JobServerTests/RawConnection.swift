#if Server
    import Glibc
    import Support

    /// A connection on which only the test decides what is sent. What waits does so on a thread of its own, since the
    /// server of the test needs those of the tasks.
    final class RawConnection: Sendable {
        private let descriptor: Int32
        /// No wait for an answer is longer, so that a server that gives none fails a test.
        private static let limit = timeval(tv_sec: 20, tv_usec: 0)

        struct Failed: Error { let code: Int32 }

        /// - Parameter window: the most bytes that the system receives before they are read; `nil` for its own choice.
        init(port: Int, window: Int32? = nil) throws {
            descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            var limit = Self.limit
            setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
            if var window {
                setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &window, socklen_t(MemoryLayout<Int32>.size))
            }
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = in_port_t(port).bigEndian
            address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
            let status = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            guard status == 0 else { throw Failed(code: errno) }
        }

        deinit { close(descriptor) }

        /// Ends both directions.
        func end() { shutdown(descriptor, Int32(SHUT_RDWR)) }

        /// Ends what is sent; answers can still be read.
        func endSending() { shutdown(descriptor, Int32(SHUT_WR)) }

        /// Sends everything, unless the other side does not take it any more.
        func send(_ text: String) async {
            await Self.onAThread { [self] in
                let bytes = Array(text.utf8)
                var sent = 0
                while sent < bytes.count {
                    let count = bytes.withUnsafeBytes {
                        Glibc.send(
                            descriptor, $0.baseAddress.map { $0 + sent }, bytes.count - sent, Int32(MSG_NOSIGNAL))
                    }
                    guard count > 0 else { return }
                    sent += count
                }
            }
        }

        /// Sends one more byte if that needs no wait.
        func trickle() {
            var byte = UInt8(ascii: "x")
            _ = Glibc.send(descriptor, &byte, 1, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
        }

        /// Sends a request and reads what comes of the answer with one read: small answers come whole.
        func ask(_ path: String) async throws -> String {
            await send("GET \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n")
            return try await readOnce()
        }

        /// What one read gives: small answers come whole.
        func readOnce() async throws -> String {
            try await Self.onAThread { [self] in
                var buffer = [UInt8](repeating: 0, count: 4096)
                let count = read(descriptor, &buffer, buffer.count)
                return count > 0 ? .success(String(decoding: buffer[..<count], as: UTF8.self)) : Self.failure()
            }.get()
        }

        /// Everything until the other side closes.
        func readToEnd() async throws -> String {
            try await Self.onAThread { [self] in
                var all: [UInt8] = []
                var buffer = [UInt8](repeating: 0, count: 65_536)
                while true {
                    let count = read(descriptor, &buffer, buffer.count)
                    guard count >= 0 else { return Self.failure() }
                    guard count > 0 else { return .success(String(decoding: all, as: UTF8.self)) }
                    all += buffer[..<count]
                }
            }.get()
        }

        /// Whether something can be read, or the other side has closed.
        var isReadable: Bool {
            var event = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            return poll(&event, 1, 0) > 0
        }

        private static func failure() -> Result<String, Failed> { .failure(Failed(code: errno)) }

        private static func onAThread<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
            let done = OneShot<Value>()
            if DetachedThread.start({ done.set(body()) }) != 0 { done.set(body()) }
            return await done.value
        }
    }

    /// The answer to one request, as it came.
    struct RawAnswer {
        let text: String
        var status: Int { Int(text.dropFirst("HTTP/1.1 ".count).prefix(3)) ?? 0 }
        var body: String { text.firstRange(of: "\r\n\r\n").map { String(text[$0.upperBound...]) } ?? "" }
        /// The statuses of all answers on the connection.
        var statuses: [Int] {
            text.split(separator: "\n").filter { $0.hasPrefix("HTTP/1.1 ") }
                .compactMap { Int($0.dropFirst("HTTP/1.1 ".count).prefix(3)) }
        }
        func has(_ field: String) -> Bool {
            (text.firstRange(of: "\r\n\r\n").map { text[..<$0.lowerBound] } ?? "").lowercased().contains(
                "\r\n\(field.lowercased())")
        }
    }
#endif
