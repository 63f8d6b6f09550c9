/// Recognises the type of an unquoted scalar: the core schema of YAML 1.2, so `yes` and `on` are text.
enum PlainScalar {
    static func content(of text: String) -> FileNode.Content {
        switch text {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE": return .boolean(true)
        case "false", "False", "FALSE": return .boolean(false)
        default: return number(text) ?? .text(text)
        }
    }

    private static func number(_ text: String) -> FileNode.Content? {
        if text.hasPrefix("0x") { return integer(text.dropFirst(2), radix: 16) }
        if text.hasPrefix("0o") { return integer(text.dropFirst(2), radix: 8) }
        guard text.utf8.contains(where: { (0x30...0x39).contains($0) }),
            text.utf8.allSatisfy({ "0123456789+-.eE".utf8.contains($0) }), !text.hasPrefix("e"), !text.hasPrefix("E")
        else { return nil }
        if let value = Int64(text) { return .integer(value) }
        guard let value = Double(text), value.isFinite else { return nil }
        return .number(value)
    }

    private static func integer(_ digits: Substring, radix: Int) -> FileNode.Content? {
        guard digits.first?.isHexDigit == true, let value = Int64(digits, radix: radix) else { return nil }
        return .integer(value)
    }
}
