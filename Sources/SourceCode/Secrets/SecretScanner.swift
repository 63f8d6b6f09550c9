import Glibc

/// Looks for secrets in text. It searches literal markers with the C library and checks the bytes after them by hand,
/// so the cost is linear for any text.
package enum SecretScanner {
    /// The location of text that looks like a secret. It never holds the secret.
    package struct Finding: Sendable, Hashable {
        /// The name of the rule.
        package let rule: String
        /// The line, from 1.
        package let line: Int
    }

    /// The first finding of the first rule that fires; `nil` for harmless text.
    /// - Parameters:
    ///   - bytes: The text as UTF-8, without a NUL.
    ///   - path: The file's path: unquoted values count as secrets only in configuration files.
    package static func firstFinding(in bytes: [UInt8], path: String) -> Finding? {
        // The search functions of the C library need the terminator.
        (bytes + [0]).withUnsafeBytes { terminated in
            let text = UnsafeRawBufferPointer(rebasing: terminated.dropLast())
            for rule in SecretRule.all {
                for marker in rule.markers {
                    var from = 0
                    while let position = text.position(of: marker, from: from) {
                        if rule.isSecret(text, position, marker.length) {
                            return Finding(rule: rule.name, line: text.line(at: position))
                        }
                        from = rule.resume(text, position)
                    }
                }
            }
            return SecretAssignments.firstFinding(in: text, unquoted: SecretAssignments.allowsUnquoted(path: path))
        }
    }
}

extension UnsafeRawBufferPointer {
    /// The first position of a marker at or after `from`; a zero byte must follow the buffer's last one.
    package func position(of marker: Marker, from: Int) -> Int? {
        guard let base = baseAddress, from < count else { return nil }
        let start = (base + from).assumingMemoryBound(to: CChar.self)
        guard let found = strstr(start, marker.text) else { return nil }
        return UnsafeRawPointer(found) - base
    }

    /// The line of a position, from 1.
    package func line(at position: Int) -> Int {
        1 + self[..<position].reduce(into: 0) { $0 += $1 == UInt8(ascii: "\n") ? 1 : 0 }
    }

    /// The end of the run of bytes of a class that starts at `start`.
    func end(of bytes: ByteClass, from start: Int, limit: Int = .max) -> Int {
        var end = start
        while end < count, end - start < limit, bytes.contains(self[end]) { end += 1 }
        return end
    }
}

/// A text to search for, in the form that the C library takes.
package struct Marker: Sendable, ExpressibleByStringLiteral {
    fileprivate let text: [CChar]
    package var length: Int { text.count - 1 }

    package init(stringLiteral text: String) { self.text = Array(text.utf8CString) }
}
