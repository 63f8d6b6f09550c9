import Processes
import Support

/// Queries of a git working tree; each runs a git process under no settings of the workspace: see ``Git``.
struct GitWorkingTree: Sendable {
    /// One entry of the index.
    struct Entry: Sendable, Hashable {
        enum Kind: Sendable, Hashable { case file, symbolicLink, submodule }

        var path: String
        var kind: Kind
        /// Whether the path is valid UTF-8 without control characters, so that it can be opened and shown.
        var isUsable: Bool
    }

    /// The folder that paths are relative to: the top of the working tree, or below.
    let root: String
    private let git: Git
    private let repository: GitRepository
    private let view: GitFolder

    /// Opens the working tree of a folder.
    /// - Parameter root: the folder's real path.
    /// - Throws: ``WorkspaceError`` when there is none, or git refuses it; ``WorkspaceCopyError`` when there is no room
    ///   for a scratch folder; `CancellationError`.
    init(root: String, runner: ProgramRunner) async throws {
        self.root = root
        git = Git(runner: runner)
        repository = try await GitRepository(of: root, by: git)
        view = try await repository.view(by: git)
    }

    /// The commit checked out; `nil` before the first.
    var revision: String? { repository.head }

    /// Every tracked path below the root, once, sorted.
    func trackedFiles() async throws -> [Entry] {
        let output = try await run("ls-files", "-z", "--stage").standardOutput
        var entries: [ExactString: Entry] = [:]
        for record in output.split(separator: 0) {
            // A record is `mode SP object SP stage TAB path`; a path in conflict comes once per stage.
            guard let tab = record.firstIndex(of: UInt8(ascii: "\t")) else { continue }
            let bytes = record[(tab + 1)...]
            let path = TreePath(bytes)
            let kind: Entry.Kind =
                switch String(decoding: record.prefix(6), as: UTF8.self) {
                case "120000": .symbolicLink
                case "160000": .submodule
                default: .file
                }
            entries[ExactString(path.shown)] = Entry(path: path.shown, kind: kind, isUsable: path.isPlain)
        }
        return entries.sorted { $0.key < $1.key }.map(\.value)
    }

    /// The paths below the root that are tracked or not ignored, each once, sorted; the results of runs are left out.
    func presentFiles() async throws -> [TreePath] {
        let output = try await run("ls-files", "-z", "-t", "--cached", "--others", "--exclude-standard").standardOutput
        // A record is a letter, a question mark for what is not tracked, a space and the path.
        let records = Dictionary(
            output.split(separator: 0).map { ($0.dropFirst(2), $0.first != UInt8(ascii: "?")) },
            uniquingKeysWith: { $0 || $1 })
        let paths = records.sorted { $0.key.lexicographicallyPrecedes($1.key) }
            .map { (path: TreePath($0.key), isTracked: $0.value) }
        let results = OwnResults(among: paths.compactMap { $0.isTracked ? nil : $0.path.text }, in: root)
        return paths.filter { $0.isTracked || $0.path.text.map(results.contains) != true }.map(\.path)
    }

    /// Whether a tracked file differs from the commit checked out; `nil` where only a filter could tell, a program that
    /// the workspace names, and where git lacks the objects to compare with.
    func isDirty() async throws -> Bool? {
        let result = try await git.run(
            ["status", "--porcelain", "-z", "--untracked-files=no", "--ignore-submodules=all", "--no-renames"],
            with: view, in: root)
        guard result.succeeded else { return nil }
        // A record is two letters, one for the index and one for the file, a space and the path from the top.
        let records = result.standardOutput.split(separator: 0)
        guard !records.isEmpty else { return false }
        guard !result.standardOutputTruncated, records.allSatisfy({ $0.starts(with: " M ".utf8) }) else { return true }
        return try await filtered(records.map { $0.dropFirst(3) }).count == records.count ? nil : true
    }

    /// The files that differ from the commit checked out, tracked or not, each once; those that are ignored, the results
    /// of runs and the files that only a filter could compare are left out. Empty where git lacks the objects.
    func uncommittedFiles() async throws -> [TreePath] {
        let result = try await git.run(
            ["status", "--porcelain", "-z", "--untracked-files=all", "--ignore-submodules=all", "--no-renames"],
            with: view)
        guard result.succeeded else { return [] }
        var records = result.standardOutput.split(separator: 0)
        if result.standardOutputTruncated { _ = records.popLast() }
        let changed = records.filter { $0.starts(with: " M ".utf8) }.map { $0.dropFirst(3) }
        let filtered = Set(try await filtered(changed))
        let untracked = records.filter { $0.starts(with: "?? ".utf8) }.map { TreePath($0.dropFirst(3)) }
        let results = OwnResults(among: untracked.compactMap(\.text), in: repository.top)
        let own = Set(untracked.filter { $0.text.map(results.contains) == true }.map(\.shown))
        return records.map { $0.dropFirst(3) }.filter { !filtered.contains($0) }.map { TreePath($0) }
            .filter { !own.contains($0.shown) }
    }

    /// Those of these paths that have a filter, so that the bytes in the working tree are not those in the objects.
    private func filtered(_ paths: [ArraySlice<UInt8>]) async throws -> [ArraySlice<UInt8>] {
        if paths.isEmpty { return [] }
        let result = try await git.run(
            ["check-attr", "-z", "--stdin", "filter"], with: view, input: Array(paths.joined(separator: [0])))
        guard result.succeeded, !result.standardOutputTruncated else { return [] }
        // Three fields a path: the path, the attribute, its value.
        let fields = result.standardOutput.split(separator: 0, omittingEmptySubsequences: false)
        return stride(from: 2, to: fields.count, by: 3).filter { index in
            !["unspecified", "unset"].contains(String(decoding: fields[index], as: UTF8.self))
        }.map { fields[$0 - 2] }
    }

    private func run(_ arguments: String...) async throws -> ProgramResult {
        let result = try await git.run(arguments, with: view, in: root)
        guard result.succeeded, !result.standardOutputTruncated else {
            throw WorkspaceError(code: .gitFailed, path: root, cause: result.gitMessage)
        }
        return result
    }
}
