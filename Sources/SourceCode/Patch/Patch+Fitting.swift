import Support

extension Patch {
    /// The patch made anew from the files, with what their lines have and its lines have not: other ends, white space
    /// at their ends, no line feed at the end of the file.
    ///
    /// - Parameter text: The text of a file; `nil` where there is no file with a text.
    /// - Throws: ``PatchFault`` with the file and the hunk that does not fit.
    func fitted(to text: (String) -> String?) throws(PatchFault) -> Patch {
        var fitted = self
        var seen: Set<ExactString> = []
        for index in files.indices where !files[index].hunks.isEmpty {
            let file = files[index]
            let name = PatchName.shown(file.oldPath)
            if file.change == .added {
                if text(file.path) != nil { throw PatchFault(sentence: "\(name) is to be made, and exists already.") }
                continue
            }
            guard seen.insert(ExactString(file.oldPath)).inserted else {
                throw PatchFault(sentence: "\(name) is in the patch twice.")
            }
            guard let old = text(file.oldPath) else {
                throw PatchFault(sentence: "there is no file \(name) with a text.")
            }
            var fit = HunkFit(old, name: name)
            let new = try fit.applying(file.hunks)
            if file.change == .deleted, !new.isEmpty {
                throw PatchFault(sentence: "\(name) is to be deleted, and has other lines than the patch deletes.")
            }
            let change = FileRevision(path: file.path, old: old, new: file.change == .deleted ? nil : new)
            fitted.files[index].hunks = UnifiedDiff().file(change)?.hunks ?? []
            guard fit.hasOtherEnds else { continue }
            fitted.noted.append("The ends of lines in the patch are not those of \(name); the file's own were taken.")
        }
        return fitted
    }
}
