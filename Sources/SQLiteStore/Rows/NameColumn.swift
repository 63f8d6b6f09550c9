/// Names as columns of text, which SQLite's callers read up to the first NUL.
enum NameColumn {
    /// The name as jobs are found by it, each NUL shown as the sign for it.
    static func text(_ name: String) -> String {
        name.utf8.contains(0) ? name.replacing("\0", with: "\u{2400}") : name
    }

    /// - Throws: ``StoreError`` for the name of a job or of its owner that cannot be kept as it is.
    static func check(_ jobID: String, _ owner: String) throws(StoreError) {
        for (what, name) in [("job", jobID), ("owner of a job", owner)] where name.utf8.contains(0) {
            throw StoreError(
                .refused, "the name of the \(what), '\(text(name))', has a NUL in it; give it another name")
        }
    }
}
