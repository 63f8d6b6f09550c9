/// Reads the files of a patch, and skips the text around them.
struct PatchReader {
    private let lines: [ArraySlice<UInt8>]
    private var index = 0
    private var files: [PatchedFile] = []
    private var notes = PatchNotes()
    private var current: PatchHeader?

    init(_ lines: [ArraySlice<UInt8>]) { self.lines = lines }

    /// The files, and what was read otherwise than it stands there.
    mutating func read(_ isFile: (String) -> Bool) throws(PatchFault) -> ([PatchedFile], PatchNotes) {
        while index < lines.count {
            let line = lines[index]
            if line.starts(with: "diff --git ".utf8) {
                try finish(isFile)
                current = PatchHeader(gitLine: line.droppingLineEnd)
                index += 1
            } else if startsNames {
                if current == nil || current?.hasNames == true {
                    try finish(isFile)
                    current = PatchHeader()
                }
                current?.setNames(old: lines[index], new: lines[index + 1])
                index += 2
            } else if line.starts(with: "@@".utf8), current != nil || line.starts(with: "@@ -".utf8) {
                try readHunk()
            } else {
                if current?.hunks.isEmpty == true { try current?.readExtended(line.droppingLineEnd) }
                index += 1
            }
        }
        try finish(isFile)
        return (files, notes)
    }

    /// Whether the two lines that name a file are here.
    private var startsNames: Bool {
        guard index + 1 < lines.count, lines[index].starts(with: "--- ".utf8),
            lines[index + 1].starts(with: "+++ ".utf8)
        else { return false }
        // Anywhere else such lines are names only where a hunk follows them.
        if current?.isGit == true, current?.hasNames == false { return true }
        return index + 2 < lines.count && lines[index + 2].starts(with: "@@".utf8)
    }

    private mutating func finish(_ isFile: (String) -> Bool) throws(PatchFault) {
        if let header = current {
            files.append(try header.file(isFile))
            if let note = header.note { notes.append(note) }
        }
        current = nil
    }

    private mutating func readHunk() throws(PatchFault) {
        guard
            let (place, isConverted) = current.map({ header in
                ("hunk \(header.hunks.count + 1) of \(header.shownName)", header.isConverted)
            })
        else {
            throw PatchFault(sentence: "line \(index + 1) begins a hunk, and no line before it names a file.")
        }
        var reader = HunkReader(lines, at: index, place: place, isConverted: isConverted)
        let hunk = try reader.read()
        // In place: a copy of the header would copy its hunks with each.
        current?.hunks.append(hunk)
        if reader.isMiscounted { current?.miscounted += 1 }
        index = reader.index
    }
}
