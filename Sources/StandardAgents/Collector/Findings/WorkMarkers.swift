import SourceCode
import Support

/// Finds the comments that mark work left to do.
enum WorkMarkers {
    private static let markers: [(String, Marker)] = [
        ("TODO", "TODO"), ("FIXME", "FIXME"), ("HACK", "HACK"), ("XXX", "XXX"),
    ]
    private static let longestText = 200
    /// How far from the start of its line a marker may stand, and how much after it is read, in bytes. A longer line is
    /// data, and reading it again for each of its markers would cost the square of its length.
    private static let longestLine = 1_000

    static func markers(of file: SourceFile) -> [WorkMarker] {
        let bytes = Array(file.text.utf8) + [0]
        let lines = LineStarts(bytes)
        return bytes.withUnsafeBytes { terminated in
            let text = UnsafeRawBufferPointer(rebasing: terminated.dropLast())
            var found: [WorkMarker] = []
            for (name, marker) in markers {
                var from = 0
                while let position = text.position(of: marker, from: from) {
                    from = position + marker.length
                    guard
                        let rest = remark(
                            at: position, length: marker.length, in: text, isProgram: file.language.isProgramText)
                    else { continue }
                    found.append(
                        WorkMarker(path: file.path, line: lines.index(of: position) + 1, marker: name, text: rest))
                }
            }
            return found.sorted { ($0.line, $0.marker, $0.text) < ($1.line, $1.marker, $1.text) }
        }
    }

    /// The text after a marker that stands alone in a comment; `nil` when it is part of a word or of code.
    private static func remark(at position: Int, length: Int, in text: UnsafeRawBufferPointer, isProgram: Bool)
        -> String?
    {
        let end = position + length
        if position > 0, ByteClass.word.contains(text[position - 1]) { return nil }
        if end < text.count, ByteClass.word.contains(text[end]) { return nil }
        var lineStart = position
        while lineStart > 0, text[lineStart - 1] != UInt8(ascii: "\n") {
            guard position - lineStart < longestLine else { return nil }
            lineStart -= 1
        }
        let before = String(decoding: text[lineStart..<position], as: UTF8.self).trimmingWhitespace()
        let openers = ["//", "#", "/*", "*", "--", "<!--", ";", "%", "\"\"\""]
        let inComment =
            openers.contains { before.hasSuffix($0) || before.hasPrefix($0) }
            || ["// ", "/* ", " # "].contains { before.contains($0) }
        let hasColon = end < text.count && (text[end] == UInt8(ascii: ":") || text[end] == UInt8(ascii: "("))
        guard inComment || (!isProgram && before.isEmpty && hasColon) else { return nil }
        var stop = end
        while stop < text.count, stop - end < longestLine, text[stop] != UInt8(ascii: "\n") { stop += 1 }
        var rest = Substring(String(decoding: text[end..<stop], as: UTF8.self))
        for closer in ["*/", "-->"] where rest.trimmingWhitespace().hasSuffix(closer) {
            rest = Substring(rest.trimmingWhitespace().dropLast(closer.count))
        }
        let cleaned = rest.drop { $0 == ":" || $0 == " " || $0 == "-" }.trimmingWhitespace()
        return String(cleaned.prefix(longestText))
    }
}
