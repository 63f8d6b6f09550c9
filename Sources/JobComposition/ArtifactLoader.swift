import Coordinator
import JobFile
import Processes
import SourceCode
import Support

/// Reads a job's inputs: texts of the workspace's tracked files, and values written in the job file.
struct ArtifactLoader: Sendable {
    /// The most skipped files that the notes list by name; further ones are counted.
    static let listedSkips = 5
    /// The most bytes of files in all artifacts of a job together; what is beyond is left out and listed. 64 MiB.
    static let totalBytes = 64 << 20

    let workspace: String
    /// Starts git.
    let runner: ProgramRunner

    /// The inputs by name, and lines for people.
    struct Artifacts: Sendable {
        var values: JSONObject = [:]
        var scans: [ExactString: WorkspaceScan] = [:]
        var notes: [String] = []

        /// How many bytes of files further artifacts may hold.
        var bytesLeft: Int {
            ArtifactLoader.totalBytes
                - scans.values.reduce(0) { sum, scan in sum + scan.files.reduce(0) { $0 + $1.bytes } }
        }
    }

    /// - Throws: ``JobCompositionError`` when the workspace cannot be used.
    func load(_ sources: [ExactString: ArtifactSource]) async throws -> Artifacts {
        var artifacts = Artifacts()
        do {
            let workspace = try Workspace(workspace)
            for (key, source) in sources.sorted(by: { $0.key < $1.key }) {
                let name = key.string
                switch source {
                case .value(let value): artifacts.values[name] = value
                case .files(let include, let exclude):
                    let selection = PathSelection(
                        include: include.map { PathPattern($0) }, exclude: exclude.map { PathPattern($0) })
                    guard artifacts.scans.count < ArtifactSource.mostOfFiles else {
                        throw JobCompositionError(
                            .unusableWorkspace, "artifacts.\(name): \(ArtifactSource.tooManyOfFiles)")
                    }
                    var limits = WorkspaceLimits()
                    limits.totalBytes = min(limits.totalBytes, artifacts.bytesLeft)
                    add(try await workspace.scan(selection, limits: limits, by: runner), as: name, to: &artifacts)
                }
            }
        } catch let error as WorkspaceError {
            throw JobCompositionError(.unusableWorkspace, error.description)
        } catch let error as WorkspaceCopyError {
            throw JobCompositionError(.unusableWorkspace, error.description)
        }
        return artifacts
    }

    private func add(_ scan: WorkspaceScan, as name: String, to artifacts: inout Artifacts) {
        artifacts.values[name] = .object(
            Dictionary(
                scan.files.map { (ExactString($0.path), .string($0.text)) }, uniquingKeysWith: { first, _ in first }))
        artifacts.scans[name] = scan
        let kilobytes = scan.files.reduce(0) { $0 + $1.bytes } / 1024
        artifacts.notes.append("artifacts.\(name): \(Counted.text(scan.files.count, "file")), \(kilobytes) KiB")
        guard !scan.skipped.isEmpty else {
            if scan.files.isEmpty {
                artifacts.notes.append(
                    "artifacts.\(name): git tracks no file that include and exclude select; git add those to be read")
            }
            return
        }
        // The skipped files and the reasons are put on the blackboard too, for agents and readers of the result.
        artifacts.values[ArtifactSource.leftOut(of: name)] = .array(
            scan.skipped.map {
                ["path": .string($0.path), "reason": .string($0.reason.rawValue), "detail": .string($0.detail)]
            })
        for skipped in scan.skipped.prefix(Self.listedSkips) {
            let reason =
                skipped.reason == .secretName ? "files with such a name may hold secrets" : skipped.detail
            artifacts.notes.append("artifacts.\(name): left out \(skipped.path): \(reason)")
        }
        if scan.skipped.count > Self.listedSkips {
            artifacts.notes.append(
                "artifacts.\(name): left out \(scan.skipped.count - Self.listedSkips) more; "
                    + "artifacts.\(ArtifactSource.leftOut(of: name)) in context.json names them")
        }
    }
}
