/// How long the lists of a ``CollectedContext`` may get.
package struct CollectorLimits: Sendable, Hashable {
    /// The most files listed. Default 5,000.
    package var files = 5_000
    /// The most declarations, over all files. Default 5,000.
    package var symbols = 5_000
    /// The most headings. Default 1,000.
    package var headings = 1_000
    /// The most markers of work left to do. Default 500.
    package var todos = 500
    /// The most manifests. Default 200.
    package var manifests = 200
    /// The most files left out that are listed. Default 1,000.
    package var skipped = 1_000
    /// The most files in the ranking. Default 100.
    package var ranking = 100
    /// The most words of the task that are looked for. Default 64.
    package var taskWords = 64
    /// The longest documentation text kept of a declaration, in characters. Default 400.
    package var documentationLength = 400
    /// The longest signature kept, in characters. Default 400.
    package var signatureLength = 400

    package init() {}
}
