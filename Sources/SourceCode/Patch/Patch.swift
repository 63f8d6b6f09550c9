import Support

/// A patch as it was read, whoever wrote it: git, a model, a program, a person.
///
/// All that git applies is read: patches without `diff --git` or without a folder before the names, with text around
/// them, with counts that are wrong (`git apply --recount`). Beyond that, what gets lost on the way is put back: the
/// last line feed, the space of an empty line, line feeds that became CR LF. ``text`` is the patch as git takes it
/// without any option, and all else, what is refused and what is shown, goes by ``files``: nobody reads the patch twice
/// in two ways.
package struct Patch: Sendable {
    /// The largest patch that is read, in bytes. 8 MiB.
    package static let maximumBytes = 8 << 20

    /// The files in the order of the patch.
    package internal(set) var files: [PatchedFile] = []
    /// Why the patch must not be applied, in whole sentences; `nil` when it may be.
    ///
    /// A patch may come from a model or from outside. Refused are paths that are absolute or leave the workspace, any
    /// path in a `.git` folder, symbolic links, submodules, binary content, and what cannot be read.
    package private(set) var refusal: String?
    /// What was read otherwise than it stands there, in whole sentences.
    package var notes: [String] { noted.sentences }
    var noted = PatchNotes()

    /// Reads a patch.
    /// - Parameter isFile: Whether there is a file at a path. Where a patch may or may not have a folder before its
    ///   names, that decides.
    package init(_ text: String, isFile: (String) -> Bool = { _ in false }) {
        let bytes = text.utf8.count
        guard bytes <= Self.maximumBytes else {
            refusal = "The patch has \(bytes) bytes; at most \(Self.maximumBytes) are looked at."
            return
        }
        guard !text.utf8.contains(0) else {
            refusal = "The patch contains a NUL byte: binary content is not applied."
            return
        }
        do throws(PatchFault) {
            var reader = PatchReader(TextLines(text).lines)
            (files, noted) = try reader.read(isFile)
            if files.isEmpty { refusal = "The text is not a patch: no file header was found in it." }
        } catch {
            refusal = "The patch is refused: \(error.sentence)"
        }
    }

    /// The patch as git takes it.
    package var text: String { String(decoding: files.flatMap(\.text), as: UTF8.self) }

    /// The lines that the patch adds, by path, each with its number in the new file.
    package var addedLines: [ExactString: [(line: Int, text: String)]] {
        var added: [ExactString: [(line: Int, text: String)]] = [:]
        for file in files {
            for hunk in file.hunks {
                var number = hunk.newStart
                for line in hunk.lines where line.kind != .deleted {
                    if line.kind == .added {
                        let text = String(decoding: line.bytes.droppingLineEnd, as: UTF8.self)
                        added[ExactString(file.path), default: []].append((number, text))
                    }
                    number &+= 1
                }
            }
        }
        return added
    }
}

/// Why a patch cannot be read.
struct PatchFault: Error {
    /// A sentence that goes on after "The patch is refused: ".
    let sentence: String
}

extension ArraySlice<UInt8> {
    /// The line without its CR LF or line feed.
    var droppingLineEnd: ArraySlice<UInt8> {
        var line = self
        if line.last == 0x0A { line.removeLast() }
        if line.last == 0x0D { line.removeLast() }
        return line
    }
}
