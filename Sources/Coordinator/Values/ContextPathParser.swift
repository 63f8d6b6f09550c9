import Support

/// Reads and writes the text form that paths and patterns share, by scalars: a quote before an accent is no character of
/// its own.
struct ContextPathParser {
    typealias Segment = ContextPattern.Segment

    private let text: String
    private let scalars: [Unicode.Scalar]
    private var position = 0

    init(_ text: String) {
        self.text = text
        scalars = Array(text.unicodeScalars)
    }

    mutating func parse() throws -> [Segment] {
        var segments: [Segment] = []
        guard !scalars.isEmpty else { throw error("it is empty") }
        while position < scalars.count {
            if scalars[position] == "[" {
                segments.append(.literal(ExactString(try bracketed())))
            } else {
                if !segments.isEmpty {
                    guard scalars[position] == "." else { throw error("expected '.' or '['") }
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
        while position < scalars.count, scalars[position] == "*" { position += 1 }
        switch position - start {
        case 0: break
        case 1: return .any
        case 2: return .rest
        default: throw error("too many '*'")
        }
        while position < scalars.count, Self.isIdentifier(scalars[position], first: position == start) {
            position += 1
        }
        guard position > start else { throw error("expected a name") }
        return .literal(ExactString(Self.text(scalars[start..<position])))
    }

    private mutating func bracketed() throws -> String {
        let start = position + 1
        var end = start + 1
        guard start < scalars.count, scalars[start] == "\"" else { throw error("expected '[\"'") }
        while end < scalars.count, scalars[end] != "\"" { end += scalars[end] == "\\" ? 2 : 1 }
        guard end + 1 < scalars.count, scalars[end + 1] == "]" else { throw error("expected '\"]'") }
        let literal = Self.text(scalars[start...end])
        guard let name = (try? JSONReader.value(of: Array(literal.utf8)))?.stringValue else {
            throw error("\(literal) is not a JSON string")
        }
        position = end + 2
        return name
    }

    private func error(_ problem: String) -> ContextPathError {
        ContextPathError(text: text, offset: Self.text(scalars[..<position]).count, problem: problem)
    }

    private static func text(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
        String(String.UnicodeScalarView(scalars))
    }

    private static func isIdentifier(_ scalar: Unicode.Scalar, first: Bool) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "_": true
        case "0"..."9", "-": !first
        default: false
        }
    }

    static func text(of segments: [Segment]) -> String {
        var text = ""
        for segment in segments {
            switch segment {
            case .any: text += text.isEmpty ? "*" : ".*"
            case .rest: text += text.isEmpty ? "**" : ".**"
            case .unreadable(let literal): text += literal.string
            case .literal(let name):
                let plain =
                    name.string.unicodeScalars.enumerated().allSatisfy { isIdentifier($1, first: $0 == 0) }
                    && !name.string.isEmpty
                if plain {
                    text += text.isEmpty ? name.string : ".\(name)"
                } else {
                    let quoted = try? JSONValue.string(name.string).json()
                    text += "[\(quoted ?? "\"\"")]"
                }
            }
        }
        return text
    }
}
