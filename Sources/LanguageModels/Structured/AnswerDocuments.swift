import Coordinator

/// The JSON documents in an answer's text, found in one pass.
///
/// Models write around their documents: what they thought, fences, words. The first document that fits the schema
/// counts; those after the end of what the model thought come before those in it.
struct AnswerDocuments: Sendable {
    /// The most documents of one answer that are tried. 64.
    static let limit = 64

    private static let thoughtEnds = ["</think>", "</thinking>", "</thought>", "</reasoning>", "[/think]"].map {
        Array($0.utf8)
    }
    private static let thoughtStarts = ["<think>", "<thinking>", "<thought>", "<reasoning>", "[think]"].map {
        Array($0.utf8)
    }

    private let text: [UInt8]
    /// Where the documents stand, in the text's order.
    private var found: [Range<Int>] = []
    /// The number of documents before the end of the model's thought.
    private var inThought = 0
    /// Where the model's thought ends.
    private var thoughtEnd = 0
    private var thoughtIsOpen = false
    /// Whether the text ends within a document.
    private(set) var isCut = false

    init(_ text: String) {
        self.text = Array(text.utf8)
        find()
    }

    /// The documents that may be the answer, the likeliest first.
    var candidates: [JSONValue] {
        if let whole = value(of: thoughtEnd..<text.count) { return [whole] }
        let ranges = found[inThought...] + found[..<inThought]
        return ranges.prefix(Self.limit).compactMap { value(of: $0) }
    }

    /// The last document, when the text ends with it and nothing of it can be missing.
    var last: JSONValue? {
        guard !isCut, !thoughtIsOpen, let range = found.last, range.lowerBound >= thoughtEnd,
            text[range.upperBound...].allSatisfy({ " \t\r\n`".utf8.contains($0) })
        else { return nil }
        return value(of: range)
    }

    private func value(of range: Range<Int>) -> JSONValue? { try? JSONValue(json: text[range]) }

    // MARK: the pass

    /// Each byte is looked at a bounded number of times: after a mistake the search goes on from there, or from the start
    /// of the last text before it, whose quotation mark may have been one of a sentence.
    private mutating func find() {
        var scanner = IncrementalJSONScanner()
        var index = 0
        while index < text.count {
            let byte = text[index]
            guard scanner.isOpen || byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") else {
                index += lookForThought(at: index)
                continue
            }
            if !scanner.isOpen, let length = thought(at: index, byte) {
                index += length
                continue
            }
            let step = scanner.take(byte, at: index)
            index += 1
            switch step {
            case .more: break
            case .closed(let start):
                while let last = found.last, last.lowerBound > start { found.removeLast() }
                found.append(start..<index)
            case .broken:
                index = scanner.lastText.map { $0 + 1 } ?? index - 1
                scanner = IncrementalJSONScanner()
            }
        }
        guard let start = scanner.start else { return }
        isCut = true
        while let last = found.last, last.lowerBound > start { found.removeLast() }
        inThought = min(inThought, found.count)
    }

    private mutating func lookForThought(at index: Int) -> Int { thought(at: index, text[index]) ?? 1 }

    /// The length of a tag at an index, noted as the end or the start of what the model thinks.
    private mutating func thought(at index: Int, _ byte: UInt8) -> Int? {
        guard byte == UInt8(ascii: "<") || byte == UInt8(ascii: "[") else { return nil }
        let rest = text[index...].prefix(12).map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
        if let tag = Self.thoughtEnds.first(where: { rest.starts(with: $0) }) {
            inThought = found.count
            thoughtEnd = index + tag.count
            thoughtIsOpen = false
            return tag.count
        }
        guard let tag = Self.thoughtStarts.first(where: { rest.starts(with: $0) }) else { return nil }
        thoughtIsOpen = true
        return tag.count
    }
}
