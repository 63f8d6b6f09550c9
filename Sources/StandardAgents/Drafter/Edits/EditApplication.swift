import SourceCode
import Support

/// Applies a model's edits to files, or states for each edit why it cannot be applied.
///
/// An answer of a model is input from outside: nothing in it is trusted. The edits are applied all or none, since half
/// of a change is seldom useful.
package struct EditApplication: Sendable {
    /// The changed files, by path; empty when there is a problem.
    package private(set) var revisions: [FileRevision] = []
    /// The problems, each worded so that the model can correct it.
    package private(set) var problems: [String] = []

    private let limits: EditLimits
    private let texts: [ExactString: String]
    private var changed: [ExactString: String] = [:]

    /// Applies edits in their order; a later edit applies to the file as an earlier one changed it.
    ///
    /// - Parameters:
    ///   - texts: the files that may be changed, by path.
    ///   - isTaken: whether something exists at a path that is not among those files.
    package init(
        _ edits: [EditProposal.Edit], to texts: [ExactString: String], limits: EditLimits = EditLimits(),
        isTaken: (String) -> Bool
    ) {
        self.limits = limits
        self.texts = texts
        checkAmount(edits)
        guard problems.isEmpty else { return }
        for (index, edit) in edits.enumerated() {
            if let problem = apply(edit, isTaken: isTaken) {
                problems.append("Edit \(index + 1), \(GitPath.quoted(String(edit.path.prefix(200)))): \(problem).")
            }
        }
        guard problems.isEmpty else {
            let more = problems.count - limits.problems
            if more > 0 { problems = problems.prefix(limits.problems) + ["There are \(more) more problems."] }
            return
        }
        revisions = changed.keys.sorted().map { FileRevision(path: $0.string, old: texts[$0], new: changed[$0]) }
            .filter(\.isChange)
        if revisions.isEmpty, !edits.isEmpty { problems.append("The edits together change nothing.") }
    }

    private mutating func checkAmount(_ edits: [EditProposal.Edit]) {
        if edits.count > limits.edits {
            problems.append("There are \(edits.count) edits; at most \(limits.edits) are taken. Change less.")
        }
        let files = Set(edits.map { ExactString($0.path) }).count
        if files > limits.files {
            problems.append("\(files) files are changed; at most \(limits.files) may be. Change less.")
        }
        let bytes = edits.reduce(0) { $0 + $1.replace.utf8.count }
        if bytes > limits.bytes {
            problems.append("The new text has \(bytes) bytes; at most \(limits.bytes) are taken. Change less.")
        }
    }

    /// Applies one edit; returns why it cannot be applied, as a sentence without a period.
    private mutating func apply(_ edit: EditProposal.Edit, isTaken: (String) -> Bool) -> String? {
        var edit = edit
        edit.path = texts.name(for: edit.path) ?? edit.path
        if let fault = PlainPath.fault(in: edit.path) { return "the path \(fault)" }
        if let fault = Self.unprintable(edit.path) ?? Self.unprintable(edit.replace) { return fault }
        guard let text = changed[edit.path] ?? texts[edit.path] else {
            if isTaken(edit.path) { return "the file is not one of those you were given, and may not be changed" }
            guard edit.search.isEmpty else {
                return "there is no such file; to make it, leave `search` empty"
            }
            changed[edit.path] = edit.replace
            return edit.replace.isEmpty ? "the new file is empty" : nil
        }
        guard !edit.search.isEmpty else {
            return "the file exists; put the piece that is to be replaced into `search`"
        }
        // A model writes line feeds; a file with other line endings keeps them.
        let ending = TextLines(text).ending
        let search = Self.with(edit.search, ending)
        guard search != Self.with(edit.replace, ending) else { return "`search` and `replace` are the same" }
        guard let offset = text.utf8.onlyRange(of: Array(search.utf8)) else {
            return Self.whyNotFound(search, in: text)
        }
        var bytes = Array(text.utf8)
        bytes.replaceSubrange(offset, with: Array(Self.with(edit.replace, ending).utf8))
        changed[edit.path] = String(decoding: bytes, as: UTF8.self)
        return nil
    }

    private static func with(_ text: String, _ ending: String) -> String {
        let plain = text.replacing("\r\n", with: "\n")
        return ending == "\n" ? plain : plain.replacing("\n", with: ending)
    }

    /// Why a text is no source text, when it holds a control character; a NUL marks binary content.
    static func unprintable(_ text: String) -> String? {
        let bad = text.utf8.first { ($0 < 0x20 && $0 != 0x09 && $0 != 0x0A && $0 != 0x0D) || $0 == 0x7F }
        return bad.map { "it holds the control character \($0), which no text file needs" }
    }

    private static func whyNotFound(_ search: String, in text: String) -> String {
        let count = text.utf8.ranges(of: Array(search.utf8), limit: 100).count
        if count > 1 {
            return
                "`search` stands there \(count == 100 ? "100 times or more" : "\(count) times"); add lines around it "
                + "until it stands there once"
        }
        let lines = search.split(whereSeparator: \.isNewline).map { $0.trimmingWhitespace() }.filter { !$0.isEmpty }
        guard let first = lines.first else { return "`search` is nothing but space" }
        let lineNumbers = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated()
            .filter { $0.element.trimmingWhitespace() == first }.map { $0.offset + 1 }
        guard let offset = lineNumbers.first else {
            return "`search` does not stand there, nor does its first line; copy it from the file"
        }
        return
            "`search` does not stand there letter by letter, though its first line stands in line \(offset); copy it with "
            + "its indentation"
    }
}

extension String.UTF8View {
    /// The ranges of the occurrences of some bytes, at most `limit` of them; they may overlap.
    fileprivate func ranges(of needle: [UInt8], limit: Int) -> [Range<Int>] {
        ByteSearch(needle).offsets(in: Array(self), limit: limit).map { $0..<$0 + needle.count }
    }

    /// The range of some bytes; `nil` unless they occur exactly once.
    fileprivate func onlyRange(of needle: [UInt8]) -> Range<Int>? {
        let found = ranges(of: needle, limit: 2)
        return found.count == 1 ? found[0] : nil
    }
}
