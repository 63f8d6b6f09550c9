/// How much one answer of a model may change.
package struct EditLimits: Sendable, Hashable {
    /// The most edits. Default 50.
    package var edits = 50
    /// The most files. Default 20.
    package var files = 20
    /// The most bytes of new text, over all edits. Default 256 KiB.
    package var bytes = 256 << 10
    /// The most bytes of the pieces that are looked for, over all edits. Default 256 KiB.
    package var searchedBytes = 256 << 10
    /// The most problems that are reported to the model. Default 10.
    package var problems = 10
    /// The most bytes of lines that are shown with the problems, over all of them. Default 3,000.
    package var shownBytes = 3_000

    package init() {}
}
