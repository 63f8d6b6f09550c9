import Foundation
import Glibc
import Synchronization

/// The lines a program prints, one at a time, for a single reader.
package final class LineReader: Sendable {
    private struct State {
        var rest: [UInt8] = []
        var lines: [String] = []
        var isAtEnd = false
        var reader: CheckedContinuation<String?, Never>?
    }

    private let state = Mutex(State())

    /// Reads a descriptor to its end, and closes it.
    package init(_ descriptor: Int32) {
        let reader = Thread { [weak self] in
            var buffer = [UInt8](repeating: 0, count: 1 << 14)
            while true {
                let count = read(descriptor, &buffer, buffer.count)
                if count < 0, errno == EINTR { continue }
                self?.receive(Data(buffer[..<max(0, count)]))
                if count <= 0 { break }
            }
            close(descriptor)
        }
        reader.stackSize = 1 << 19
        reader.start()
    }

    /// The next line, `nil` when there are no more.
    package func next() async -> String? {
        await withCheckedContinuation { continuation in
            let line: String?? = state.withLock { state in
                if !state.lines.isEmpty { return state.lines.removeFirst() }
                if state.isAtEnd { return .some(nil) }
                state.reader = continuation
                return nil
            }
            if let line { continuation.resume(returning: line) }
        }
    }

    private func receive(_ data: Data) {
        let waiting = state.withLock { state -> (CheckedContinuation<String?, Never>, String?)? in
            state.rest.append(contentsOf: data)
            while let end = state.rest.firstIndex(of: UInt8(ascii: "\n")) {
                state.lines.append(String(decoding: state.rest[..<end], as: UTF8.self))
                state.rest.removeSubrange(...end)
            }
            state.isAtEnd = data.isEmpty
            guard let reader = state.reader, !state.lines.isEmpty || state.isAtEnd else { return nil }
            state.reader = nil
            return (reader, state.lines.isEmpty ? nil : state.lines.removeFirst())
        }
        if let (reader, line) = waiting { reader.resume(returning: line) }
    }
}
