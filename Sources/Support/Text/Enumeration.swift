extension [String] {
    /// The texts as an enumeration: "a, b and c"; of more than six the first five are named.
    package var listed: String {
        if count > 6 { return prefix(5).joined(separator: ", ") + " and \(count - 5) more" }
        guard let last, count > 1 else { return first ?? "" }
        return dropLast().joined(separator: ", ") + " and " + last
    }
}
