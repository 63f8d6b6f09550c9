/// How an answer is written: as events or as one document. Its first bytes show it; the content type that the service
/// states counts where they do not.
enum AnswerSyntax: Sendable, Hashable {
    case events, document, neither

    private static let fields = ["data", "event", "id", "retry"].map { Array($0.utf8) }

    /// - Parameters:
    ///   - start: the bytes that have come so far.
    ///   - contentType: what the service says, in lower case; empty when it says nothing.
    /// - Returns: `nil` when more bytes are needed.
    static func recognised(_ start: some Collection<UInt8>, contentType: String) -> AnswerSyntax? {
        var rest = start.dropFirst(start.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0)[...]
        rest = rest.drop { [0x20, 0x09, 0x0A, 0x0D].contains($0) }
        guard let first = rest.first else { return nil }
        if first == UInt8(ascii: "{") || first == UInt8(ascii: "[") { return .document }
        if contentType.contains("text/event-stream") || first == UInt8(ascii: ":") { return .events }
        let name = Array(rest.prefix(6).prefix { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) })
        let ends = rest.dropFirst(name.count).first
        if ends == nil, name.count == rest.count, fields.contains(where: { $0.starts(with: name) }) { return nil }
        if fields.contains(name), let ends, [0x3A, 0x0A, 0x0D].contains(ends) { return .events }
        return contentType.contains("json") ? .document : .neither
    }

    /// What an answer without a byte counts as.
    static func ofNothing(contentType: String) -> AnswerSyntax {
        contentType.contains("text/event-stream") ? .events : .document
    }
}
