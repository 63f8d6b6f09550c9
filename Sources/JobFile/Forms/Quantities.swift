import Coordinator

/// Durations as job files and the command line write them: `30s`, `10m`, `500ms`, `1h30m`, `25.6s`.
package enum DurationNotation {
    /// The longest duration that may be written: a year.
    package static let longest: Duration = .seconds(8760 * 3600)

    static let pattern =
        "^(?=[0-9])([0-9]+(\\.[0-9]+)?h)?([0-9]+(\\.[0-9]+)?m)?([0-9]+(\\.[0-9]+)?s)?"
        + "([0-9]+(\\.[0-9]+)?ms)?([0-9]+(\\.[0-9]+)?us)?$"

    /// The units from large to small; a text uses each at most once, in this order.
    private static let units: [(name: String, nanoseconds: Int128)] = [
        ("h", 3_600_000_000_000), ("m", 60_000_000_000), ("s", 1_000_000_000), ("ms", 1_000_000), ("us", 1_000),
    ]

    /// Reads a duration; `nil` when the text is not a duration, or is longer than a year.
    package static func parse(_ text: String) -> Duration? {
        var rest = Substring(text)
        var nanoseconds: Int128 = 0
        var next = 0
        guard !rest.isEmpty else { return nil }
        while !rest.isEmpty {
            let number = rest.prefix { $0 == "." || ("0"..."9").contains($0) }
            rest = rest.dropFirst(number.count)
            let name = rest.prefix { ("a"..."z").contains($0) }
            rest = rest.dropFirst(name.count)
            guard let unit = units.indices.first(where: { units[$0].name == name }), unit >= next,
                let amount = scaled(number, by: units[unit].nanoseconds)
            else { return nil }
            nanoseconds += amount
            next = unit + 1
        }
        guard let exact = Int64(exactly: nanoseconds), .nanoseconds(exact) <= longest else { return nil }
        return .nanoseconds(exact)
    }

    private static func scaled(_ number: Substring, by unit: Int128) -> Int128? {
        let parts = number.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.allSatisfy({ (1...12).contains($0.utf8.count) }), let whole = Int128(parts[0]) else { return nil }
        guard parts.count == 2 else { return whole * unit }
        guard let fraction = Int128(parts[1]) else { return nil }
        return whole * unit + fraction * unit / (0..<parts[1].utf8.count).reduce(1) { power, _ in power * 10 }
    }

    /// Writes a duration in the form in which it is read.
    package static func text(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        var rest = Int128(seconds) * 1_000_000_000 + Int128(attoseconds / 1_000_000_000)
        var text = ""
        for unit in units where rest >= unit.nanoseconds {
            text += "\(rest / unit.nanoseconds)\(unit.name)"
            rest %= unit.nanoseconds
        }
        return text.isEmpty ? "0s" : text
    }
}

extension Form where Value == Duration {
    /// A duration, by default one above zero.
    static func duration(orZero: Bool = false) -> Form {
        Form(["type": "string", "pattern": .string(DurationNotation.pattern), "examples": ["30s", "1h30m", "500ms"]]) {
            cursor in
            switch cursor.node.content {
            case .integer, .number:
                cursor.report("a duration needs a unit: h, m, s, ms or us", suggestion: cursor.node.written + "s")
                return nil
            case .text(let text):
                guard let duration = DurationNotation.parse(text) else {
                    cursor.report(
                        "'\(text)' is not a duration; write 30s, 10m, 500ms or 1h30m, at most 8760h",
                        suggestion: meant(by: text))
                    return nil
                }
                if duration <= .zero, !orZero {
                    cursor.report("the duration must be above zero")
                    return nil
                }
                return duration
            default:
                cursor.expected("a duration such as 30s")
                return nil
            }
        }
    }

    /// The text with its units in the spelling of job files, as a suggestion.
    private static func meant(by text: String) -> String? {
        let spellings = [
            ("seconds", "s"), ("second", "s"), ("secs", "s"), ("sec", "s"), ("minutes", "m"), ("minute", "m"),
            ("mins", "m"), ("min", "m"), ("hours", "h"), ("hour", "h"), ("hrs", "h"), ("hr", "h"),
            ("milliseconds", "ms"), ("msec", "ms"),
        ]
        var short = text.lowercased().filter { $0 != " " }
        for (long, unit) in spellings where short.hasSuffix(long) {
            short = short.dropLast(long.count) + unit
            break
        }
        return short != text && DurationNotation.parse(short) != nil ? short : nil
    }
}

extension Form where Value == ResourceLimits.Rate {
    private static var units: [String: Duration] { ["s": .seconds(1), "min": .seconds(60), "h": .seconds(3600)] }

    /// A number per second, minute or hour.
    static var rate: Form {
        Form(["type": "string", "pattern": "^[1-9][0-9]{0,8}/(s|min|h)$", "examples": ["60/min", "5/s"]]) {
            cursor in
            if case .text(let text) = cursor.node.content {
                let parts = text.split(separator: "/", omittingEmptySubsequences: false)
                let digits = parts[0]
                if parts.count == 2, (1...9).contains(digits.utf8.count), digits.first != "0",
                    digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let count = Int(digits),
                    let unit = units[String(parts[1])]
                {
                    return ResourceLimits.Rate(count: count, per: unit)
                }
                let spellings = ["sec": "s", "second": "s", "m": "min", "minute": "min", "hour": "h", "hr": "h"]
                let unit = parts.count == 2 ? spellings[String(parts[1])] : nil
                cursor.report(
                    "'\(text)' is not a rate; write 5/s, 60/min or 1000/h", suggestion: unit.map { "\(digits)/\($0)" })
            } else {
                let isNumber = if case .integer = cursor.node.content { true } else { false }
                cursor.expected("a rate such as 60/min", suggestion: isNumber ? cursor.node.written + "/s" : nil)
            }
            return nil
        }
    }
}

extension Form where Value == Double {
    /// A percentage above 0, read as a fraction of 1.
    ///
    /// - Parameter whole: whether 100 % is allowed.
    static func percentage(whole: Bool) -> Form {
        let highest = whole ? "100%" : "below 100%"
        return Form(["type": "string", "pattern": "^[0-9]{1,3}(\\.[0-9]{1,9})?%$", "examples": ["99%", "99.9%"]]) {
            cursor in
            guard case .text(let text) = cursor.node.content else {
                cursor.expected("a percentage such as 99%", suggestion: meant(by: cursor.node.content))
                return nil
            }
            let digits = text.dropLast()
            let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
            guard text.hasSuffix("%"), (1...2).contains(parts.count), (1...3).contains(parts[0].utf8.count),
                parts.count == 1 || (1...9).contains(parts[1].utf8.count),
                digits.utf8.allSatisfy({ $0 == 0x2E || (0x30...0x39).contains($0) }), let value = Double(digits)
            else {
                cursor.report("'\(text)' is not a percentage; write 99% or 99.9%")
                return nil
            }
            guard value > 0, whole ? value <= 100 : value < 100 else {
                cursor.report("\(text) is out of range; it must be above 0% and \(whole ? "at most " : "")\(highest)")
                return nil
            }
            return value / 100
        }
    }

    private static func percent(_ value: Double) -> String {
        value == value.rounded() ? "\(Int(saturating: value))%" : "\(value)%"
    }

    private static func meant(by content: FileNode.Content) -> String? {
        switch content {
        case .integer(let value) where (1...100).contains(value): "\(value)%"
        case .number(let value) where value > 1 && value <= 100: "\(value)%"
        case .number(let value) where value > 0 && value < 1: percent((value * 10_000).rounded() / 100)
        default: nil
        }
    }
}
