import Foundation
import Glibc
import Synchronization

/// The lines a program prints, read by a thread until their end, one at a time for a single reader.
package final class LineReader: Sendable {
    private struct State {
        var rest: [UInt8] = []
        var lines: [String] = []
        /// How many lines were taken.
        var taken = 0
        var isAtEnd = false
    }

    private let state = Mutex(State())

    /// Reads a descriptor to its end, and closes it.
    package init(_ descriptor: Int32) {
        let reader = Thread { [weak self] in
            var buffer = [UInt8](repeating: 0, count: 1 << 14)
            while true {
                let count = read(descriptor, &buffer, buffer.count)
                if count < 0, errno == EINTR { continue }
                self?.receive(buffer[..<max(0, count)])
                if count <= 0 { break }
            }
            close(descriptor)
        }
        reader.stackSize = 1 << 19
        reader.start()
    }

    /// Every whole line printed so far, those taken too.
    package var text: String { state.withLock { $0.lines.map { $0 + "\n" }.joined() } }

    /// The next line, `nil` when there are no more.
    ///
    /// - Throws: `WaitTimedOut` when neither a line nor the end comes in time.
    package func next(
        within limit: Duration = defaultWaitLimit, fileID: String = #fileID, line: Int = #line
    ) async throws -> String? {
        try await eventually(within: limit, fileID: fileID, line: line) {
            state.withLock { $0.taken < $0.lines.count || $0.isAtEnd }
        }
        return state.withLock { state in
            guard state.taken < state.lines.count else { return nil }
            state.taken += 1
            return state.lines[state.taken - 1]
        }
    }

    /// The first group in the first line from here on that matches; `nil` when the lines end without one.
    package func first(
        matching pattern: Regex<(Substring, Substring)>, fileID: String = #fileID, line: Int = #line
    ) async throws -> Substring? {
        while let text = try await next(fileID: fileID, line: line) {
            if let match = try pattern.firstMatch(in: text) { return match.1 }
        }
        return nil
    }

    /// Waits until everything has been read.
    package func end(fileID: String = #fileID, line: Int = #line) async throws {
        try await eventually(fileID: fileID, line: line) { state.withLock { $0.isAtEnd } }
    }

    private func receive(_ bytes: ArraySlice<UInt8>) {
        state.withLock { state in
            state.rest += bytes
            while let end = state.rest.firstIndex(of: UInt8(ascii: "\n")) {
                state.lines.append(String(decoding: state.rest[..<end], as: UTF8.self))
                state.rest.removeSubrange(...end)
            }
            state.isAtEnd = bytes.isEmpty
        }
    }
}
