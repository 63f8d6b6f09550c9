import Coordinator
import Glibc
import Processes
import SourceCode
import Support

extension WorkspaceState {
    /// The working tree of a folder; `nil` where there is none, or git does not answer: then nobody can say what it was.
    ///
    /// - Parameter store: a store's file, which changes with every job, and so do those beside it; `nil` for none.
    static func found(in folder: String, without store: String?, by runner: ProgramRunner) async -> WorkspaceState? {
        guard let found = try? await Workspace(folder).commit(by: runner) else { return nil }
        let files = found.uncommitted.filter { file in
            store.map { store in !tops(of: folder).contains { StoreSuffix.isOfStore("\($0)/\(file)", store) } } ?? true
        }
        return WorkspaceState(commit: found.revision, uncommitted: files)
    }

    /// The folders that may be the top of the working tree, from which git's paths count: this one and those above it.
    private static func tops(of folder: String) -> [String] {
        guard let real = realpath(folder, nil) else { return [] }
        defer { free(real) }
        var tops = [String(cString: real)]
        while let last = tops.last, !last.isEmpty { tops.append(String(last.parentPath)) }
        return tops
    }
}
