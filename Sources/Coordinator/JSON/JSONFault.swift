/// The line and column at which bytes stop being one JSON document.
package struct JSONFault: Error, Sendable, Hashable, CustomStringConvertible {
    /// Line and column count from 1; the column counts bytes.
    package let line: Int
    package let column: Int
    /// What is wrong there.
    package let reason: String

    init(_ reason: String, at offset: Int, of bytes: [UInt8]) {
        let before = bytes[..<min(offset, bytes.count)]
        let start = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        line = 1 + before.count { $0 == UInt8(ascii: "\n") }
        column = before.count - start + 1
        self.reason = reason
    }

    package var description: String { "line \(line), byte \(column): \(reason)" }
}
