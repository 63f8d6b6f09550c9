/// The text of a job file, changed so that the YAML parser composes it in linear time and reports no duplicate key.
///
/// The parser would copy what an alias stands for, and hash whole copies when one is a key: 300 bytes can cost hours.
/// And it stops at the first repeated key. So each `*` is replaced by a character the file does not use, of the same
/// width, which makes an alias a plain scalar that ``YAMLComposer`` expands within its budget; and a key that the
/// parser found twice is renamed the same way before the next try. ``original(_:)`` undoes both.
struct MaskedText {
    private(set) var scalars: [Unicode.Scalar]
    private let aliasMark: Unicode.Scalar
    private let filler: Unicode.Scalar
    private var spare: ArraySlice<Unicode.Scalar>
    private var renamed: [Unicode.Scalar: String] = [:]

    /// How many repeated keys are looked for in one file.
    static let renameLimit = 32

    init?(_ scalars: [Unicode.Scalar]) {
        let unused = Self.unusedScalars(in: scalars, count: Self.renameLimit + 2)
        guard unused.count == Self.renameLimit + 2 else { return nil }
        let mark = unused[0]
        aliasMark = mark
        filler = unused[1]
        spare = unused[2...]
        self.scalars = scalars.map { $0 == "*" ? mark : $0 }
    }

    /// The text for the parser.
    var text: String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }

    /// The name in an unquoted scalar that is an alias.
    func alias(in plain: String) -> String? {
        plain.unicodeScalars.first == aliasMark ? String(plain.unicodeScalars.dropFirst()) : nil
    }

    /// What stood in the file.
    func original(_ text: String) -> String {
        if let first = text.unicodeScalars.first, let key = renamed[first] { return original(key) }
        guard text.unicodeScalars.contains(aliasMark) else { return text }
        var view = String.UnicodeScalarView()
        view.append(contentsOf: text.unicodeScalars.map { $0 == aliasMark ? "*" : $0 })
        return String(view)
    }

    /// Gives the key that begins at the place a name of its own.
    ///
    /// - Returns: whether that was possible; not for keys with anchors, escapes or several lines.
    mutating func rename(_ key: String, at place: Place) -> Bool {
        guard let mark = spare.first, var start = index(of: place) else { return false }
        if ["\"", "'"].contains(scalars[start]) { start += 1 }
        let name = Array(key.unicodeScalars)
        let end = start + name.count
        guard !name.isEmpty, end <= scalars.count, Array(scalars[start..<end]) == name else { return false }
        spare.removeFirst()
        renamed[mark] = key
        scalars.replaceSubrange(start..<end, with: [mark] + Array(repeating: filler, count: name.count - 1))
        return true
    }

    private func index(of place: Place) -> Int? {
        var counter = LineCounter()
        for (index, scalar) in scalars.enumerated() {
            // Between the halves of a line end the place does not change; the later one counts.
            if counter.place == place, scalar != "\n" { return index }
            counter.pass(scalar)
        }
        return nil
    }

    private static func unusedScalars(in scalars: [Unicode.Scalar], count: Int) -> [Unicode.Scalar] {
        let privateUse: ClosedRange<UInt32> = 0xF0000...0xFFFFD
        let used = Set(scalars.filter { privateUse.contains($0.value) }.map(\.value))
        return Array(privateUse.lazy.filter { !used.contains($0) }.compactMap(Unicode.Scalar.init).prefix(count))
    }
}
