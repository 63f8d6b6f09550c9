import Coordinator
import Glibc
import SourceCode
import Support

/// Drafts by asking a model for edits, and returns them only as a patch that applies.
///
/// The model's answer is checked as input from outside: that it fits the schema, that its paths are allowed, that each
/// piece is in its file, that changed files still parse, that no secret was added, and that git accepts the patch. The
/// next attempt of the run reports the problems to the model.
struct ModelDrafter: Sendable {
    private let model: AgentModel
    private let memory = RunMemory()
    private let limits: EditLimits
    private let syntax: SyntaxChecker

    init(_ model: AgentModel, limits: EditLimits = EditLimits(), syntax: SyntaxChecker) {
        self.model = model
        self.limits = limits
        self.syntax = syntax
    }

    /// The share of the model's context that each part of an earlier round may take: an eighth.
    static let roundShare = 8
    /// The most bytes of each part of an earlier round.
    var roundBytes: Int { model.contextTokens / Self.roundShare * TokenEstimate.bytesPerToken }

    /// Drafts a patch once.
    ///
    /// - Parameter lastRound: what an earlier round drafted, and how that was checked.
    /// - Throws: `ModelError`; `AgentError` with `invalid_output`, transient, when the edits cannot be used.
    func draft(
        _ request: DraftRequest, task: String, lastRound: LastRound, pack: ContextPack?, _ attempt: AttemptContext
    ) async throws -> (result: DraftResult, usage: Contribution.Usage) {
        let question = ModelQuestion(
            model: model, prompt: try PromptTemplate.drafter, schema: EditSchema.of, memory: memory)
        let packer = ContextPacker(task: [request.description] + request.requirements)
        let words = ModelQuestion.Words(
            trusted: ["task": task],
            data: [
                "change": ("Your last change, as a unified diff", lastRound.patch),
                "faults": ("What was wrong with it", lastRound.faults),
            ])
        let reply = try await question.ask(words, attempt) { budget in
            if let pack, pack.estimatedTokens <= budget { return pack }
            return packer.pack(
                request.texts, symbols: request.symbols, order: request.orderedPaths, budget: budget)
        }
        let (proposal, unread) = EditReading.read(reply.value)
        guard unread.isEmpty else { throw question.refuse(unread.bounded(limits), attempt) }
        attempt.progress("checking \(Counted.text(proposal.edits.count, "edit"))")
        let application = EditApplication(
            proposal.edits, to: request.texts, symbols: request.symbols, folders: [request.workspace], limits: limits
        ) { path in
            Self.exists(request.workspace + "/" + path)
        }
        guard application.problems.isEmpty else { throw question.refuse(application.problems, attempt) }
        var result = DraftResult()
        result.method = .model
        result.model = reply.use
        let problems = try await fill(&result, application.revisions, request)
        guard problems.isEmpty else { throw question.refuse(problems.map { AnswerProblem(words: $0) }, attempt) }
        let author = "the model \(reply.use.model) (prompt \(reply.use.prompt))"
        result.statement =
            result.patch.isEmpty
            ? "Nothing to offer: \(author) proposes no edit."
            : "Drafted by \(author); git and parsers checked it, nobody has read it."
        if !proposal.summary.isEmpty { result.notes.append("The model says: \(proposal.summary)") }
        result.checklist = request.requirements.enumerated().map { index, requirement in
            Self.item(requirement, proposal.requirements.first { $0.number == index + 1 }?.answer, result)
        }
        memory.forget(attempt.idempotencyKey)
        return (result, reply.usage)
    }

    /// Fills in the patch and its files; returns the problems with them.
    private func fill(
        _ result: inout DraftResult, _ revisions: [FileRevision], _ request: DraftRequest
    ) async throws -> [String] {
        guard !revisions.isEmpty else { return [] }
        var problems: [String] = []
        for revision in revisions {
            let (found, status) = try await RevisionCheck(syntax: syntax).problems(revision)
            problems += found
            result.files.append(
                DraftedFile(
                    path: revision.path, change: revision.old == nil ? .added : .modified, rule: Self.ruleName,
                    declarations: [], syntax: status))
        }
        let patch = UnifiedDiff().patch(revisions)
        if let refusal = Patch(patch).refusal { problems.append(refusal) }
        guard problems.isEmpty else { return problems }
        if case .rejected(let reason) = try await GitApply(folder: request.workspace, runner: syntax.runner).check(
            patch, files: revisions.count)
        {
            return ["git does not take the patch of your edits: \(reason)."]
        }
        result.patch = patch
        result.check = "git apply --check accepted the patch"
        return []
    }

    /// The rule's name in the draft's files.
    static let ruleName = "model"

    /// Whether something exists at a path; a link counts, a dangling one too.
    private static func exists(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0
    }

    private static func item(_ requirement: String, _ answer: String?, _ result: DraftResult) -> ChecklistItem {
        let reason = answer.map { "The model says: \($0)" } ?? "The model says nothing about it."
        return ChecklistItem(
            text: requirement, status: result.patch.isEmpty || answer == nil ? .open : .drafted, reason: reason,
            rules: result.patch.isEmpty ? [] : [ruleName])
    }
}
