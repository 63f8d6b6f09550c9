import SourceCode

/// The details of one file that can be read without a parser of its language.
struct FileDetails: Sendable {
    let lines: Int
    let headings: [Heading]
    let todos: [WorkMarker]
    let manifest: Manifest?

    init(_ file: SourceFile) {
        lines = SourceLines(file.text).count
        headings = file.language == .markdown ? MarkdownHeadings.headings(of: file) : []
        todos = WorkMarkers.markers(of: file)
        manifest = ManifestReader.manifest(of: file)
    }
}
