/// Reads one line such as `name{a="x",b="y"} 1` or `# TYPE name counter`, whose parts any blanks and tabs may surround.
///
/// It reads by scalars: a mark after a blank, a comma or a quotation mark makes one character of both.
struct LineScanner {
    /// A series' name and labels, and its value.
    struct Sample {
        var name: String
        var labels: [String: String]
        var value: PrometheusNumber
        /// Whether a time stands behind the value.
        var hasTime: Bool
    }

    private var rest: Substring.UnicodeScalarView

    init(_ line: Substring) {
        rest = line.unicodeScalars
        skipBlanks()
    }

    /// Whether nothing but blanks was left.
    var isAtEnd: Bool { rest.isEmpty }

    /// What was left, from its first scalar that is no blank.
    var remainder: Substring { Substring(rest) }

    /// The sample that the rest of the line is; `nil` when it has any other form.
    mutating func sample() -> Sample? {
        let name = identifier()
        guard !name.isEmpty else { return nil }
        var isSeparated = skipBlanks()
        var labels: [String: String] = [:]
        if take("{") {
            while !take("}") {
                let label = identifier()
                skipBlanks()
                guard !label.isEmpty, take("="), take("\""), let value = quoted(),
                    labels.updateValue(value, forKey: label) == nil
                else { return nil }
                skipBlanks()
                if !take(",") {
                    guard take("}") else { return nil }
                    break
                }
            }
            isSeparated = true
        }
        guard isSeparated, let value = PrometheusNumber(token()) else { return nil }
        let time = token()
        guard rest.isEmpty, time.isEmpty || Int64(time) != nil else { return nil }
        return Sample(name: name, labels: labels, value: value, hasTime: !time.isEmpty)
    }

    /// The text up to the next blank, which is skipped with those behind it.
    mutating func token() -> Substring {
        let end = rest.firstIndex(where: Self.isBlank) ?? rest.endIndex
        let token = Substring(rest[..<end])
        rest = rest[end...]
        skipBlanks()
        return token
    }

    /// Takes a scalar, and the blanks behind it.
    mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard rest.first == scalar else { return false }
        rest.removeFirst()
        // What stands between quotation marks is no blank.
        if scalar != "\"" { skipBlanks() }
        return true
    }

    private static func isBlank(_ scalar: Unicode.Scalar) -> Bool { scalar == " " || scalar == "\t" }

    /// - Returns: whether there was one.
    @discardableResult
    private mutating func skipBlanks() -> Bool {
        let end = rest.firstIndex { !Self.isBlank($0) } ?? rest.endIndex
        defer { rest = rest[end...] }
        return end > rest.startIndex
    }

    private mutating func identifier() -> String {
        let end =
            rest.firstIndex { scalar in
                switch scalar {
                case "a"..."z", "A"..."Z", "0"..."9", "_", ":": false
                default: true
                }
            } ?? rest.endIndex
        let name = String(rest[..<end])
        rest = rest[end...]
        return name
    }

    /// The text up to the closing quotation mark, which is consumed too.
    private mutating func quoted() -> String? {
        var value = String.UnicodeScalarView()
        while let scalar = rest.popFirst() {
            switch scalar {
            case "\"": return String(value)
            case "\\":
                switch rest.popFirst() {
                case "n": value.append("\n")
                case "\\": value.append("\\")
                case "\"": value.append("\"")
                default: return nil
                }
            default: value.append(scalar)
            }
        }
        return nil
    }
}
