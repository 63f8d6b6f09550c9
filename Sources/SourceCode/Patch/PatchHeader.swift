import Support

/// What stands before a file's hunks in a patch: its names, its modes, what happens to it.
struct PatchHeader {
    /// Whether it began with `diff --git`.
    let isGit: Bool
    /// The names as they stand there, with the folder before them; `nil` where a line says `/dev/null`.
    private var old: [UInt8]?
    private var new: [UInt8]?
    /// Whether `---` and `+++` were read.
    private(set) var hasNames = false
    /// Whether the patch as a whole has CR LF for line feeds.
    private(set) var isConverted = false
    var hunks: [PatchedFile.Hunk] = []
    /// How many of them say other numbers of lines than they have.
    var miscounted = 0

    private var change: PatchedFile.Change?
    private var movedFrom: [UInt8]?
    private var movedTo: [UInt8]?
    private var oldMode: String?
    private var newMode: String?

    /// A file without a line `diff --git`.
    init() { isGit = false }

    /// A file with a line `diff --git`; where it holds no common name, the following lines name the file.
    init(gitLine line: ArraySlice<UInt8>) {
        isGit = true
        guard let names = PatchName.pair(line.dropFirst("diff --git ".utf8.count)) else { return }
        (old, new) = names
    }

    mutating func setNames(old oldLine: ArraySlice<UInt8>, new newLine: ArraySlice<UInt8>) {
        hasNames = true
        isConverted = newLine.suffix(2).elementsEqual([0x0D, 0x0A])
        old = PatchName.name(oldLine.dropFirst(4))
        new = PatchName.name(newLine.dropFirst(4))
    }

    /// The file's name for messages.
    var shownName: String {
        let name = movedTo ?? new ?? old ?? []
        let isPrefixed = name.starts(with: "a/".utf8) || name.starts(with: "b/".utf8)
        // It is asked for with each hunk. A scalar has up to four bytes.
        let start = name.dropFirst(isPrefixed ? 2 : 0).prefix(4 * (PatchName.shownLength + 1))
        return PatchName.shown(String(decoding: start, as: UTF8.self))
    }

    /// What was read otherwise than it stands there; `nil` when nothing was.
    var note: String? {
        switch miscounted {
        case 0: nil
        case 1 where hunks.count == 1:
            "The counts in the header of hunk 1 of \(shownName) are wrong; its lines were counted anew."
        default:
            "The counts in the headers of \(miscounted) of \(Counted.text(hunks.count, "hunk")) of \(shownName) are "
                + "wrong; their lines were counted anew."
        }
    }

    // MARK: The lines between

    /// Reads a line that is neither a name nor part of a hunk.
    mutating func readExtended(_ line: ArraySlice<UInt8>) throws(PatchFault) {
        func rest(_ prefix: String) -> ArraySlice<UInt8>? {
            line.starts(with: prefix.utf8) ? line.dropFirst(prefix.utf8.count) : nil
        }
        if rest("GIT binary patch") != nil || rest("Binary files ") != nil { throw refusal("it holds binary content") }
        for (prefix, isNew, change) in Self.moves {
            guard let name = rest(prefix) else { continue }
            self.change = change
            if isNew { movedTo = PatchName.name(name) } else { movedFrom = PatchName.name(name) }
        }
        for (prefix, isNew, change) in Self.modes {
            guard let mode = rest(prefix) else { continue }
            if let change { self.change = change }
            let text = try checked(mode)
            if isNew { newMode = text } else { oldMode = text }
        }
        // Only the mode of an unchanged mode stands there.
        if rest("index ") != nil, let mode = line.split(separator: 0x20).dropFirst(2).first { _ = try checked(mode) }
    }

    private static let moves: [(String, Bool, PatchedFile.Change)] = [
        ("rename from ", false, .renamed), ("rename to ", true, .renamed), ("rename old ", false, .renamed),
        ("rename new ", true, .renamed), ("copy from ", false, .copied), ("copy to ", true, .copied),
    ]
    private static let modes: [(String, Bool, PatchedFile.Change?)] = [
        ("new file mode ", true, .added), ("deleted file mode ", false, .deleted), ("old mode ", false, nil),
        ("new mode ", true, nil),
    ]

    private func checked(_ mode: ArraySlice<UInt8>) throws(PatchFault) -> String {
        let text = String(decoding: mode, as: UTF8.self).trimmingWhitespace()
        switch text {
        case "100644", "100755", "100664": return text == "100755" ? text : "100644"
        case "120000": throw refusal("it makes or changes a symbolic link")
        case "160000": throw refusal("it makes or changes a submodule")
        default: throw refusal("it sets the file mode \(text.prefix(12))")
        }
    }

    private func refusal(_ reason: String) -> PatchFault { PatchFault(sentence: "\(shownName): \(reason).") }

    // MARK: The file

    /// The file that the header and its hunks tell of.
    func file(_ isFile: (String) -> Bool) throws(PatchFault) -> PatchedFile {
        guard old != nil || new != nil || movedFrom != nil && movedTo != nil else {
            throw PatchFault(sentence: "a header does not tell which file it is about.")
        }
        let names = try PatchName.plain(old: old, new: new, isFile: isFile)
        let isOld = try movedFrom.map { name throws(PatchFault) in try PatchName.text(name) } ?? names.old
        let isNew = try movedTo.map { name throws(PatchFault) in try PatchName.text(name) } ?? names.new
        var file = PatchedFile(
            change: try change(isOld, isNew, isFile), oldPath: isOld ?? isNew ?? "", path: isNew ?? isOld ?? "",
            oldMode: oldMode, newMode: newMode, hunks: hunks)
        if file.change != .renamed, file.change != .copied {
            // Of `file.orig` and `file` the file is meant.
            let isVariant = file.path.hasPrefix(file.oldPath) && !file.oldPath.isEmpty
            file.path = file.change == .deleted || isVariant ? file.oldPath : file.path
            file.oldPath = file.path
        }
        try check(file)
        return file
    }

    private func change(
        _ old: String?, _ new: String?, _ isFile: (String) -> Bool
    ) throws(PatchFault) -> PatchedFile.Change {
        if let change { return change }
        if old == nil { return .added }
        if new == nil { return .deleted }
        guard !isGit, hunks.count == 1, let hunk = hunks.first else { return .modified }
        // Other programs than git name a new file twice.
        return hunk.oldStart == 0 && hunk.counts.old == 0 && !isFile(new ?? "") ? .added : .modified
    }

    /// Refuses a path where no patch may write.
    private func check(_ file: PatchedFile) throws(PatchFault) {
        for path in [file.oldPath, file.path] {
            guard let fault = PlainPath.fault(in: path) else { continue }
            throw PatchFault(sentence: "the path \(PatchName.shown(path)) \(fault).")
        }
        if let kind = hunks.lazy.flatMap(\.lines).first(where: { line in
            file.change == .added && line.kind != .added || file.change == .deleted && line.kind != .deleted
        }) {
            let what =
                file.change == .added ? "is new, and has a line of before" : "is deleted, and has a line of after"
            throw PatchFault(
                sentence:
                    "\(shownName) \(what): \(PatchName.shown(String(decoding: kind.bytes.droppingLineEnd, as: UTF8.self)))."
            )
        }
    }
}
