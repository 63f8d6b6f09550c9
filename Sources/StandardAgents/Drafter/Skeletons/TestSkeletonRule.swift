import SourceCode

/// Adds tests that hold raw values which the source writes out, where the task asks for tests and a test target exists.
package struct TestSkeletonRule: DraftRule {
    package let id = "test-skeletons"
    package let description = """
        Where the task asks for tests: a test file that holds the raw values which public Swift enumerations write out, in \
        a test target that is there, where no test names them yet.
        """
    /// How tasks ask for tests; that tests pass is another wish.
    private static let wishes = [
        "add a test", "add test", "are tested", "coverage", "has a test", "has test", "have a test", "have test",
        "is tested", "missing test", "needs a test", "need test", "untested", "write a test", "write test",
    ]

    /// Makes the rule.
    package init() {}

    package func serves(_ text: String) -> Bool {
        let text = text.lowercased()
        return Self.wishes.contains(where: text.contains)
    }

    package func draft(_ input: DraftInput) async throws -> RuleDraft {
        var draft = RuleDraft()
        guard ([input.request.description] + input.request.requirements).contains(where: serves) else { return draft }
        for skeleton in try SwiftTestSkeletons(input).skeletons {
            try Task.checkCancellation()
            guard draft.changes.count < input.limits.testFiles else {
                draft.checklist.append(
                    Self.open("Test \(skeleton.subject).", "A draft adds at most \(input.limits.testFiles) test files.")
                )
                continue
            }
            let syntax = try await input.syntax.check(path: skeleton.path, text: skeleton.text)
            guard syntax.outcome == .parses else {
                draft.checklist.append(
                    Self.open("Test \(skeleton.subject).", "The test could not be shown to parse: \(syntax.detail)"))
                continue
            }
            draft.changes.append(
                .init(
                    revision: FileRevision(path: skeleton.path, old: nil, new: skeleton.text),
                    declarations: skeleton.declarations, syntax: syntax, count: skeleton.declarations.count,
                    source: skeleton.subject))
        }
        let paths = draft.changes.map(\.revision.path)
        if !paths.isEmpty {
            draft.findings.append(
                "\(paths.listed) \(paths.count == 1 ? "holds" : "hold") raw values that the source writes out.")
        }
        return draft
    }

    static func open(_ text: String, _ reason: String) -> ChecklistItem {
        ChecklistItem(text: text, status: .open, reason: reason, rules: [])
    }
}

/// A test file that could be added.
struct TestSkeleton: Sendable {
    var path: String
    var text: String
    /// What is tested, for people: "the raw values of Parser".
    var subject: String
    /// The declarations that the tests assert something about.
    var declarations: [String]
}
