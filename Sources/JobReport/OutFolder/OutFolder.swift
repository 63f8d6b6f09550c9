import Coordinator
import FoundationEssentials
import Glibc
import Support

/// The folder of one run, with the job's result for people and for programs.
///
/// Opening the folder locks it for this run and removes the files of an earlier run; all other files stay as they are.
/// Apart from ``EventLog`` every file appears in one step, `result.json` last: where it exists, all others do.
public final class OutFolder: Sendable {
    /// The folder's path, as it was given.
    public let path: String
    /// The page for people, as a path to print.
    public var reportPath: String { path.hasSuffix("/") ? "\(path)report.html" : "\(path)/report.html" }

    private let directory: Directory

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
    }

    /// Begins `events.jsonl`.
    ///
    /// - Throws: ``OutFolderError`` with code ``OutFolderError/Code/writeFailed``.
    public func makeEventLog() throws(OutFolderError) -> EventLog {
        EventLog(try directory.createFile(RunFiles.events))
    }

    /// Writes everything but the event log.
    ///
    /// - Parameters:
    ///   - result: the job's result.
    ///   - context: the blackboard at its end.
    ///   - metrics: Prometheus text, kept as it is.
    /// - Returns: the paths written, relative to the folder, in the order of writing.
    /// - Throws: ``OutFolderError``; an `EncodingError`, though not for any result the engine makes.
    @discardableResult
    public func write(_ result: JobResult, context: ContextDocument, metrics: String) throws -> [String] {
        let artifacts = try ArtifactFiles.all(of: result.artifacts)
        let files = artifacts.flatMap(\.files)
        try RunFiles.note(files.map(\.path), in: directory)
        for file in files { try write(file) }
        try directory.write(metrics.utf8, to: RunFiles.metrics)
        try directory.write(ReportJSON.encode(context, pretty: true) + [UInt8(ascii: "\n")], to: RunFiles.context)
        try directory.write(ReportPage(result, artifacts: artifacts).html.utf8, to: RunFiles.report)
        try directory.write(ReportJSON.encode(result, pretty: true) + [UInt8(ascii: "\n")], to: RunFiles.result)
        return files.map(\.path) + [RunFiles.metrics, RunFiles.context, RunFiles.report, RunFiles.result]
    }

    private func write(_ file: ArtifactFile) throws(OutFolderError) {
        var folder = directory
        var names = file.path.split(separator: "/").map(String.init)
        let last = names.removeLast()
        for name in names { folder = try folder.folder(name) }
        try folder.write(file.text.utf8, to: last, durably: false)
    }
}
