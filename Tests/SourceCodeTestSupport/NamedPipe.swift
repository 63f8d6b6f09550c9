import Foundation
import Glibc
import Testing

/// The reading end of a named pipe, which no writer that never comes can block.
package struct NamedPipe: ~Copyable {
    package let path: String
    private let descriptor: Int32

    /// Makes the pipe and opens it.
    package init(_ path: String) throws {
        try #require(mkfifo(path, 0o600) == 0)
        let reader = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        try #require(reader >= 0)
        self.path = path
        descriptor = reader
    }

    deinit { close(descriptor) }

    /// Everything written from the first writer's opening to the last one's closing; `nil` when that does not end
    /// within a minute.
    package func read() async -> [UInt8]? {
        let descriptor = descriptor
        return await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                var bytes: [UInt8] = []
                var chunk = [UInt8](repeating: 0, count: 4096)
                while true {
                    // The hang-up is reported once there has been a writer, not before.
                    var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
                    guard poll(&wanted, 1, 60_000) > 0 else { return continuation.resume(returning: nil) }
                    let count = Glibc.read(descriptor, &chunk, chunk.count)
                    if count > 0 { bytes += chunk[..<count] } else if count == 0 { break }
                }
                continuation.resume(returning: bytes)
            }
        }
    }
}
