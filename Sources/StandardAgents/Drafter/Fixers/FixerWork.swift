import SourceCode
import Support

/// What fixers did in a scratch copy, one after the other: each works on what was taken of those before it.
struct FixerWork {
    /// From how many files on the share that a fixer changes says whether the repository keeps to it. 4.
    static let fewestExamined = 4

    private let input: DraftInput
    private let candidates: FixerCandidates
    private let subjects: Set<ExactString>
    private var copy: FixerCopy
    private var search: ConfigurationSearch
    private var findings: [String]
    /// The tools whose fixes were taken, by path.
    private var authors: [ExactString: [String]] = [:]

    init(_ input: DraftInput, _ copy: FixerCopy, findings: [String]) {
        self.input = input
        self.copy = copy
        self.findings = findings
        candidates = FixerCandidates(input)
        subjects = input.request.subjectPaths
        // What git ignores is not in the copy: only what is there configures.
        search = ConfigurationSearch(in: copy.folder)
    }

    /// Runs one fixer, and takes what may be taken of its changes.
    /// - Throws: `CancellationError`; ``WorkspaceCopyError``.
    mutating func run(_ program: FixerProgram) async throws {
        let name = program.fixer.name
        let chosen = candidates.paths(for: program.fixer, atMost: input.limits.examinedFiles, &search)
        let paths = copy.known(chosen, input.request.texts)
        if paths.count < chosen.count {
            findings.append(
                "\(Counted.text(chosen.count - paths.count, "file")) changed since they were read; \(name) was not shown them."
            )
        }
        guard !paths.isEmpty else { return }
        if let failure = try await program.correct(
            paths, in: copy.folder, temporaryFolder: copy.temporaryFolder, &search)
        {
            findings.append("\(name) \(failure); nothing is taken from it.")
            return try copy.keep([:], of: paths)
        }
        let changes = copy.changes(of: paths)
        if !changes.unusable.isEmpty {
            findings.append(
                "\(name) left \(changes.unusable.listed) as no text of at most \(input.limits.fileBytes) bytes; that is not "
                    + "taken.")
        }
        let kept = taken(changes.texts, of: paths.filter { !changes.unusable.contains($0) }, name)
        try copy.keep(kept, of: paths)
        guard !kept.isEmpty else { return }
        let title = try await program.title()
        for path in kept.keys { authors[path, default: []].append(title) }
        findings.append("\(title) made fixes in \(kept.keys.sorted().map(\.string).listed).")
    }

    /// The changes that a maintainer can be expected to take: few, and in files the task is about.
    private mutating func taken(
        _ changes: [ExactString: String], of paths: [String], _ name: String
    ) -> [ExactString: String] {
        guard !paths.isEmpty else { return [:] }
        guard !changes.isEmpty else {
            findings.append(
                "\(name) has nothing to change in the \(Counted.text(paths.count, "file")) that it was shown.")
            return [:]
        }
        if paths.count >= Self.fewestExamined, changes.count * 2 > paths.count {
            findings.append(
                "\(name) would change \(changes.count) of the \(paths.count) files that it was shown, so this repository is "
                    + "not kept in order with it, or with another version; nothing is taken from it.")
            return [:]
        }
        let wanted = paths.filter { changes[$0] != nil && subjects.contains(ExactString($0)) }
        if wanted.isEmpty {
            findings.append(
                "\(name) would change \(Counted.text(changes.count, "file")) of the \(paths.count) that it was shown, none of which the "
                    + "task is about.")
        }
        var kept: [ExactString: String] = [:]
        for path in wanted {
            guard let new = changes[path], let old = copy.original[path] else { continue }
            let lines = Self.changedLines(old, new)
            if lines > input.limits.fixedLines {
                findings.append(
                    "\(name) would change \(Counted.text(lines, "line")) of \(path); more than \(input.limits.fixedLines) of a file are not "
                        + "taken from a tool.")
            } else if kept.count >= input.limits.fixedFiles {
                findings.append(
                    "\(name) would change \(path) too; a draft fixes at most \(Counted.text(input.limits.fixedFiles, "file"))."
                )
            } else {
                kept[path] = new
            }
        }
        return kept
    }

    /// The draft of all fixes that were taken.
    /// - Throws: `CancellationError`; ``WorkspaceCopyError``.
    mutating func draft() async throws -> RuleDraft {
        var draft = RuleDraft()
        for path in authors.keys.sorted().map(\.string) {
            guard let old = copy.original[path], let new = copy.current[path], !old.utf8.elementsEqual(new.utf8) else {
                continue
            }
            let syntax = try await input.syntax.check(path: path, text: new)
            if syntax.outcome == .fails, try await input.syntax.check(path: path, text: old).outcome != .fails {
                findings.append("\(path) does not parse as the tools left it, so it is left as it was.")
                continue
            }
            draft.changes.append(
                .init(
                    revision: FileRevision(path: path, old: old, new: new), syntax: syntax,
                    count: Self.changedLines(old, new), tool: (authors[path] ?? []).listed))
        }
        draft.findings = findings
        return draft
    }

    /// The lines that a change takes out and puts in, together.
    private static func changedLines(_ old: String, _ new: String) -> Int {
        LineDifference(from: TextLines(old).lines, to: TextLines(new).lines).steps.reduce(0) { sum, step in
            step.kind == .equal ? sum : sum + step.old.count + step.new.count
        }
    }
}
