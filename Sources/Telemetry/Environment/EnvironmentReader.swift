/// Reads standard variables by the rules of the OpenTelemetry specification: an empty value is an unset one, a boolean
/// is true only when it reads `true`, and an unusable value is ignored with one warning that names the variable.
struct EnvironmentReader {
    let environment: [String: String]
    private(set) var warnings: [String] = []

    init(_ environment: [String: String]) { self.environment = environment }

    /// The value without surrounding blanks; `nil` when unset or empty.
    func text(_ name: String) -> String? {
        guard let value = environment[name]?[...].trimmingBlanks(), !value.isEmpty else { return nil }
        return String(value)
    }

    mutating func flag(_ name: String) -> Bool {
        guard let text = text(name)?.lowercased() else { return false }
        if text != "true" && text != "false" { warn(name, text, expected: "true or false") }
        return text == "true"
    }

    /// A whole number within `range`.
    mutating func integer(_ name: String, in range: ClosedRange<Int>) -> Int? {
        guard let text = text(name) else { return nil }
        guard let value = Int(text), range.contains(value) else {
            warn(name, text, expected: "a whole number from \(range.lowerBound) to \(range.upperBound)")
            return nil
        }
        return value
    }

    /// A count that bounds memory or attributes.
    mutating func count(_ name: String, from lowest: Int = 0) -> Int? {
        integer(name, in: lowest...Int(Int32.max))
    }

    mutating func milliseconds(_ name: String, from lowest: Int = 0) -> Duration? {
        integer(name, in: lowest...Int(Int32.max)).map { .milliseconds($0) }
    }

    mutating func ratio(_ name: String) -> Double? {
        guard let text = text(name) else { return nil }
        guard let value = Double(text), (0...1).contains(value) else {
            warn(name, text, expected: "a number from 0 to 1")
            return nil
        }
        return value
    }

    /// One of the named values, in any case.
    mutating func choice<Value>(_ name: String, _ choices: KeyValuePairs<String, Value>) -> Value? {
        guard let text = text(name) else { return nil }
        if let value = choices.first(where: { $0.key == text.lowercased() })?.value { return value }
        warn(name, text, expected: "one of " + choices.map(\.key).joined(separator: ", "))
        return nil
    }

    /// A list separated by commas; `none` is the empty list, unknown elements are ignored with a warning.
    mutating func set<Value: Hashable>(_ name: String, _ choices: KeyValuePairs<String, Value>) -> Set<Value>? {
        guard let text = text(name) else { return nil }
        let words = text.split(separator: ",").map { $0.trimmingBlanks().lowercased() }.filter { !$0.isEmpty }
        if words == ["none"] { return [] }
        var values: Set<Value> = []
        for word in words {
            if let value = choices.first(where: { $0.key == word })?.value {
                values.insert(value)
            } else {
                let known = choices.map(\.key).joined(separator: ", ")
                warn(name, word, expected: "none, or a list of \(known)")
            }
        }
        return values.isEmpty ? nil : values
    }

    mutating func warn(_ name: String, _ value: String, expected: String) {
        guard !warnings.contains(where: { $0.hasPrefix("\(name): ") }) else { return }
        warnings.append("\(name): \"\(value.prefix(64))\" is not usable and is ignored; expected \(expected)")
    }
}
