import Support

/// The files that runs of this program left in a working tree. They are the input of nobody: a copy of them would hold
/// the results of the last run, and that of the next run both.
///
/// A run's folder ignores itself in git. These rules are for results beside files of the user, and for those of earlier
/// versions: a folder with the list of a run's files is a run's, and what it lists is the run's.
struct OwnResults {
    private var paths: Set<ExactString> = []
    private var folders: Set<ExactString> = []

    /// - Parameters:
    ///   - untracked: The paths that git does not track: tracked results are the user's by his own word.
    ///   - root: The folder to which they are relative.
    init(among untracked: [String], in root: String) {
        for path in untracked where Self.name(of: path) == RunFolder.list {
            let folder = String(path.utf8.dropLast(RunFolder.list.utf8.count)) ?? ""
            folders.insert(ExactString(folder))
            for name in RunFolder.fixed + [RunFolder.list] { paths.insert(ExactString(folder + name)) }
            for file in Self.lines(of: root + "/" + path) where file.hasPrefix(RunFolder.artifacts + "/") {
                paths.insert(ExactString(folder + file))
            }
        }
    }

    /// Whether an untracked file is a run's.
    func contains(_ path: String) -> Bool {
        guard !folders.isEmpty else { return false }
        if paths.contains(ExactString(path)) { return true }
        let name = Self.name(of: path)
        let folder = String(path.utf8.dropLast(name.utf8.count)) ?? ""
        return name.hasSuffix(RunFolder.temporarySuffix) && folders.contains(ExactString(folder))
    }

    private static func name(of path: String) -> Substring { path.lastPathSegment }

    private static func lines(of path: String) -> [String] {
        readText(path, limit: RunFolder.maxListBytes)?.split(separator: "\n").map(String.init) ?? []
    }
}
