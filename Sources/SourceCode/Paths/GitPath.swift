import Support

/// Paths in the form that patches hold them.
package enum GitPath {
    /// A path as models and people are shown it: as it is, so that it can be copied, and quoted as git quotes it only where
    /// it holds characters that cannot be seen or that end a line.
    package static func shown(_ path: String) -> String {
        path.unicodeScalars.contains(where: ForeignText.acts) ? quoted(path) : path
    }

    /// A path in the form git writes and reads: in double quotes with C escapes where it holds control characters,
    /// quotes, backslashes or bytes beyond ASCII, unchanged otherwise.
    package static func quoted(_ path: String) -> String {
        let plain = path.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != 0x5C }
        return plain ? path : quoted(path.utf8)
    }

    /// The bytes of a path, which may be no UTF-8, in double quotes with C escapes.
    package static func quoted(_ bytes: some Sequence<UInt8>) -> String {
        var text = "\""
        for byte in bytes {
            switch byte {
            case 0x07: text += "\\a"
            case 0x08: text += "\\b"
            case 0x09: text += "\\t"
            case 0x0A: text += "\\n"
            case 0x0B: text += "\\v"
            case 0x0C: text += "\\f"
            case 0x0D: text += "\\r"
            case 0x22: text += "\\\""
            case 0x5C: text += "\\\\"
            case 0x20..<0x7F: text.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let octal = String(byte, radix: 8)
                text += "\\" + String(repeating: "0", count: 3 - octal.count) + octal
            }
        }
        return text + "\""
    }

    /// The bytes of a C-quoted name that starts with a double quote, and how many bytes of the input it took;
    /// `nil` when it does not end or has an unknown escape.
    package static func unquoted(_ text: ArraySlice<UInt8>) -> (path: [UInt8], length: Int)? {
        guard text.first == 0x22 else { return nil }
        let simple: [UInt8: UInt8] = [
            0x61: 0x07, 0x62: 0x08, 0x74: 0x09, 0x6E: 0x0A, 0x76: 0x0B, 0x66: 0x0C, 0x72: 0x0D, 0x22: 0x22,
            0x5C: 0x5C,
        ]
        var path: [UInt8] = []
        var index = text.startIndex + 1
        while index < text.endIndex {
            let byte = text[index]
            if byte == 0x22 { return (path, index + 1 - text.startIndex) }
            guard byte == 0x5C else {
                path.append(byte)
                index += 1
                continue
            }
            guard index + 1 < text.endIndex else { return nil }
            if let escaped = simple[text[index + 1]] {
                path.append(escaped)
                index += 2
            } else {
                let digits = text[(index + 1)...].prefix(3)
                guard digits.count == 3, digits.allSatisfy({ (0x30...0x37).contains($0) }),
                    let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 8)
                else { return nil }
                path.append(value)
                index += 4
            }
        }
        return nil
    }
}
