import FoundationEssentials
import Glibc

/// The files in a run's folder that belong to the run.
enum RunFiles {
    static let result = "result.json"
    static let context = "context.json"
    static let events = "events.jsonl"
    static let report = "report.html"
    static let metrics = "metrics.prom"
    static let artifacts = "artifacts"
    static let fixed = [result, context, events, report, metrics]
    /// The file that lists the artifacts' files, one path a line; it is written before the first of them.
    static let list = ".coordinator-files"
    /// The most bytes of the list that are read; no run writes a longer one.
    static let maxListBytes = 4 << 20

    /// Removes the files of an earlier run, whether or not it finished; everything else stays.
    static func removeEarlier(in directory: Directory) throws(OutFolderError) {
        for name in fixed + [list] { try directory.remove(Directory.temporaryName(for: name)) }
        for name in fixed { try directory.remove(name) }
        let paths =
            directory.read(list, upTo: maxListBytes).map {
                String(decoding: $0, as: UTF8.self).split(separator: "\n").map(String.init)
            } ?? []
        var folders: Set<String> = []
        for path in paths where path.hasPrefix("\(artifacts)/") && FileName.isSafePath(path) {
            removeArtifact(path.split(separator: "/").map(String.init), in: directory, &folders)
        }
        // The deepest folders come first: a folder is empty only when those in it are removed.
        for folder in folders.sorted(by: { $0.utf8.count > $1.utf8.count }) {
            removeFolder(folder.split(separator: "/").map(String.init), in: directory)
        }
        try directory.remove(list)
    }

    /// Writes the list of the files that will be written below `artifacts/`.
    static func note(_ paths: [String], in directory: Directory) throws(OutFolderError) {
        try directory.write(paths.map { $0 + "\n" }.joined().utf8, to: list)
    }

    // An artifact that cannot be removed, since its folder is a link now or is gone, no longer belongs to the run.
    private static func removeArtifact(_ path: [String], in directory: Directory, _ folders: inout Set<String>) {
        guard let name = path.last, let folder = try? enter(path.dropLast(), in: directory) else { return }
        try? folder.remove(name)
        try? folder.remove(Directory.temporaryName(for: name))
        for depth in 1..<path.count { folders.insert(path[..<depth].joined(separator: "/")) }
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
