import SourceCode

/// Adds tests that assert values stated by the source, in test folders that exist already.
package struct TestSkeletonRule: DraftRule {
    package let id = "test-skeletons"
    package let description = """
        Adds a test file that asserts what the source states: constants, raw values and case counts in Swift, the \
        parameters of functions in Python. Only where a test folder exists and the new file parses.
        """
    package let servedWords: Set<String> = ["coverage", "pytest", "test", "tested", "testing", "tests", "unittest"]

    /// Makes the rule.
    package init() {}

    package func draft(_ input: DraftInput) async throws -> RuleDraft {
        var draft = RuleDraft()
        let swift = SwiftTestSkeletons(input)
        let python = try await PythonTestSkeletons(input)
        let skeletons = swift.skeletons + python.skeletons
        var items = swift.checklist + python.checklist
        for skeleton in skeletons {
            try Task.checkCancellation()
            guard draft.changes.count < input.limits.testFiles else {
                items.append(
                    Self.open("Test \(skeleton.subject).", "A draft adds at most \(input.limits.testFiles) test files.")
                )
                continue
            }
            let syntax = try await input.syntax.check(path: skeleton.path, text: skeleton.text)
            guard syntax.outcome == .parses else {
                items.append(
                    Self.open("Test \(skeleton.subject).", "The test could not be shown to parse: \(syntax.detail)"))
                continue
            }
            draft.changes.append(
                .init(
                    revision: FileRevision(path: skeleton.path, old: nil, new: skeleton.text),
                    declarations: skeleton.declarations, syntax: syntax, count: skeleton.declarations.count))
        }
        draft.checklist = items
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
    /// The tested code, for people: "the module Parser".
    var subject: String
    /// The declarations that the tests assert something about.
    var declarations: [String]
}
