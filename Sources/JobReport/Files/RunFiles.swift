import FoundationEssentials
import Glibc
import Support

/// The files in a run's folder that belong to the run.
enum RunFiles {
    /// Removes the files of an earlier run, whether or not it finished; everything else stays.
    static func removeEarlier(in directory: Directory) throws(OutFolderError) {
        for name in RunFolder.fixed + [RunFolder.list] { try directory.remove(Directory.temporaryName(for: name)) }
        for name in RunFolder.fixed { try directory.remove(name) }
        let paths =
            directory.read(RunFolder.list, upTo: RunFolder.maxListBytes).map {
                String(decoding: $0, as: UTF8.self).split(separator: "\n").map(String.init)
            } ?? []
        var folders: Set<ExactString> = []
        for path in paths where path.hasPrefix("\(RunFolder.artifacts)/") && FileName.isSafePath(path) {
            removeArtifact(path.pathSegments.map(String.init), in: directory, &folders)
        }
        // The deepest folders come first: a folder is empty only when those in it are removed.
        for folder in folders.sorted(by: { $0.string.utf8.count > $1.string.utf8.count }) {
            removeFolder(folder.string.pathSegments.map(String.init), in: directory)
        }
        try directory.remove(RunFolder.list)
    }

    /// Marks the folder as a run's, before anything else is in it. Where it holds nothing of anybody else's, git is told
    /// to pass it over too: results are no source, and no input of the next run.
    ///
    /// No run fails for want of a mark: a disk without room for it may have some when the results are written.
    static func mark(_ directory: Directory) {
        try? directory.write([], to: RunFolder.list, durably: false)
        guard let names = directory.names, names.allSatisfy({ $0 == RunFolder.list }) else { return }
        // A file of this name that comes between is somebody's: it is not replaced.
        try? directory.addFile(RunFolder.ignore).write(Array(RunFolder.ignoreText.utf8))
    }

    /// Writes the list of the files that will be written below `artifacts/`.
    static func note(_ paths: [String], in directory: Directory) throws(OutFolderError) {
        try directory.write(paths.map { $0 + "\n" }.joined().utf8, to: RunFolder.list)
    }

    // An artifact that cannot be removed, since its folder is a link now or is gone, no longer belongs to the run.
    private static func removeArtifact(_ path: [String], in directory: Directory, _ folders: inout Set<ExactString>) {
        guard let name = path.last, let folder = try? enter(path.dropLast(), in: directory) else { return }
        try? folder.remove(name)
        try? folder.remove(Directory.temporaryName(for: name))
        for depth in 1..<path.count { folders.insert(ExactString(path[..<depth].joined(separator: "/"))) }
    }

    private static func removeFolder(_ path: [String], in directory: Directory) {
        guard let name = path.last, let parent = try? enter(path.dropLast(), in: directory) else { return }
        parent.removeFolderIfEmpty(name)
    }

    private static func enter(_ path: ArraySlice<String>, in directory: Directory) throws(OutFolderError) -> Directory {
        var folder = directory
        for name in path { folder = try folder.folder(name, create: false) }
        return folder
    }
}
