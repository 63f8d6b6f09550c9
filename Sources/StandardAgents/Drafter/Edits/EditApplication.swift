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
    package private(set) var problems: [AnswerProblem] = []

    private let limits: EditLimits
    private let texts: [ExactString: String]
    private let symbols: [ExactString: [Symbol]]
    private let resolver: PathResolver
    private var changed: [ExactString: EditedFile] = [:]
    /// The new files, by path, with the numbers of the edits that make them.
    private var made: [ExactString: (text: String, number: Int)] = [:]

    /// Applies edits in their order. Pieces are looked for in the file as earlier edits changed it; lines and declarations
    /// are those of the file as it was.
    ///
    /// - Parameters:
    ///   - texts: the files that may be changed, by path.
    ///   - symbols: their declarations, by path.
    ///   - folders: absolute paths of the workspace, which may stand before the paths.
    ///   - isTaken: whether something exists at a path that is not among those files.
    package init(
        _ edits: [EditProposal.Edit], to texts: [ExactString: String], symbols: [ExactString: [Symbol]] = [:],
        folders: [String] = [], limits: EditLimits = EditLimits(), isTaken: (String) -> Bool
    ) {
        self.limits = limits
        self.texts = texts
        self.symbols = symbols
        resolver = PathResolver(texts.keys.sorted().map(\.string), folders: folders)
        checkAmount(edits)
        guard problems.isEmpty else { return }
        for (index, edit) in edits.enumerated() {
            do throws(EditedFile.Fault) {
                try apply(edit, number: index + 1, isTaken: isTaken)
            } catch {
                let path = GitPath.shown(Excerpt.of(edit.path, atMost: 200))
                problems.append(AnswerProblem(words: "Edit \(index + 1), \(path): \(error.words).", lines: error.lines))
            }
        }
        problems = problems.bounded(limits)
        guard problems.isEmpty else { return }
        revisions =
            changed.map { FileRevision(path: $0.string, old: texts[$0], new: $1.result) }
            .filter(\.isChange)
            + made.map { FileRevision(path: $0.string, old: nil, new: $1.text) }
        revisions = revisions.sorted(byBytesOf: \.path)
        if revisions.isEmpty, !edits.isEmpty {
            problems.append(AnswerProblem(words: "The edits together change nothing."))
        }
    }

    private mutating func checkAmount(_ edits: [EditProposal.Edit]) {
        func check(_ amount: Int, _ limit: Int, _ words: (String) -> String) {
            if amount > limit { problems.append(AnswerProblem(words: words("at most \(limit)") + " Change less.")) }
        }
        check(edits.count, limits.edits) { "There are \(edits.count) edits; \($0) are taken." }
        let files = Set(edits.map { ExactString($0.path) }).count
        check(files, limits.files) { "\(files) files are changed; \($0) may be." }
        let bytes = edits.reduce(0) { $0 + $1.text.utf8.count }
        check(bytes, limits.bytes) { "The new text has \(bytes) bytes; \($0) are taken." }
        let searched = edits.reduce(0) { $0 + $1.target.bytes }
        check(searched, limits.searchedBytes) { "The pieces to look for have \(searched) bytes; \($0) are taken." }
    }

    private mutating func apply(
        _ edit: EditProposal.Edit, number: Int, isTaken: (String) -> Bool
    ) throws(EditedFile.Fault) {
        if let fault = Self.unprintable(edit.path) ?? Self.unprintable(edit.text) {
            throw EditedFile.Fault(words: fault)
        }
        guard case .place(let place) = edit.target else { return try make(edit, number, isTaken: isTaken) }
        let path = try self.path(edit.path, isTaken: isTaken)
        var file = changed[path] ?? EditedFile(path: path, text: texts[path] ?? "", symbols: symbols[path] ?? [])
        try file.replace(place, with: edit.text, number: number)
        changed[path] = file
    }

    /// The file that an edit names.
    private func path(_ name: String, isTaken: (String) -> Bool) throws(EditedFile.Fault) -> String {
        switch resolver.resolve(name, isTaken: isTaken) {
        case .file(let path): return path
        case .excluded: throw Self.excluded
        case .several(let paths):
            throw EditedFile.Fault(
                words:
                    "several files can be meant: \(paths.map(GitPath.shown).joined(separator: ", ")); write the whole path"
            )
        case .unknown(let nearest):
            let path = resolver.newPath(name)
            if let earlier = made[path] {
                throw EditedFile.Fault(words: "edit \(earlier.number) makes this file; put all of it into that edit")
            }
            if let fault = PlainPath.fault(in: path) { throw EditedFile.Fault(words: "the path \(fault)") }
            let guess = nearest.map { "did you mean `\(GitPath.shown($0))`? A" } ?? "a"
            throw EditedFile.Fault(words: "there is no such file; \(guess) new file's path belongs into `new_file`")
        }
    }

    private mutating func make(
        _ edit: EditProposal.Edit, _ number: Int, isTaken: (String) -> Bool
    ) throws(EditedFile.Fault) {
        let path = resolver.newPath(edit.path)
        if let fault = PlainPath.fault(in: path) { throw EditedFile.Fault(words: "the path \(fault)") }
        let isMarkdown = Language(path: path) == .markdown
        let text = PieceReading.text(edit.text, inPlaceOf: "", isMarkdown: isMarkdown)
        if let known = resolver.sameFile(as: path) {
            guard texts[known]?.isEmpty == true, changed[known] == nil else {
                let name = known.utf8.elementsEqual(path.utf8) ? "" : " as `\(GitPath.shown(known))`"
                throw EditedFile.Fault(
                    words:
                        "the file exists\(name); name the `lines`, the `symbol` or the piece to `search` that is replaced"
                )
            }
            return changed[known] = EditedFile(path: known, text: text, symbols: [])
        }
        if let earlier = made[path] {
            throw EditedFile.Fault(words: "edit \(earlier.number) makes this file; put all of it into that edit")
        }
        guard !isTaken(path) else { throw Self.excluded }
        guard !text.isEmpty else { throw EditedFile.Fault(words: "the new file is empty") }
        made[path] = (text, number)
    }

    private static let excluded = EditedFile.Fault(
        words: "the file is not one of those you were given, and may not be changed")

    /// Why a text is no source text, when it holds a control character; a NUL marks binary content.
    static func unprintable(_ text: String) -> String? {
        let bad = text.utf8.first { ($0 < 0x20 && $0 != 0x09 && $0 != 0x0A && $0 != 0x0D) || $0 == 0x7F }
        return bad.map { "it holds the control character \($0), which no text file needs" }
    }
}

extension EditProposal.Target {
    /// The bytes that are looked for.
    fileprivate var bytes: Int {
        switch self {
        case .place(.piece(let text)), .place(.symbol(let text)): text.utf8.count
        case .place(.lines), .newFile: 0
        }
    }
}

extension [AnswerProblem] {
    /// The first problems, and lines with the first of them.
    func bounded(_ limits: EditLimits) -> [AnswerProblem] {
        var room = limits.shownBytes
        var bounded = prefix(limits.problems).map { problem in
            var problem = problem
            room -= problem.lines.utf8.count
            if room < 0 { problem.lines = "" }
            return problem
        }
        if count > limits.problems {
            let more = count - limits.problems
            bounded.append(
                AnswerProblem(words: "There \(more == 1 ? "is" : "are") \(Counted.text(more, "more problem"))."))
        }
        return bounded
    }
}
