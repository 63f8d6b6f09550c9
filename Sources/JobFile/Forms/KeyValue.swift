/// Guesses at a key and its value that YAML reads as one text, since no blank stands behind the colon.
enum KeyValue {
    /// `name: a` for the text `name:a`; `nil` for anything else.
    static func suggestion(for node: FileNode) -> String? {
        guard case .text(let text) = node.content else { return nil }
        return separated(text).map { "\($0): \($1)" }
    }

    /// `timeout: 5s` for the key `timeout:5s` without a value, where `timeout` is among the keys.
    static func suggestion(for member: FileMember, among keys: Set<String>) -> String? {
        guard case .null = member.value.content, let (key, value) = separated(member.key), keys.contains(key) else {
            return nil
        }
        return "\(key): \(value)"
    }

    private static func separated(_ text: String) -> (key: String, value: String)? {
        guard let colon = text.firstIndex(of: ":") else { return nil }
        let (key, value) = (text[..<colon], text[text.index(after: colon)...])
        let isKey = !key.isEmpty && key.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
        return isKey && !value.isEmpty && value.first != "/" ? (String(key), String(value)) : nil
    }
}
