/// Reads standard variables by the rules of the OpenTelemetry specification: an empty value is an unset one, a boolean
/// is true only when it reads `true`, words are read in any case, and an unusable value is ignored with one warning
/// that names the variable and shows the value as it was given.
///
/// Where several names are given, the first variable with a usable value decides: an unusable one hides none of the
/// rest.
package struct EnvironmentReader: Sendable {
    /// The most characters of a value that a warning shows.
    package static let shownCharacters = 64

    package let environment: [String: String]
    /// A sentence for each variable that holds something unusable, in the order in which they were read.
    package private(set) var warnings: [String] = []
    private var named: Set<String> = []

    package init(_ environment: [String: String]) { self.environment = environment }

    /// The value without white space around it; `nil` when unset or empty.
    package func text(_ name: String) -> String? { Self.text(environment[name]) }

    /// A variable's value without white space around it; `nil` when it is unset or empty.
    package static func text(_ value: String?) -> String? {
        guard let text = value?.trimmingWhitespace(), !text.isEmpty else { return nil }
        return text
    }

    /// The first of the variables whose value `read` can use; each before it is warned of.
    ///
    /// - Parameter expected: what a usable value is, as the warning says it.
    package mutating func first<Value>(
        _ names: [String], expected: String, read: (_ text: String) -> Value?
    ) -> Value? {
        for name in names {
            guard let text = text(name) else { continue }
            if let value = read(text) { return value }
            warn(name, text, expected: expected)
        }
        return nil
    }

    /// Whether the variable says `true`. Anything else is false, with a warning where it is not `false`.
    package mutating func flag(_ name: String) -> Bool {
        guard let text = text(name) else { return false }
        guard let value = Self.boolean(text) else {
            warn(name, text, expected: "true or false; it counts as false")
            return false
        }
        return value
    }

    /// `true` or `false` in any case.
    package static func boolean(_ text: String) -> Bool? { Bool(text.lowercased()) }

    /// A whole number within a range: digits, with a sign or without one.
    package static func wholeNumber(_ text: String, in range: ClosedRange<Int>) -> Int? {
        Int(text).flatMap { range.contains($0) ? $0 : nil }
    }

    /// A whole number within `range`.
    package mutating func integer(_ names: String..., in range: ClosedRange<Int>) -> Int? {
        integer(names, in: range)
    }

    private mutating func integer(_ names: [String], in range: ClosedRange<Int>, unit: String = "") -> Int? {
        first(names, expected: "a whole number\(unit) from \(range.lowerBound) to \(range.upperBound)") {
            Self.wholeNumber($0, in: range)
        }
    }

    /// A count that bounds memory or attributes.
    package mutating func count(_ names: String..., from lowest: Int = 0) -> Int? {
        integer(names, in: lowest...Int(Int32.max))
    }

    /// A time between two actions, in milliseconds.
    package mutating func milliseconds(_ name: String, from lowest: Int = 0) -> Duration? {
        integer([name], in: lowest...Int(Int32.max), unit: " of milliseconds").map { .milliseconds($0) }
    }

    /// The longest that something may take, in milliseconds. Zero is no limit, by the specification.
    package mutating func timeout(_ names: String...) -> Duration? {
        integer(names, in: 0...Int(Int32.max), unit: " of milliseconds")
            .map { $0 == 0 ? .longest : .milliseconds($0) }
    }

    /// A share from 0 to 1, in decimal digits.
    package mutating func ratio(_ name: String) -> Double? {
        first([name], expected: "a number from 0 to 1") { text in
            // Swift also reads hexadecimal numbers and words such as `nan`.
            guard text.utf8.allSatisfy({ "0123456789.+-eE".utf8.contains($0) }), let value = Double(text) else {
                return nil
            }
            return (0...1).contains(value) ? value : nil
        }
    }

    /// One of the named values, in any case.
    package mutating func choice<Value>(_ names: String..., of choices: KeyValuePairs<String, Value>) -> Value? {
        first(names, expected: "one of " + choices.map(\.key).joined(separator: ", ")) { text in
            choices.first { $0.key == text.lowercased() }?.value
        }
    }

    /// A list separated by commas; `none` is the empty list, unknown elements are ignored with a warning.
    package mutating func set<Value: Hashable>(
        _ name: String, of choices: KeyValuePairs<String, Value>
    ) -> Set<Value>? {
        guard let text = text(name) else { return nil }
        let words = text.split(separator: ",").map { $0.trimmingWhitespace() }.filter { !$0.isEmpty }
        if words.map({ $0.lowercased() }) == ["none"] { return [] }
        var values: Set<Value> = []
        for word in words {
            if let value = choices.first(where: { $0.key == word.lowercased() })?.value {
                values.insert(value)
            } else {
                let known = choices.map(\.key).joined(separator: ", ")
                warn(name, word, expected: "none, or a list of \(known)")
            }
        }
        return values.isEmpty ? nil : values
    }

    /// Notes that a variable's value is unusable; only the first note on a variable counts.
    package mutating func warn(_ name: String, _ value: String, expected: String) {
        let shown = ForeignText.line(value, atMost: Self.shownCharacters)
        warn(name, "\"\(shown)\" is not usable and is ignored; expected \(expected)")
    }

    /// Notes what is wrong with a variable, in words that show nothing secret; only the first note on it counts.
    package mutating func warn(_ name: String, _ problem: String) {
        if named.insert(name).inserted { warnings.append("\(name): \(problem)") }
    }
}
