import Coordinator
import SourceCode
import Support

/// Asks a model to judge the requirements and to write tests, and accepts only what can be verified.
///
/// A quote that the model cites must be in its file. A test must be a new file that parses, in a folder for tests; the
/// task's own commands run it in the scratch copy.
struct ModelValidator: Sendable {
    /// The divisor of the prompt's tokens that gives the change's share: a quarter. 4.
    static let changeShare = 4
    /// The most characters shown of the end of a command's output. 1,500.
    static let commandTail = 1_500
    /// The most test files that are used. 5.
    static let testLimit = 5
    /// The largest test file, in bytes. 64 KiB.
    static let testBytes = 64 << 10
    /// The most points of a checklist. 20.
    static let checklistLimit = 20
    /// The most characters of a point. 500.
    static let pointLength = 500

    private let model: AgentModel
    private let memory = RunMemory()
    private let syntax: SyntaxChecker

    init(_ model: AgentModel, syntax: SyntaxChecker) {
        self.model = model
        self.syntax = syntax
    }

    /// Asks once, about a scratch copy in which the patch is applied and the commands have been run.
    ///
    /// - Returns: the verified part of the answer, and the call's usage.
    /// - Throws: `ModelError`; `AgentError` with `invalid_output`, transient, when the answer cannot be used.
    func review(
        _ request: ValidationRequest, _ report: ValidationReport, folder: String, task: String,
        _ attempt: AttemptContext, run: ([[String]]) async throws -> [CommandRun]
    ) async throws -> (review: ModelReview, usage: Contribution.Usage) {
        let question = ModelQuestion(
            model: model, prompt: try PromptTemplate.validator, schema: ReviewProposal.form, memory: memory)
        let texts = Self.texts(request, report, folder)
        let words = ModelQuestion.Words(
            trusted: ["task": task],
            data: [
                "change": ("The change, as a unified diff", change(report, request.patch ?? "")),
                "commands": ("How the task's commands ended", Self.commands(report.commands)),
            ])
        let packer = ContextPacker(task: request.requirements)
        let changed = Set(report.patch.files.map { ExactString($0.path) }).filter { texts[$0] != nil }
        let order = changed.sorted() + request.ranking.map { ExactString($0) } + texts.keys.sorted()
        var seen: Set<ExactString> = []
        let unique = order.filter { seen.insert($0).inserted }.map(\.string)
        let reply = try await question.ask(words, attempt) { budget in
            // The symbols of changed files are those from before the change.
            packer.pack(
                texts, symbols: request.symbols.filter { !changed.contains($0.key) }, order: unique, budget: budget)
        }
        guard let proposal = try? reply.value.decoded(as: ReviewProposal.self) else {
            throw question.refuse([AnswerProblem(words: "It does not have the form of a review.")], attempt)
        }
        var review = ModelReview(use: reply.use)
        let citations = CitationCheck(texts, resolver: PathResolver(unique, folders: [request.workspace, folder]))
        for item in proposal.requirements where item.number >= 1 && item.number <= request.requirements.count {
            review.opinions["\(item.number)"] = citations.opinion(item)
        }
        guard !review.opinions.isEmpty || request.requirements.isEmpty else {
            throw question.refuse(
                [
                    AnswerProblem(
                        words:
                            "It judges none of the \(Counted.text(request.requirements.count, "requirement")) by its number."
                    )
                ],
                attempt)
        }
        review.checklist = proposal.checklist.prefix(Self.checklistLimit).map { String($0.prefix(Self.pointLength)) }
        for (index, proposed) in proposal.tests.enumerated() {
            var test = proposed
            test.path = citations.resolver.newPath(proposed.path)
            var refusal =
                index < Self.testLimit ? try await self.refusal(test, folder) : "only \(Self.testLimit) tests are used"
            if refusal == nil { refusal = Self.fault(writing: test, in: folder) }
            review.tests.append(.init(path: test.path, requirements: test.requirements, refusal: refusal))
            if refusal == nil { review.usedTests[test.path] = test.content }
        }
        if !review.usedTests.isEmpty, !request.commands.isEmpty {
            let count = review.usedTests.count
            attempt.progress("running the task's commands with \(count == 1 ? "a new test" : "\(count) new tests")")
            review.commands = try await run(request.commands)
        }
        memory.forget(attempt.idempotencyKey)
        return (review, reply.usage)
    }

    /// The texts after the change.
    private static func texts(
        _ request: ValidationRequest, _ report: ValidationReport, _ folder: String
    ) -> [ExactString: String] {
        var texts = request.texts
        for file in report.patch.files where report.patch.state == .applied {
            texts[file.path] = ForeignFolder(folder).text(file.path)
        }
        return texts
    }

    private func change(_ report: ValidationReport, _ patch: String) -> String {
        switch report.patch.state {
        case .none: return ""
        case .refused, .rejected: return "The change could not be applied: \(report.patch.reason)"
        case .applied:
            let room = max(0, model.packTokens(beside: [])) / Self.changeShare * TokenEstimate.bytesPerToken
            guard patch.utf8.count > room else { return patch }
            return String(decoding: Array(patch.utf8.prefix(room)), as: UTF8.self)
                + "\n(the rest of \(patch.utf8.count) bytes is left out)"
        }
    }

    private static func commands(_ runs: [CommandRun]) -> String {
        runs.map { run in
            let tail = (run.outputTail + run.errorTail).suffix(commandTail)
            return "\(run.commandLine): \(run.outcome.rawValue)"
                + (run.exitStatus.map { ", exit status \($0)" } ?? "") + "\n\(tail)"
        }.joined(separator: "\n")
    }

    /// Why a test is not used; `nil` when it is.
    private func refusal(_ test: ReviewProposal.TestFile, _ folder: String) async throws -> String? {
        if let fault = PlainPath.fault(in: test.path) { return "its path \(fault)" }
        guard Self.isTestPath(test.path) else { return "its path is not that of a test" }
        if EditApplication.unprintable(test.path) != nil || EditApplication.unprintable(test.content) != nil {
            return "it holds control characters"
        }
        if test.content.utf8.count > Self.testBytes { return "it has more than \(Self.testBytes) bytes" }
        switch ForeignFolder(folder).place(test.path) {
        case .free: break
        case .taken: return "there is such a file; only new ones are taken"
        case .blocked: return "a folder of its path is a link or a file"
        }
        if let finding = SecretScanner.firstFinding(in: Array(test.content.utf8), path: test.path) {
            return "line \(finding.line) looks like a secret (\(finding.rule))"
        }
        let syntax = try await syntax.check(path: test.path, text: test.content)
        return syntax.outcome == .fails ? "it does not parse: line \(syntax.detail)" : nil
    }

    private static func isTestPath(_ path: String) -> Bool {
        path.pathSegments.contains { part in
            let name = part.lowercased()
            return name.contains("test") || name.contains("spec")
        }
    }

    /// Why a test cannot be written into the copy, in which the task's commands have run; `nil` once it is there.
    private static func fault(writing test: ReviewProposal.TestFile, in folder: String) -> String? {
        do throws(WorkspaceCopyError) {
            try ForeignFolder(folder).write(Array(test.content.utf8), to: test.path)
            return nil
        } catch {
            return "it cannot be written into the copy: \(error.cause)"
        }
    }
}
