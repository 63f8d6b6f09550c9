import Processes

/// Queries of a git working tree; each runs one git process, without a shell.
struct GitWorkingTree: Sendable {
    /// One entry of the index.
    struct Entry: Sendable, Hashable {
        enum Kind: Sendable, Hashable { case file, symbolicLink, submodule }

        var path: String
        var kind: Kind
        /// Whether the path is valid UTF-8 without control characters, so that it can be opened and shown.
        var isUsable: Bool
    }

    let root: String
    let runner: ProgramRunner

    /// Every tracked path below the root, once, sorted.
    func trackedFiles() async throws -> [Entry] {
        let output = try await git("ls-files", "-z", "--stage").standardOutput
        var entries: [String: Entry] = [:]
        for record in output.split(separator: 0) {
            // A record is `mode SP object SP stage TAB path`; a path in conflict comes once per stage.
            guard let tab = record.firstIndex(of: UInt8(ascii: "\t")) else { continue }
            let bytes = record[(tab + 1)...]
            let path = String(decoding: bytes, as: UTF8.self)
            let kind: Entry.Kind =
                switch String(decoding: record.prefix(6), as: UTF8.self) {
                case "120000": .symbolicLink
                case "160000": .submodule
                default: .file
                }
            let usable = path.utf8.elementsEqual(bytes) && !bytes.contains { $0 < 0x20 || $0 == 0x7F }
            let shown =
                usable
                ? path
                : String(path.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? "\u{FFFD}" : Character($0) })
            entries[shown] = Entry(path: shown, kind: kind, isUsable: usable)
        }
        return entries.values.sorted { $0.path < $1.path }
    }

    /// The commit checked out; `nil` before the first.
    func revision() async throws -> String? {
        let result = try await run(["rev-parse", "--verify", "--quiet", "HEAD^{commit}"])
        guard result.succeeded else { return nil }
        return result.outputText.split(separator: "\n").first.map(String.init)
    }

    /// Whether a tracked file differs from the commit checked out.
    func isDirty() async throws -> Bool {
        let result = try await git("status", "--porcelain", "-z", "--untracked-files=no", "--ignore-submodules=all")
        return !result.standardOutput.isEmpty
    }

    private func git(_ arguments: String...) async throws -> ProgramResult {
        let result = try await run(arguments)
        guard !result.succeeded || result.standardOutputTruncated else { return result }
        let cause =
            result.timedOut
            ? "no answer within the time limit"
            : result.standardOutputTruncated
                ? "too much output" : result.errorText.split(separator: "\n").joined(separator: " ")
        let inside = try await run(["rev-parse", "--is-inside-work-tree"])
        let notThere = inside.outputText.hasPrefix("false") || inside.errorText.contains("not a git repository")
        throw WorkspaceError(code: notThere ? .notARepository : .gitFailed, path: root, cause: cause)
    }

    private func run(_ arguments: [String]) async throws -> ProgramResult {
        do {
            // The repository's own configuration must not start programs (a file system monitor) for a query, and the
            // variables of a surrounding git hook must not point git at another repository.
            return try await runner.run(
                ProgramInvocation(
                    ["git", "-c", "core.fsmonitor=false", "-c", "core.quotePath=false"] + arguments,
                    workingDirectory: root,
                    environment: [
                        "GIT_DIR": nil, "GIT_WORK_TREE": nil, "GIT_INDEX_FILE": nil, "GIT_PREFIX": nil,
                        "GIT_OBJECT_DIRECTORY": nil, "GIT_COMMON_DIR": nil, "GIT_OPTIONAL_LOCKS": "0",
                        "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C",
                    ]))
        } catch let error as ProgramError where error.code == .notFound {
            throw WorkspaceError(code: .gitMissing, path: root)
        }
    }
}
