import Coordinator
import Processes
import SourceCode

/// The standard validator: checks requirements, patch and validation commands in a scratch copy, and asks the model,
/// where there is one, to judge the requirements and to write tests.
///
/// It reads `task` and `artifacts`; `artifacts.patch` and `artifacts.context` are used where `needs` made them
/// available. It writes `artifacts.validation` (the report), `artifacts.checklist` (Markdown) and `artifacts.tests`
/// (texts by path). A failed command or requirement is a finding in the report, whose `passed` is false then, not a
/// failure of the agent; `JobLimits.require` makes it one of the job.
public struct ValidatorAgent: Agent {
    private let reader: SourceReader
    private let validator: Validator
    private let modelValidator: ModelValidator?
    private let capturesContent: Bool

    /// Makes the agent that works by rules.
    /// - Parameters:
    ///   - workspace: The folder of a git working tree; it is copied and never written.
    ///   - variables: environment variables that validation commands and tests get beside `PATH`, `HOME` and the like:
    ///     nothing else of this process's environment reaches them.
    ///   - sandbox: how validation commands are confined; `nil` for commands that are trusted like this process. Tests that
    ///     a model wrote are confined without one too.
    public init(workspace: String, variables: [String: String] = [:], sandbox: SandboxPolicy? = nil) {
        self.init(workspace: workspace, variables: variables, sandbox: sandbox, model: nil)
    }

    /// - Parameters:
    ///   - model: the model to ask in addition; `nil` for rules alone.
    ///   - catalog: reads declarations; shared with other agents that read the same files.
    ///   - runner: starts programs.
    package init(
        workspace: String, variables: [String: String] = [:], sandbox: SandboxPolicy? = nil, model: AgentModel?,
        validator: Validator? = nil, catalog: SymbolCatalog = SymbolCatalog(), runner: ProgramRunner = ProgramRunner()
    ) {
        reader = SourceReader(workspace: workspace, catalog: catalog, runner: runner)
        let syntax = SyntaxChecker(runner: runner)
        self.validator = validator ?? Validator(variables: variables, sandbox: sandbox, syntax: syntax)
        modelValidator = model.map { ModelValidator($0, syntax: syntax) }
        capturesContent = model?.capturesContent ?? false
    }

    /// Validates once. Commands that still run shortly before the attempt's deadline are ended and reported as timed
    /// out.
    /// - Throws: `AgentError`, permanent when the workspace or the view cannot be used, transient with `invalid_output`
    ///   when a model's answer cannot; `ModelError`; `CancellationError`.
    public func run(_ view: RoleView, _ attempt: AttemptContext) async throws -> Contribution {
        try await AgentFailure.translated {
            if modelValidator != nil { try attempt.countOnlyCalls() }
            let sources = try await reader.sources(view, attempt)
            let task = view.task
            let patch = try AgentSources.text(view, at: "artifacts.patch")
            attempt.progress("validating")
            let request = ValidationRequest(
                workspace: reader.workspace, task: task, patch: patch, texts: sources.texts, symbols: sources.symbols,
                ranking: sources.ranking)
            let words = try TaskText.of(view)
            var contribution = Contribution()
            let validation = try await validator.validate(request, timeLeft: { attempt.remaining }) {
                report, folder, run in
                guard let modelValidator else { return nil }
                let (review, usage) = try await modelValidator.review(
                    request, report, folder: folder, task: words, attempt, run: run)
                contribution.usage = usage
                return review
            } confined: {
                attempt.ran($0, writtenBy: $1)
            }
            for verdict in validation.report.verdicts(withWordsOfModels: capturesContent) {
                verdict.log(by: attempt.agent)
            }
            contribution.set[ValidationArtifact.path] = try JSONValue(encoding: validation.report)
            contribution.set["artifacts.checklist"] = .string(validation.checklist)
            contribution.set["artifacts.tests"] = .object(validation.tests.mapValues { .string($0) })
            return contribution
        }
    }
}
