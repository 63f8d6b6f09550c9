import FoundationEssentials

/// Reads and writes the text form that paths and patterns share.
struct ContextPathParser {
    typealias Segment = ContextPattern.Segment

    private let text: String
    private let characters: [Character]
    private var position = 0

    init(_ text: String) {
        self.text = text
        characters = Array(text)
    }

    mutating func parse() throws -> [Segment] {
        var segments: [Segment] = []
        guard !characters.isEmpty else { throw error("it is empty") }
        while position < characters.count {
            if characters[position] == "[" {
                segments.append(.literal(try bracketed()))
            } else {
                if !segments.isEmpty {
                    guard characters[position] == "." else { throw error("expected '.' or '['") }
                    position += 1
                }
                segments.append(try plain())
            }
        }
        if let rest = segments.firstIndex(of: .rest), rest != segments.count - 1 {
            throw error("'**' stands only at the end")
        }
        return segments
    }

    private mutating func plain() throws -> Segment {
        let start = position
        while position < characters.count, characters[position] == "*" { position += 1 }
        switch position - start {
        case 0: break
        case 1: return .any
        case 2: return .rest
        default: throw error("too many '*'")
        }
        while position < characters.count, Self.isIdentifier(characters[position], first: position == start) {
            position += 1
        }
        guard position > start else { throw error("expected a name") }
        return .literal(String(characters[start..<position]))
    }

    private mutating func bracketed() throws -> String {
        let start = position + 1
        var end = start + 1
        guard start < characters.count, characters[start] == "\"" else { throw error("expected '[\"'") }
        while end < characters.count, characters[end] != "\"" { end += characters[end] == "\\" ? 2 : 1 }
        guard end + 1 < characters.count, characters[end + 1] == "]" else { throw error("expected '\"]'") }
        let literal = String(characters[start...end])
        guard let name = try? JSONDecoder().decode(String.self, from: Data(literal.utf8)) else {
            throw error("\(literal) is not a JSON string")
        }
        position = end + 2
        return name
    }

    private func error(_ problem: String) -> ContextPathError {
        ContextPathError(text: text, offset: position, problem: problem)
    }

    private static func isIdentifier(_ character: Character, first: Bool) -> Bool {
        guard character.isASCII else { return false }
        return character.isLetter || character == "_" || (!first && (character.isNumber || character == "-"))
    }

    static func text(of segments: [Segment]) -> String {
        var text = ""
        for segment in segments {
            switch segment {
            case .any: text += text.isEmpty ? "*" : ".*"
            case .rest: text += text.isEmpty ? "**" : ".**"
            case .literal(let name):
                let plain = name.enumerated().allSatisfy { isIdentifier($1, first: $0 == 0) } && !name.isEmpty
                if plain {
                    text += text.isEmpty ? name : ".\(name)"
                } else {
                    let quoted = try? JSONValue.string(name).json()
                    text += "[\(quoted ?? "\"\"")]"
                }
            }
        }
        return text
    }
}
