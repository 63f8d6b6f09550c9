import Coordinator
import Support

/// Reads manifests: YAML or JSON text in, an ``AgentManifest`` or every mistake out.
public enum AgentManifestReader {
    /// Reads the bytes of one manifest.
    ///
    /// - Parameters:
    ///   - bytes: UTF-8 text, with or without a byte order mark.
    ///   - file: the file's name in messages.
    ///   - limits: the limits of what is read.
    ///   - home: the folder that `~` stands for; `nil` where there is none, so that such paths are refused.
    /// - Returns: the manifest, or all its mistakes in order of location.
    public static func read(
        _ bytes: [UInt8], file: String, limits: JobFileLimits = JobFileLimits(), home: String? = nil
    ) -> Result<AgentManifest, JobFileProblems> {
        let problems = ProblemList(file: file, limits: limits)
        guard let scalars = SourceText.decode(bytes, limits: limits, problems: problems),
            let root = YAMLComposer.compose(scalars, limits: limits, problems: problems)
        else { return .failure(problems.all) }
        let manifest = ManifestKeys.form.read(Cursor(node: root, path: "", problems: problems, home: home))
        guard problems.isEmpty, let manifest else { return .failure(problems.all) }
        return .success(manifest)
    }

    /// Reads a manifest from a file.
    ///
    /// - Parameters:
    ///   - path: where the file is, and its name in messages.
    ///   - limits: the limits of what is read.
    ///   - home: as for the other function of this name.
    /// - Returns: the manifest, or all its mistakes in order of location; a file that cannot be read is one at 1:1.
    public static func read(
        path: String, limits: JobFileLimits = JobFileLimits(), home: String? = nil
    ) -> Result<AgentManifest, JobFileProblems> {
        do {
            return read(try FileBytes.read(path: path, limit: limits.bytes), file: path, limits: limits, home: home)
        } catch {
            return .failure(
                JobFileProblems([JobFileProblem(file: path, line: 1, column: 1, path: "", message: error.message)]))
        }
    }
}
