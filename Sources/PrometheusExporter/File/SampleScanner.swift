/// Reads one line such as `name{a="x",b="y"} 1`.
struct SampleScanner {
    private var rest: Substring.UnicodeScalarView

    init(_ line: Substring) { rest = line.unicodeScalars }

    /// The parts of the line; `nil` when it has any other form, such as a timestamp at its end.
    mutating func scan() -> (name: String, labels: [String: String], value: PrometheusNumber)? {
        let name = identifier()
        guard !name.isEmpty else { return nil }
        var labels: [String: String] = [:]
        if take("{") {
            while !take("}") {
                let label = identifier()
                guard !label.isEmpty, take("="), take("\""), let value = quoted(),
                    labels.updateValue(value, forKey: label) == nil
                else { return nil }
                if !take(",") {
                    guard take("}") else { return nil }
                    break
                }
            }
        }
        guard take(" ") else { return nil }
        while take(" ") {}
        guard let value = PrometheusNumber(Substring(rest)) else { return nil }
        return (name, labels, value)
    }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard rest.first == scalar else { return false }
        rest.removeFirst()
        return true
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
