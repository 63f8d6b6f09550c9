/// The left side of `--set PATH=VALUE`.
struct OverridePath {
    enum Segment: Equatable {
        case name(String)
        case index(Int)
    }

    let segments: [Segment]

    /// Splits an override at its `=`.
    ///
    /// - Returns: `nil` when the text is not a path followed by `=`.
    static func split(_ text: String) -> (path: OverridePath, value: String)? {
        var rest = Substring(text)
        var segments: [Segment] = []
        while rest.first != "=" {
            if rest.hasPrefix("[\"") {
                guard let end = rest.firstRange(of: "\"]") else { return nil }
                segments.append(.name(String(rest[rest.index(rest.startIndex, offsetBy: 2)..<end.lowerBound])))
                rest = rest[end.upperBound...]
            } else if rest.first == "[" {
                guard let end = rest.firstIndex(of: "]"), let index = Int(rest[..<end].dropFirst()), index >= 0 else {
                    return nil
                }
                segments.append(.index(index))
                rest = rest[rest.index(after: end)...]
            } else {
                if !segments.isEmpty {
                    guard rest.first == "." else { return nil }
                    rest = rest.dropFirst()
                }
                let name = rest.prefix { !".=[]\" ".contains($0) }
                guard !name.isEmpty else { return nil }
                segments.append(.name(String(name)))
                rest = rest.dropFirst(name.count)
            }
        }
        guard !segments.isEmpty else { return nil }
        return (OverridePath(segments: segments), String(rest.dropFirst()))
    }
}
