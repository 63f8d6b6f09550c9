import Coordinator

/// Quantities of bytes as job files write them: `1GiB`, `64MiB`, or the number of bytes alone.
enum ByteNotation {
    static let pattern = "^[0-9]{1,13}(B|KiB|MiB|GiB|TiB)$"

    /// The units from small to large, by the power of two that each stands for.
    private static let units: [(name: String, power: Int)] = [
        ("B", 0), ("KiB", 10), ("MiB", 20), ("GiB", 30), ("TiB", 40),
    ]

    /// Reads a quantity; `nil` when the text is none, or more than a number of 64 bits can hold.
    static func parse(_ text: String) -> Int? {
        let digits = text.prefix { ("0"..."9").contains($0) }
        let unit = text.dropFirst(digits.count)
        guard (1...13).contains(digits.utf8.count), let count = Int(digits),
            let power = units.first(where: { $0.name == unit })?.power
        else { return nil }
        let (bytes, isTooLarge) = count.multipliedReportingOverflow(by: 1 << power)
        return isTooLarge ? nil : bytes
    }

    /// Writes a quantity in the largest unit that takes no fraction.
    static func text(_ bytes: Int) -> String {
        let unit = units.last { bytes != 0 && bytes.isMultiple(of: 1 << $0.power) } ?? units[0]
        return "\(bytes >> unit.power)\(unit.name)"
    }

    /// The text with its unit in the spelling of job files, as a suggestion: `2GB`, `2 gib` and `2g` are read as `2GiB`.
    static func meant(by text: String) -> String? {
        let short = text.filter { $0 != " " }
        let digits = short.prefix { ("0"..."9").contains($0) }
        guard let letter = short.dropFirst(digits.count).first?.uppercased(),
            let unit = units.first(where: { $0.name.hasPrefix(letter) })
        else { return nil }
        let meant = "\(digits)\(unit.name)"
        return meant != text && parse(meant) != nil ? meant : nil
    }
}

extension Form where Value == Int {
    /// A quantity of bytes within bounds: a whole number, or one with a unit.
    static func bytes(in range: ClosedRange<Int>) -> Form {
        let text: JSONValue = [
            "type": "string", "pattern": .string(ByteNotation.pattern), "examples": ["64MiB", "1GiB"],
        ]
        return Form(["anyOf": [.object(Form.integer(in: range).schema), text]]) { cursor in
            guard case .text(let text) = cursor.node.content else {
                if case .integer = cursor.node.content { return Form.integer(in: range).read(cursor) }
                cursor.expected("a quantity of bytes such as 64MiB")
                return nil
            }
            guard let bytes = ByteNotation.parse(text) else {
                cursor.report(
                    "'\(text)' is not a quantity of bytes; write 64MiB, 1GiB or a whole number of bytes",
                    suggestion: ByteNotation.meant(by: text))
                return nil
            }
            guard range.contains(bytes) else {
                let (least, most) = (ByteNotation.text(range.lowerBound), ByteNotation.text(range.upperBound))
                cursor.report("\(text) is out of range; it must be from \(least) to \(most)")
                return nil
            }
            return bytes
        }
    }
}
