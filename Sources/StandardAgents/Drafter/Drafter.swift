import SourceCode
import Support

/// Makes a patch for a task without a model, of what rules can prove and what the repository's own tools correct.
///
/// It returns only a patch that `git apply --check` accepted on the workspace, to which it never writes. Where there is
/// nothing to offer it says so.
package struct Drafter: Sendable {
    private let rules: [any DraftRule]
    private let limits: DraftLimits
    private let syntax: SyntaxChecker

    /// Makes a drafter.
    /// - Parameter rules: The rules to try, in this order; a file that one rule has changed is not changed by the next.
    package init(
        rules: [any DraftRule] = [FixerRule(), TestSkeletonRule()], limits: DraftLimits = DraftLimits(),
        syntax: SyntaxChecker = SyntaxChecker()
    ) {
        self.rules = rules
        self.limits = limits
        self.syntax = syntax
    }

    /// Drafts a patch.
    /// - Throws: `CancellationError`; ``ProgramError`` when git cannot be started; ``WorkspaceCopyError`` when there is
    ///   no room for temporary files; ``WorkspaceError`` when the workspace cannot be copied.
    package func draft(_ request: DraftRequest) async throws -> DraftResult {
        let input = DraftInput(request: request, limits: limits, syntax: syntax)
        var result = DraftResult()
        result.limits = limits
        var changes: [Entry] = []
        var left: [ChecklistItem] = []
        for rule in rules {
            let draft = try await rule.draft(input)
            let taken = Set(changes.map { ExactString($0.change.revision.path) })
            for change in draft.changes {
                if taken.contains(ExactString(change.revision.path)) {
                    result.notes.append("\(change.revision.path): changed by an earlier rule, not by \(rule.id) too")
                } else {
                    changes.append((rule.id, change))
                }
            }
            left += draft.checklist
            result.notes += draft.findings
        }
        let accepted = try await verified(changes, request.workspace, &result)
        result.rules = rules.map { rule in
            let count = accepted.filter { $0.rule == rule.id }.map(\.change.count).reduce(0, +)
            return AppliedRule(id: rule.id, description: rule.description, count: count)
        }
        result.files = accepted.map { entry in
            DraftedFile(
                path: entry.change.revision.path, change: entry.change.revision.old == nil ? .added : .modified,
                rule: entry.rule, tool: entry.change.tool, declarations: entry.change.declarations,
                syntax: entry.change.syntax)
        }.sorted(byBytesOf: \.path)
        result.checklist = request.requirements.map { item(for: $0, result) } + left
        result.statement = Self.statement(result)
        return result
    }

    private typealias Entry = (rule: String, change: RuleDraft.Change)

    /// Fills in the patch that git accepts: of all changes, or else of those that git accepts one by one.
    private func verified(_ changes: [Entry], _ workspace: String, _ result: inout DraftResult) async throws -> [Entry]
    {
        let git = GitApply(folder: workspace, runner: syntax.runner)
        // What git checks is what is returned.
        func patch(_ entries: [Entry]) -> String {
            Self.preamble(entries) + UnifiedDiff().patch(entries.map(\.change.revision))
        }
        func accept(_ entries: [Entry]) {
            result.patch = patch(entries)
            result.check = "git apply --check accepted the patch"
        }
        guard !changes.isEmpty else { return [] }
        if try await git.check(patch(changes), files: changes.count) == .accepted {
            accept(changes)
            return changes
        }
        var good: [Entry] = []
        for entry in changes {
            switch try await git.check(patch([entry]), files: 1) {
            case .accepted: good.append(entry)
            case .rejected(let reason):
                result.notes.append(
                    "\(GitPath.shown(entry.change.revision.path)) is not in the patch, since git refuses it: \(reason)")
            }
        }
        guard !good.isEmpty else { return [] }
        if case .rejected(let reason) = try await git.check(patch(good), files: good.count) {
            result.notes.append("There is no patch, since git refuses the files together: \(reason)")
            return []
        }
        accept(good)
        return good
    }

    /// The lines before the patch, which git and patch pass over: who made the changes. Each begins with words of ours, since
    /// what a file is called may look like the beginning of a patch.
    private static func preamble(_ entries: [Entry]) -> String {
        let lines = entries.map {
            "Changed \(GitPath.quoted($0.change.revision.path)): \(ForeignText.line($0.change.author))"
        }.sorted()
        return (["Made without a language model, and read by nobody yet:"] + lines + ["", ""]).joined(separator: "\n")
    }

    /// What is offered, or that there is nothing and what helps.
    private static func statement(_ result: DraftResult) -> String {
        let beginning = result.patch.isEmpty ? "Nothing to offer by rule." : "Drafted without a language model."
        return ([beginning] + result.notes.map(Sentences.ended) + [remedy]).joined(separator: " ")
    }

    private static let remedy = "Writing code for the task needs a model: --model NAME (docs/models.md)."

    /// The rules' work on a requirement. No more is claimed than that a rule serves what has such words.
    private func item(for requirement: String, _ result: DraftResult) -> ChecklistItem {
        let able = rules.filter { $0.serves(requirement) }
        let active = able.filter { rule in result.rules.contains { $0.id == rule.id && $0.count > 0 } }
        if active.isEmpty {
            let reason =
                able.isEmpty
                ? "No rule can serve this without a model."
                : "The rule \(able.map(\.id).listed) found nothing to do for it."
            return ChecklistItem(text: requirement, status: .open, reason: reason, rules: [])
        }
        let files = result.files.filter { file in active.contains { $0.id == file.rule } }.map(\.path)
        return ChecklistItem(
            text: requirement, status: .drafted,
            reason: "Drafted in \(files.listed). Whether that is what was meant is for a reader to say.",
            rules: active.map(\.id))
    }
}
