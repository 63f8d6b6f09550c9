import Coordinator
import FoundationEssentials
import Glibc
import Support

/// The folder of one run, with the job's result for people and for programs.
///
/// Opening the folder locks it for this run and removes the files of an earlier run; all other files stay as they are.
/// A folder without any of those ignores itself in git, by a file `.gitignore`.
/// Apart from ``EventLog`` every file appears in one step, `result.json` last. A file that cannot be written does not
/// keep the others from being written.
public final class OutFolder: Sendable {
    /// The folder's path, as it was given.
    public let path: String
    /// The page for people, as a path to print.
    public var reportPath: String { path.hasSuffix("/") ? "\(path)report.html" : "\(path)/report.html" }

    private let directory: Directory
    /// What the report shows of the events that the log was given.
    private let history = Locked(ReportHistory())

    /// Opens the folder, making it and its parents if need be.
    ///
    /// - Throws: ``OutFolderError`` when it cannot be made or written, or while another run writes into it.
    public init(path: String) throws(OutFolderError) {
        guard !path.isEmpty, !path.utf8.contains(0) else {
            throw OutFolderError(.unusableFolder, path, "the out folder needs a name; give one with --out")
        }
        self.path = path
        directory = try Directory.make(at: path)
        // The lock ends with the descriptor, however the process ends. Some file systems have no locks; those are used
        // without.
        if flock(directory.descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK {
            throw OutFolderError(
                .inUse, path, systemError: EWOULDBLOCK,
                "another run is writing into '\(ForeignText.line(path))' now; wait for it, or choose another --out")
        }
        guard faccessat(directory.descriptor, ".", W_OK | X_OK, 0) == 0 else {
            throw .system(.unusableFolder, "write into", path, errno)
        }
        try RunFiles.removeEarlier(in: directory)
        RunFiles.mark(directory)
    }

    /// Begins `events.jsonl`.
    ///
    /// - Throws: ``OutFolderError`` with code ``OutFolderError/Code/writeFailed``.
    public func makeEventLog() throws(OutFolderError) -> EventLog {
        history.withLock { $0 = ReportHistory() }
        return EventLog(try directory.createFile(RunFolder.events)) { [history] event in
            history.withLock { $0.apply(event) }
        }
    }

    /// Writes everything but the event log: each file that can be written, whatever becomes of the others.
    ///
    /// `result.json` holds what the other files show, so it takes its room on the disk first.
    ///
    /// - Parameters:
    ///   - result: the job's result.
    ///   - context: the blackboard at its end.
    ///   - metrics: Prometheus text, kept as it is.
    /// - Returns: what was written, and what was not and why.
    public func write(_ result: JobResult, context: ContextDocument, metrics: String) -> WrittenFiles {
        var files = WrittenFiles()
        let whereabouts = directory.whereabouts
        if whereabouts != .inPlace { files.failures.append(displaced(whereabouts)) }
        // Each of them would fail for this one reason.
        guard whereabouts != .removed else { return files }
        let document = files.staging(RunFolder.result, in: directory) { try Self.bytes(of: result) }
        let artifacts = write(artifactsOf: result, &files)
        files.write(RunFolder.metrics, in: directory) { Array(metrics.utf8) }
        files.write(RunFolder.context, in: directory) { try Self.bytes(of: context) }
        files.write(RunFolder.report, in: directory) {
            let page = ReportPage(result, artifacts: artifacts, history: history.withLock { $0 })
            return Array(page.html.utf8)
        }
        if let document { files.attempt(RunFolder.result, in: directory) { try document.putInPlace() } }
        return files
    }

    private func write(artifactsOf result: JobResult, _ files: inout WrittenFiles) -> [ArtifactFiles] {
        var artifacts: [ArtifactFiles] = []
        files.check(RunFolder.artifacts, in: directory) { artifacts = try ArtifactFiles.all(of: result.artifacts) }
        let all = artifacts.flatMap(\.files)
        files.check(RunFolder.list, in: directory) { try RunFiles.note(all.map(\.path), in: directory) }
        for file in all { files.attempt(file.path, in: directory) { try write(file) } }
        return artifacts
    }

    private func write(_ file: ArtifactFile) throws(OutFolderError) {
        var folder = directory
        var names = file.path.pathSegments.map(String.init)
        let last = names.removeLast()
        for name in names { folder = try folder.folder(name) }
        try folder.write(file.text.utf8, to: last, durably: false)
    }

    private func displaced(_ whereabouts: Directory.Whereabouts) -> OutFolderError {
        let name = ForeignText.line(path)
        return OutFolderError(
            .displaced, path,
            whereabouts == .removed
                ? "the folder '\(name)' was removed while the job ran; name one that stays with --out"
                : "the folder '\(name)' was moved or replaced while the job ran; what is written is in the folder that "
                    + "was moved")
    }

    private static func bytes(of document: some Encodable) throws -> [UInt8] {
        Array(try ReportJSON.encode(document, pretty: true)) + [UInt8(ascii: "\n")]
    }
}
