import Coordinator
import SourceCode
import Support

/// The result of a validation.
package struct Validation: Sendable, Hashable {
    package var report: ValidationReport
    /// The report as Markdown.
    package var checklist: String
    /// Test files that parse and could be added, by path.
    package var tests: [ExactString: String]
}

/// Reviews a scratch copy in which the patch is applied and the commands have been run, as by a model.
///
/// - Parameters: the report so far, the copy's folder, and a function that runs commands in it.
/// - Returns: the review; `nil` for none.
package typealias Reviewer = (
    ValidationReport, String, ([[String]]) async throws -> [CommandRun]
) async throws -> ModelReview?

/// Checks a patch and a task's requirements against a scratch copy of a workspace, by rules and by a reviewer, if any.
package struct Validator: Sendable {
    private let copyLimits: WorkspaceCopyLimits
    private let commandLimits: CommandLimits
    private let draftLimits: DraftLimits
    private let variables: [String: String]
    private let sandbox: SandboxPolicy?
    private let syntax: SyntaxChecker

    /// Makes a validator.
    /// - Parameters:
    ///   - variables: what validation commands and tests get beside `ProgramVariables.passed`.
    ///   - sandbox: how validation commands are confined; `nil` for not at all. Commands that run what the reviewer wrote
    ///     are confined by this policy, or else by the default one.
    package init(
        copyLimits: WorkspaceCopyLimits = WorkspaceCopyLimits(), commandLimits: CommandLimits = CommandLimits(),
        draftLimits: DraftLimits = DraftLimits(), variables: [String: String] = [:],
        sandbox: SandboxPolicy? = nil, syntax: SyntaxChecker = SyntaxChecker()
    ) {
        self.copyLimits = copyLimits
        self.commandLimits = commandLimits
        self.draftLimits = draftLimits
        self.variables = variables
        self.sandbox = sandbox
        self.syntax = syntax
    }

    /// Validates a patch and the requirements.
    /// - Parameters:
    ///   - timeLeft: How long the caller can still wait; commands end before that.
    ///   - reviewer: Reviews the copy beside the rules. The commands that it runs are confined.
    ///   - confined: Receives how each program was confined for which that was asked or due, and who wrote what it ran.
    /// - Throws: ``WorkspaceError`` and ``WorkspaceCopyError`` when the workspace cannot be copied; ``ProgramError`` when git cannot be
    ///   started; `CancellationError`. The copy is removed in every case.
    package func validate(
        _ request: ValidationRequest, timeLeft: @escaping @Sendable () -> Duration? = { nil },
        reviewer: Reviewer = { _, _, _ in nil },
        confined: @escaping @Sendable (SandboxReport, CodeOrigin) -> Void = { _, _ in }
    ) async throws -> Validation {
        let patch = request.patch.flatMap { $0.isBlank ? nil : $0 }
        var added: [ExactString: [(line: Int, text: String)]] = [:]
        var report = try await ScratchDirectory.with { folder in
            let (copied, temporary) = (folder + "/workspace", folder + "/tmp")
            try makeFolder(copied)
            try makeFolder(temporary)
            let copy = try await WorkspaceCopy(
                of: request.workspace, to: copied, limits: copyLimits, runner: syntax.runner)
            var report = ValidationReport(copy: copy)
            if let patch { (report.patch, added) = try await apply(patch, copied) }
            let runner = CommandRunner(limits: commandLimits, variables: variables, runner: syntax.runner)
            func run(
                _ commands: [[String]], _ sandbox: SandboxPolicy?, _ origin: CodeOrigin
            ) async throws -> [CommandRun] {
                try await runner.run(
                    commands, in: copied, temporaryFolder: temporary, sandbox: sandbox, timeLeft: timeLeft
                ) { confined($0, origin) }
            }
            report.commands = try await run(request.commands, sandbox, .person)
            report.model = try await reviewer(report, copied) { try await run($0, sandbox ?? SandboxPolicy(), .model) }
            return report
        }
        let index = EvidenceIndex(
            texts: request.texts, symbols: request.symbols, added: added, requirements: request.requirements)
        let findings = RequirementFindings(index: index, commands: report.commands)
        let mustPass = Set(request.task.validation.map(RequirementFindings.key))
        let hasFailed = report.commands.contains {
            mustPass.contains(RequirementFindings.key($0.arguments)) && $0.outcome != .passed
        }
        report.conclude(
            with: request.task.requirements.enumerated().map { index, requirement in
                let own = findings.report(requirement.text, verify: requirement.verify)
                return report.model?.merged(own, number: index + 1, hasCommandFailed: hasFailed) ?? own
            })
        return Validation(
            report: report, checklist: ChecklistText(report).markdown,
            tests: try await tests(request).merging(report.model?.usedTests ?? [:]) { _, new in new })
    }

    /// Applies the patch in the copy.
    /// - Returns: what became of it, and the lines that it added.
    private func apply(
        _ text: String, _ folder: String
    ) async throws -> (PatchReport, [ExactString: [(line: Int, text: String)]]) {
        let application = PatchApplication(folder: folder, runner: syntax.runner)
        let patch: Patch
        switch try await application.apply(text) {
        case .refused(let reason): return (PatchReport(state: .refused, reason: reason, files: []), [:])
        case .rejected(let reason): return (PatchReport(state: .rejected, reason: reason, files: []), [:])
        case .applied(let applied): patch = applied
        }
        var report = PatchReport(state: .applied, reason: "", files: [], notes: patch.notes)
        if !patch.notes.isEmpty { report.addRepaired(patch.text) }
        for file in patch.files.sorted(byBytesOf: \.path) {
            let status: SyntaxStatus
            if file.change == .deleted {
                status = SyntaxStatus(.unchecked, "deleted")
            } else if let text = ForeignFolder(folder).text(file.path) {
                status = try await syntax.check(path: file.path, text: text)
            } else {
                status = SyntaxStatus(.unchecked, "not readable as UTF-8 text")
            }
            report.files.append(.init(path: file.path, change: file.change, syntax: status))
        }
        return (report, patch.addedLines)
    }

    /// Test files, made by the drafter's rule.
    private func tests(_ request: ValidationRequest) async throws -> [ExactString: String] {
        let draft = DraftRequest(
            workspace: request.workspace, requirements: request.requirements, texts: request.texts,
            symbols: request.symbols, ranking: request.ranking)
        let input = DraftInput(request: draft, limits: draftLimits, syntax: syntax)
        let changes = try await TestSkeletonRule().draft(input).changes
        return Dictionary(
            changes.compactMap { change in change.revision.new.map { (ExactString(change.revision.path), $0) } },
            uniquingKeysWith: { first, _ in first })
    }
}
