import Processes
import SourceCode

/// Takes the fixes that the repository's own formatters and linters make in the files the task is about.
///
/// They run in a scratch copy, under the repository's configuration. One that would change much is not what the
/// repository is kept in order with, and nothing is taken from it.
package struct FixerRule: DraftRule {
    package static let id = "tools"
    package var id: String { Self.id }
    package let description = """
        Takes fixes of formatters and linters that the repository configures and that are installed, in files the task \
        is about, where they are few.
        """
    private static let servedWords: Set<String> = [
        "format", "formats", "formatted", "formatter", "formatting", "lint", "linted", "linter", "linting", "style",
    ]

    /// The fixers that the job names; `nil` for those that run none of the repository's code.
    private let named: [Fixer]?
    private let path: String

    /// Makes the rule.
    /// - Parameters:
    ///   - named: The fixers that the job names; `nil` for those that run none of the repository's code.
    ///   - path: The folders of installed programs, as in `PATH`.
    package init(_ named: [Fixer]? = nil, path: String = ProgramVariables.passed["PATH"] ?? "") {
        self.named = named
        self.path = path
    }

    package func serves(_ text: String) -> Bool { !Self.servedWords.isDisjoint(with: text.lowercased().words) }

    package func draft(_ input: DraftInput) async throws -> RuleDraft {
        var survey = FixerSurvey(input, named, path: path)
        guard !survey.ready.isEmpty else { return RuleDraft(findings: survey.findings) }
        do {
            return try await ScratchDirectory.with { scratch in
                let copy = try await FixerCopy(input, in: scratch)
                if survey.ready.contains(where: { $0.fixer.code == .repository }) {
                    copy.linkPackages(of: survey.workspace)
                }
                var work = FixerWork(input, copy, findings: survey.findings)
                for program in survey.ready { try await work.run(program) }
                return try await work.draft()
            }
        } catch let error as WorkspaceCopyError where error.code == .tooLarge {
            survey.findings.append("No tool was started: \(error.description)")
            return RuleDraft(findings: survey.findings)
        }
    }
}

/// Which fixers can run here, and why the others cannot.
struct FixerSurvey {
    let workspace: String
    private(set) var ready: [FixerProgram] = []
    var findings: [String] = []

    init(_ input: DraftInput, _ named: [Fixer]?, path: String) {
        workspace = (try? Workspace(input.request.workspace).root) ?? input.request.workspace
        guard !input.request.texts.isEmpty else {
            findings.append("There is no text to work on.")
            return
        }
        let installed = InstalledPrograms(path: path, outside: workspace)
        var search = ConfigurationSearch(in: workspace)
        let candidates = FixerCandidates(input)
        for fixer in named ?? Fixer.all where candidates.hasFiles(for: fixer) {
            if candidates.paths(for: fixer, atMost: 1, &search).isEmpty {
                if named != nil { findings.append("\(fixer.name) is not configured in this repository.") }
            } else if named == nil, fixer.code == .repository {
                findings.append(
                    "\(fixer.name) is configured here by code of the repository, so it runs only where the job names it: "
                        + "fixers: [\(fixer.name)] at the drafter.")
            } else if let program = FixerProgram(fixer, installed, in: workspace, input) {
                ready.append(program)
            } else {
                findings.append("\(fixer.name) applies to this repository, but is not installed.")
            }
        }
        if ready.isEmpty, findings.isEmpty {
            let names = (named ?? Fixer.all).map(\.name).joined(separator: ", ")
            findings.append(
                named?.isEmpty == true
                    ? "The job names no tools."
                    : "Of the tools \(names) none is configured for files of this repository.")
        }
    }
}
