import SourceCode
import Support

/// Test files for the targets of a Swift package, in test targets that already import them.
struct SwiftTestSkeletons: Sendable {
    private(set) var skeletons: [TestSkeleton] = []
    private let texts: [ExactString: String]

    /// - Throws: `CancellationError`.
    init(_ input: DraftInput) throws {
        let request = input.request
        texts = request.texts.filter { $0.value.utf8.count <= input.limits.fileBytes }
        let (targets, sources) = Self.grouped(request.orderedPaths, by: Self.target)
        let tests = Self.grouped(texts.keys.sorted().map(\.string), by: Self.testTarget).paths
        let names = Set(request.symbols.values.joined().map { ExactString($0.name) })
        for target in targets {
            try Task.checkCancellation()
            let tests = tests[target.string + "Tests"] ?? []
            guard let importer = tests.first(where: { imports($0).contains(target.string) }) else { continue }
            let suite = target.string.filter { $0.isLetter || $0.isNumber } + "RawValueTests"
            let path = "Tests/\(target)Tests/\(suite).swift"
            guard request.texts[path] == nil, !names.contains(ExactString(suite)) else { continue }
            let stated = try unnamed(in: sources[target] ?? [], tests, input)
            guard !stated.isEmpty else { continue }
            skeletons.append(
                TestSkeleton(
                    path: path,
                    text: header(of: importer, among: tests)
                        + Self.text(suite, target.string, stated, framework(tests)),
                    subject: "the raw values of \(target)", declarations: stated.map(\.declaration)))
        }
    }

    /// Paths by a group of theirs, and the groups in the order of their first paths.
    private static func grouped(
        _ paths: [String], by group: (String) -> String?
    ) -> (groups: [ExactString], paths: [ExactString: [String]]) {
        var groups: [ExactString] = []
        var grouped: [ExactString: [String]] = [:]
        for path in paths {
            guard let key = group(path).map({ ExactString($0) }) else { continue }
            if grouped[key] == nil { groups.append(key) }
            grouped[key, default: []].append(path)
        }
        return (groups, grouped)
    }

    /// The first raw values of a target that its tests do not hold.
    private func unnamed(
        in sources: [String], _ tests: [String], _ input: DraftInput
    ) throws -> [SwiftRawValues.Value] {
        var found: [SwiftRawValues.Value] = []
        for path in sources {
            for value in SwiftRawValues(texts[path] ?? "", input.request.symbols[path] ?? []).values {
                try Task.checkCancellation()
                guard found.count < input.limits.assertionsPerTestFile else { return found }
                // A test that names the type and the literal is taken to hold it already.
                let isHeld = tests.contains {
                    texts[$0]?.contains(value.literal) == true && names(value.type, in: $0)
                }
                if !isHeld { found.append(value) }
            }
        }
        return found
    }

    private enum Framework: String { case testing = "Testing", xctest = "XCTest" }

    /// The target of a source file in SwiftPM's usual layout.
    private static func target(of path: String) -> String? {
        let parts = path.pathSegments
        guard parts.count >= 3, parts[0] == "Sources", Language(path: path) == .swift, parts.last != "main.swift" else {
            return nil
        }
        return String(parts[1])
    }

    /// The folder of a test in SwiftPM's usual layout: `ShopTests`.
    private static func testTarget(of path: String) -> String? {
        let parts = path.pathSegments
        guard parts.count >= 3, parts[0] == "Tests", Language(path: path) == .swift else { return nil }
        return String(parts[1])
    }

    private func names(_ type: String, in path: String) -> Bool {
        guard let last = type.split(separator: ".").last else { return false }
        return texts[path]?.contains(last) == true
    }

    private func framework(_ tests: [String]) -> Framework {
        let imported = tests.map(imports)
        let testing = imported.contains { $0.contains("Testing") }
        return !testing && imported.contains { $0.contains("XCTest") } ? .xctest : .testing
    }

    private func imports(_ path: String) -> Set<String> {
        Set(
            (texts[path] ?? "").split(whereSeparator: \.isNewline).compactMap { line in
                line.wholeMatch(of: /\s*(?:@testable\s+)?import\s+([A-Za-z_][A-Za-z0-9_]*)\s*/).map { String($0.1) }
            })
    }

    /// The comment with which test files begin, such as a licence, where another file has the same.
    private func header(of importer: String, among tests: [String]) -> String {
        func comment(_ path: String) -> [Substring] {
            let lines = (texts[path] ?? "").split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
            return Array(lines.prefix { $0.hasPrefix("//") && !$0.hasPrefix("///") })
        }
        let own = comment(importer)
        guard !own.isEmpty, tests.contains(where: { $0 != importer && comment($0) == own }) else { return "" }
        return own.joined(separator: "\n") + "\n\n"
    }

    private static func text(
        _ suite: String, _ target: String, _ values: [SwiftRawValues.Value], _ framework: Framework
    ) -> String {
        var types: [String] = []
        for value in values where !types.contains(value.type) { types.append(value.type) }
        var lines = [target, framework.rawValue].sorted().map { "import \($0)" }
        lines += ["", "/// Raw values that may have been stored or sent: a change of one is then a decision."]
        lines.append(framework == .testing ? "@Suite struct \(suite) {" : "final class \(suite): XCTestCase {")
        for (number, type) in types.enumerated() {
            let name = type.split(separator: ".").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
            if number > 0 { lines.append("") }
            lines.append(
                framework == .testing
                    ? "    @Test func rawValuesOf\(name)() {" : "    func testRawValuesOf\(name)() {")
            for value in values where value.type == type {
                lines.append(
                    framework == .testing
                        ? "        #expect(\(value.expression) == \(value.literal))"
                        : "        XCTAssertEqual(\(value.expression), \(value.literal))")
            }
            lines.append("    }")
        }
        return (lines + ["}", ""]).joined(separator: "\n")
    }
}
