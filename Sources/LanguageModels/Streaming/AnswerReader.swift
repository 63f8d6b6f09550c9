import Coordinator
import CurlClient

/// Reads the bytes of an answer: events as they come, or one document once it is whole.
struct AnswerReader: Sendable {
    /// The bytes, or a line, are more than there may be.
    struct TooLarge: Error {}

    private let contentType: String
    private let limit: Int
    private var size = 0
    private var syntax: AnswerSyntax?
    private var events = ServerSentEvents()
    /// The document, or what has come while the syntax is not known.
    private var bytes: [UInt8] = []
    private var scanner = IncrementalJSONScanner()
    private var scanned = 0
    private var isBroken = false
    /// Whether the bytes are a document that ended.
    private(set) var isWholeDocument = false

    /// - Parameters:
    ///   - contentType: what the service says of the answer, in lower case.
    ///   - limit: the most bytes.
    init(contentType: String, limit: Int) {
        self.contentType = contentType
        self.limit = limit
    }

    /// Whether the answer is neither events nor a document.
    var isForeign: Bool { syntax == .neither }
    /// Whether it is a document of which the end has not come.
    var isCutDocument: Bool { syntax == .document && scanner.isOpen }

    /// Takes some bytes.
    ///
    /// - Returns: the events that they complete.
    mutating func take(_ piece: [UInt8]) throws(TooLarge) -> [ServerSentEvents.Event] {
        size += piece.count
        guard size <= limit else { throw TooLarge() }
        guard syntax != .events else { return try read(piece) }
        bytes += piece
        syntax = syntax ?? AnswerSyntax.recognised(bytes, contentType: contentType)
        switch syntax {
        case .events:
            defer { bytes = [] }
            return try read(bytes)
        case .document: scan()
        case .neither, nil: break
        }
        return []
    }

    /// The event that the end of the stream completes.
    mutating func lastEvent() -> ServerSentEvents.Event? {
        syntax = syntax ?? AnswerSyntax.ofNothing(contentType: contentType)
        return syntax == .events ? events.end() : nil
    }

    /// The document that the bytes are.
    var document: JSONValue? {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let end = isWholeDocument ? scanned : bytes.count
        return try? JSONValue(json: bytes[(bytes.starts(with: mark) ? mark.count : 0)..<end])
    }
    /// Whether the answer is to be read as a document.
    var isDocument: Bool { syntax == .document }

    private mutating func read(_ piece: [UInt8]) throws(TooLarge) -> [ServerSentEvents.Event] {
        do {
            return try events.read(piece)
        } catch {
            throw TooLarge()
        }
    }

    /// Follows the document to its end.
    private mutating func scan() {
        while scanned < bytes.count, !isWholeDocument, !isBroken {
            let byte = bytes[scanned]
            // White space and a mark may stand before a document.
            if scanner.isOpen || byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") {
                switch scanner.take(byte, at: scanned) {
                case .more: break
                case .closed: isWholeDocument = !scanner.isOpen
                case .broken: isBroken = true
                }
            } else {
                isBroken = ![0x20, 0x09, 0x0A, 0x0D, 0xEF, 0xBB, 0xBF].contains(byte)
            }
            scanned += 1
        }
    }
}
