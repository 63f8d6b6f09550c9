import Coordinator
import Support

/// Reads job files: YAML or JSON text in, a ``JobSpecification`` or every mistake out.
public enum JobFileReader {
    /// What a job is read with in addition to its file.
    public struct Options: Sendable {
        /// Changes to the document, each `PATH=VALUE`, applied in order before anything is checked.
        ///
        /// A path is like `limits.concurrency`, `agents.drafter.timeout` or `artifacts["my file"]`; an element of a
        /// list goes by its `name` or by a number from 0, as in `agents[0]`. A value is text, a number, `true` or
        /// `false`; one that begins with `[`, `{` or a quote is read as YAML; `null` takes the key away.
        public var overrides: [String]
        /// The names of the agent manifests that are known. `nil` lets every name pass, to be looked up later.
        public var manifests: Set<String>?
        /// The capabilities of the known agents. `nil`, the default, lets every word pass, to be looked up later.
        public var capabilities: Set<String>?
        /// What is known beside the file; by default nothing, so that nothing is refused for it.
        public var surroundings: JobSurroundings
        /// The limits of what is read.
        public var limits: JobFileLimits

        /// Sets the options; by default no overrides and no manifests.
        public init(
            overrides: [String] = [], manifests: Set<String>? = [], capabilities: Set<String>? = nil,
            surroundings: JobSurroundings = JobSurroundings(), limits: JobFileLimits = JobFileLimits()
        ) {
            self.overrides = overrides
            self.manifests = manifests
            self.capabilities = capabilities
            self.surroundings = surroundings
            self.limits = limits
        }
    }

    /// Reads a job from the bytes of a file.
    ///
    /// - Parameters:
    ///   - bytes: UTF-8 text, with or without a byte order mark.
    ///   - file: the file's name in messages.
    /// - Returns: the job, or all its mistakes in order of location.
    public static func read(
        _ bytes: [UInt8], file: String, options: Options = Options()
    ) -> Result<JobSpecification, JobFileProblems> {
        let problems = ProblemList(file: file, limits: options.limits)
        guard let scalars = SourceText.decode(bytes, limits: options.limits, problems: problems),
            let root = YAMLComposer.compose(scalars, limits: options.limits, problems: problems)
        else { return .failure(problems.all) }
        let changed = Overrides(limits: options.limits, problems: problems).apply(options.overrides, to: root)
        let draft = JobKeys.form.read(
            Cursor(node: changed, path: "", problems: problems, home: options.surroundings.home))
        let job = draft.map {
            DraftResolver(
                draft: $0, manifests: options.manifests, capabilities: options.capabilities,
                surroundings: options.surroundings
            ).resolve()
        }
        guard problems.isEmpty, var job else { return .failure(problems.all) }
        job.document = KeptDocument.of(changed.json, job)
        return .success(job)
    }

    /// Reads a job from text.
    ///
    /// - Parameters:
    ///   - text: YAML or JSON.
    ///   - file: the name in messages.
    /// - Returns: the job, or all its mistakes in order of location.
    public static func read(
        _ text: String, file: String, options: Options = Options()
    ) -> Result<JobSpecification, JobFileProblems> {
        read(Array(text.utf8), file: file, options: options)
    }

    /// Reads a job from a file or a pipe.
    ///
    /// - Parameter path: where the file is, and its name in messages.
    /// - Returns: the job, or all its mistakes in order of location; a file that cannot be read is one at 1:1.
    public static func read(path: String, options: Options = Options()) -> Result<JobSpecification, JobFileProblems> {
        do {
            return read(try FileBytes.read(path: path, limit: options.limits.bytes), file: path, options: options)
        } catch {
            return .failure(
                JobFileProblems([JobFileProblem(file: path, line: 1, column: 1, path: "", message: error.message)]))
        }
    }
}
