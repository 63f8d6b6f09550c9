import Support

/// Finds the file that a model means by a name it wrote.
///
/// A name that is off by a label, quotes, a place in the file, `./`, `a/`, the workspace's own path, its slashes, the case
/// of its letters or the Unicode spelling is understood, and so is a file's name without its folders, while one file alone
/// can be meant. Nothing but the paths that may be named is ever found.
package struct PathResolver: Sendable {
    /// What a name means.
    package enum Resolution: Sendable, Hashable {
        /// This file, as it is spelt itself.
        case file(String)
        /// One of several files: who wrote the name must say which.
        case several([String])
        /// A file that exists and is not among those that may be named.
        case excluded(String)
        /// No file; the path that is most like the name, where one is.
        case unknown(nearest: String?)
    }

    /// The most paths that ``Resolution/several(_:)`` holds. 5.
    package static let listed = 5
    /// The most cells of tables that are filled to find the path most like a name. 200,000.
    static let cellLimit = 200_000

    private let paths: [String]
    private let folders: [String]
    /// The paths by canonical equality, as Swift compares texts.
    private var equal: [String: [Int]] = [:]
    private var byLowerCase: [String: [Int]] = [:]
    private var byFileName: [String: [Int]] = [:]

    /// - Parameters:
    ///   - paths: what may be named, relative to the workspace; of several that are equally like a name the first is told.
    ///   - folders: absolute paths of the workspace and of its copies.
    package init(_ paths: some Sequence<String>, folders: [String] = []) {
        self.paths = Array(paths)
        self.folders = folders
        for (index, path) in self.paths.enumerated() {
            let lower = path.lowercased()
            equal[path, default: []].append(index)
            byLowerCase[lower, default: []].append(index)
            byFileName[Self.fileName(lower), default: []].append(index)
        }
    }

    /// The file that a name means.
    ///
    /// - Parameter isTaken: whether something that may not be named exists at a path; it is asked before the name is
    ///   taken for a file that is spelt in another way.
    package func resolve(_ name: String, isTaken: (String) -> Bool = { _ in false }) -> Resolution {
        let spellings = PathSpellings(name, folders: folders)
        for spelling in spellings.all {
            if let exact = equal[spelling]?.first(where: { paths[$0].utf8.elementsEqual(spelling.utf8) }) {
                return .file(paths[exact])
            }
        }
        if let found = first(spellings.all, in: { equal[$0] }) { return found }
        if let taken = spellings.all.first(where: { PlainPath.fault(in: $0) == nil && isTaken($0) }) {
            return .excluded(taken)
        }
        let lower = spellings.all.map { $0.lowercased() }
        return first(lower, in: { byLowerCase[$0] }) ?? first(lower, in: withEnd)
            ?? .unknown(nearest: nearest(to: Self.fileName(spellings.plain.lowercased())))
    }

    /// The path of a new file: the name without labels, quotes and the workspace's own path.
    package func newPath(_ name: String) -> String { PathSpellings(name, folders: folders).plain }

    /// The file at a path, in the same letters or in others by case or Unicode spelling alone: no new one may stand beside it.
    package func sameFile(as path: String) -> String? {
        let same = equal[path] ?? byLowerCase[path.lowercased()] ?? []
        return (same.first { paths[$0].utf8.elementsEqual(path.utf8) } ?? same.first).map { paths[$0] }
    }

    private func first(_ spellings: [String], in index: (String) -> [Int]?) -> Resolution? {
        for spelling in spellings {
            guard let found = index(spelling), let path = found.first else { continue }
            return found.count == 1 ? .file(paths[path]) : .several(found.prefix(Self.listed).map { paths[$0] })
        }
        return nil
    }

    /// The paths that end with some names of folders and a file's name, in lower case.
    private func withEnd(_ end: String) -> [Int]? {
        guard let named = byFileName[Self.fileName(end)] else { return nil }
        let found = named.filter { paths[$0].lowercased().hasSuffix("/" + end) }
        return found.isEmpty ? nil : found
    }

    /// The path whose file name is most like one, within a third of its letters; else the one with the longest file name
    /// that is part of it.
    private func nearest(to name: String) -> String? {
        let wanted = Array(name.utf8)
        guard !wanted.isEmpty, wanted.count <= PlainPath.longest else { return nil }
        var best: (path: String, distance: Int)?
        var part: (path: String, length: Int)?
        var cells = 0
        for path in paths {
            guard cells < Self.cellLimit else { break }
            let lower = Self.fileName(path.lowercased())
            let other = Array(lower.utf8)
            cells += 1
            if other.count > part?.length ?? 3, other.count < wanted.count, name.contains(lower) {
                part = (path, other.count)
            }
            let allowed = min(max(wanted.count, other.count) / 3, best.map { $0.distance - 1 } ?? .max)
            guard allowed >= 0 else { break }
            if let distance = EditDistance.between(wanted, other, atMost: allowed, cells: &cells) {
                best = (path, distance)
            }
        }
        return best?.path ?? part?.path
    }

    private static func fileName(_ path: String) -> String {
        path.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(path[path.utf8.index(after: $0)...]) } ?? path
    }
}
