/// The parts of a declaration's header after its name: parameters, effects and result.
struct SwiftHeader {
    var parameters: [SymbolParameter] = []
    var returnType: String?
    var isThrowing = false
    var isAsync = false

    /// How the parameters of a declaration are labelled.
    enum Labels { case function, positional }

    /// Reads the header of a callable declaration.
    /// - Parameters:
    ///   - text: The file's text.
    ///   - range: From after the name to the end of the header.
    ///   - labels: `positional` for subscripts and operators, where one name is no label.
    init(callable range: Range<Int>, in text: SwiftText, labels: Labels) {
        var index = Self.afterGenericClause(range, text)
        if index < range.upperBound, text.code[index] == UInt8(ascii: "(") {
            let close = Self.closing(index, range.upperBound, text)
            for part in Self.split((index + 1)..<close, at: UInt8(ascii: ","), text) {
                if let parameter = Self.parameter(part, text, labels) { parameters.append(parameter) }
            }
            index = min(close + 1, range.upperBound)
        }
        let (effects, result) = Self.tail(index..<range.upperBound, text)
        isAsync = effects.contains("async") || effects.contains("reasync")
        isThrowing = effects.contains { $0 == "throws" || $0 == "rethrows" || $0.hasPrefix("throws(") }
        returnType = result
    }

    /// Reads the header of a variable: only its type.
    init(value range: Range<Int>, in text: SwiftText) {
        guard let colon = range.first(where: { text.code[$0] > 0x20 }), text.code[colon] == UInt8(ascii: ":") else {
            return
        }
        let type = text.line((colon + 1)..<range.upperBound)
        returnType = type.isEmpty ? nil : type
    }

    private static func afterGenericClause(_ range: Range<Int>, _ text: SwiftText) -> Int {
        var index = range.lowerBound
        while index < range.upperBound,
            text.code[index] <= 0x20 || text.code[index] == UInt8(ascii: "?")
                || text.code[index] == UInt8(ascii: "!")
        { index += 1 }
        guard index < range.upperBound, text.code[index] == UInt8(ascii: "<") else { return index }
        var depth = 0
        while index < range.upperBound {
            if text.code[index] == UInt8(ascii: "<") { depth += 1 }
            if text.code[index] == UInt8(ascii: ">"), text.closesAngle(at: index) { depth -= 1 }
            index += 1
            if depth == 0 { break }
        }
        while index < range.upperBound, text.code[index] <= 0x20 { index += 1 }
        return index
    }

    private static func closing(_ open: Int, _ limit: Int, _ text: SwiftText) -> Int {
        var depth = 0
        for index in open..<limit {
            switch text.code[index] {
            case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"):
                depth -= 1
                if depth == 0 { return index }
            default: break
            }
        }
        return limit
    }

    /// The parts of a range between separators that are not inside brackets.
    private static func split(_ range: Range<Int>, at separator: UInt8, _ text: SwiftText) -> [Range<Int>] {
        var parts: [Range<Int>] = []
        var start = range.lowerBound
        var depth = 0
        for index in range {
            switch text.code[index] {
            case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
            case UInt8(ascii: "<") where text.opensAngle(at: index): depth += 1
            case UInt8(ascii: ">") where depth > 0 && text.closesAngle(at: index): depth -= 1
            case separator where depth == 0:
                parts.append(start..<index)
                start = index + 1
            default: break
            }
        }
        parts.append(start..<range.upperBound)
        return parts
    }

    private static func parameter(_ range: Range<Int>, _ text: SwiftText, _ labels: Labels) -> SymbolParameter? {
        let assigned = split(range, at: UInt8(ascii: "="), text)
        let declared = assigned.first ?? range
        let hasDefault = assigned.count > 1
        let colon = split(declared, at: UInt8(ascii: ":"), text)
        guard colon.count > 1, let names = colon.first else {
            // An associated value of an enumeration's case, without a label.
            let type = text.line(declared)
            return type.isEmpty ? nil : SymbolParameter(label: nil, name: "", type: type, hasDefault: hasDefault)
        }
        let words = text.line(names).split(separator: " ").filter { !$0.hasPrefix("@") }.map(String.init)
        guard let name = words.last else { return nil }
        let label: String? = words.count > 1 ? words[words.count - 2] : labels == .positional ? nil : name
        return SymbolParameter(
            label: label == "_" ? nil : label, name: name,
            type: text.line((names.upperBound + 1)..<declared.upperBound), hasDefault: hasDefault)
    }

    /// The effects before the arrow and the type after it, without a `where` clause.
    private static func tail(_ range: Range<Int>, _ text: SwiftText) -> (effects: [String], result: String?) {
        var arrow: Int?
        var depth = 0
        for index in range where arrow == nil {
            switch text.code[index] {
            case UInt8(ascii: "("), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: ")"), UInt8(ascii: "]"): depth -= 1
            case UInt8(ascii: ">")
            where depth == 0 && index > range.lowerBound && text.code[index - 1] == UInt8(ascii: "-"):
                arrow = index
            default: break
            }
        }
        let effects = text.line(range.lowerBound..<(arrow.map { $0 - 1 } ?? range.upperBound))
            .split(separator: " ").map(String.init)
        guard let arrow else { return (effects, nil) }
        var words: [Substring] = []
        for word in text.line((arrow + 1)..<range.upperBound).split(separator: " ") {
            if word == "where" { break }
            words.append(word)
        }
        return (effects, words.isEmpty ? nil : words.joined(separator: " "))
    }
}
