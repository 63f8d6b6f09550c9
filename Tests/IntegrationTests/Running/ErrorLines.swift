import Foundation
import Glibc
import Support

/// What a child process says on standard error, line by line, read by a thread until its end.
final class ErrorLines: Sendable {
    private let lines: AsyncStream<String>
    private let all = Locked("")

    /// - Parameter descriptor: the pipe's reading end; closed at the end.
    init(_ descriptor: Int32) {
        let (stream, continuation) = AsyncStream<String>.makeStream()
        lines = stream
        let all = all
        let reader = Thread {
            var rest: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 4096)
            while true {
                let count = read(descriptor, &buffer, buffer.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { break }
                rest += buffer[..<count]
                while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                    let line = String(decoding: rest[..<end], as: UTF8.self)
                    all.withLock { $0 += line + "\n" }
                    continuation.yield(line)
                    rest.removeSubrange(...end)
                }
            }
            close(descriptor)
            continuation.finish()
        }
        reader.stackSize = 1 << 19
        reader.start()
    }

    /// Everything said so far.
    var text: String { all.withLock { $0 } }

    /// The first group of the first line that matches; `nil` when the process ended without one. Ask once.
    func first(matching pattern: Regex<(Substring, Substring)>) async throws -> Substring? {
        for await line in lines {
            if let match = try pattern.firstMatch(in: line) { return match.1 }
        }
        return nil
    }

    /// Waits until everything has been read.
    func end() async {
        for await _ in lines {}
    }
}
