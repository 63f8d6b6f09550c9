import Foundation
import SourceCode
import SourceCodeTestSupport
import Support
import Testing

@testable import StandardAgents

/// Drafts of real repositories by rule, read by the real git and the real compiler.
@Suite(.timeLimit(.minutes(10))) struct DrafterTests {
    static let package = [
        "Package.swift": """
        // swift-tools-version: 6.0
        import PackageDescription
        let package = Package(
            name: "shop",
            targets: [.target(name: "Shop"), .testTarget(name: "ShopTests", dependencies: ["Shop"])])

        """,
        "Sources/Shop/Cart.swift": """
        public enum Currency: String, CaseIterable, Sendable {
            case euro = "EUR", dollar = "USD" // of "other"
            case yen, pound = "pound"
        }

        public enum Place {
            public enum Code: Int {
                case home = 1, away = -2, other
            }
            @available(*, deprecated)
            public enum Old: Int {
                case a = 1
            }
            enum Hidden: String {
                case a = "b"
            }
        }

        public enum Computed: String {
            case a = "x"
            public var rawValue: String { "y" }
        }

        public enum Known: String {
            case open = "o"
        }

        public struct Limits: Sendable { public static let maximumItems = 100 }

        """,
        "Sources/Shop/Debug.swift": "#if DEBUG\npublic enum Debug: String { case on = \"1\" }\n#endif\n",
        "Tests/ShopTests/CartTests.swift": """
        // Licence of the shop
        import Testing
        @testable import Shop
        @Test func known() { #expect(Known.open.rawValue == "o") }

        """,
        "Tests/ShopTests/OtherTests.swift": "// Licence of the shop\nimport Testing\n",
    ]
    private static let added = "Tests/ShopTests/ShopRawValueTests.swift"

    private func draft(
        _ repository: DrafterRepository, _ texts: [String: String], requirements: [String] = ["Add tests"],
        limits: DraftLimits = DraftLimits(), drafter: Drafter? = nil
    ) async throws -> DraftResult {
        let files = texts.map { SourceFile(path: $0.key, text: $0.value) }
        let extraction = try await SymbolExtractor().extract(files)
        return try await (drafter ?? Drafter(limits: limits)).draft(
            DraftRequest(
                workspace: repository.path, requirements: requirements, texts: [ExactString: String](texts),
                symbols: Dictionary(
                    uniqueKeysWithValues: extraction.files.map { (ExactString($0.path), $0.symbols) })))
    }

    @Test func testIsAddedOfRawValuesThatNoTestNames() async throws {
        let repository = try await DrafterRepository(Self.package)
        let before = try repository.snapshot()
        let result = try await draft(
            repository, Self.package, requirements: ["The raw values are tested", "Be faster"])
        #expect(try repository.snapshot() == before)
        #expect(result.method == .rules && result.statement.hasPrefix("Drafted without a language model."))
        #expect(result.rules.map(\.id) == ["tools", "test-skeletons"] && result.rules.map(\.count) == [0, 4])
        #expect(result.files.map(\.path) == [Self.added] && result.files.map(\.syntax.outcome) == [.parses])
        #expect(result.checklist.map(\.status) == [.drafted, .open])
        #expect(result.checklist[1].reason.contains("No rule"))
        try await repository.git("apply", "-", input: result.patch)
        #expect(
            repository.read(Self.added) == """
                // Licence of the shop

                import Shop
                import Testing

                /// Raw values that may have been stored or sent: a change of one is then a decision.
                \u{40}Suite struct ShopRawValueTests {
                    @Test func rawValuesOfCurrency() {
                        #expect(Currency.euro.rawValue == "EUR")
                        #expect(Currency.dollar.rawValue == "USD")
                    }

                    @Test func rawValuesOfPlaceCode() {
                        #expect(Place.Code.home.rawValue == 1)
                        #expect(Place.Code.away.rawValue == -2)
                    }
                }

                """)
        // Proof by the compiler: module, then tests against it.
        let built = try await repository.run([
            "swiftc", "-emit-module", "-module-name", "Shop", "-emit-module-path", "Shop.swiftmodule",
            "Sources/Shop/Cart.swift",
        ])
        #expect(built.succeeded, "\(built.errorText)")
        let asserts = (repository.read(Self.added) ?? "").split(separator: "\n").filter { $0.contains("#expect") }
            .map { $0.replacing("#expect", with: "precondition") }.joined(separator: "\n")
        try repository.write("check.swift", "import Shop\n" + asserts)
        let checked = try await repository.run(["swiftc", "-typecheck", "-I", ".", "check.swift"])
        #expect(checked.succeeded, "\(checked.errorText)")
    }

    @Test func noTestIsAddedThatNobodyAskedForOrThatHasNoPlace() async throws {
        let repository = try await DrafterRepository(Self.package)
        for requirements in [["The tests pass."], ["Document the cart"], []] {
            #expect(try await draft(repository, Self.package, requirements: requirements).patch.isEmpty)
        }
        var texts = Self.package
        texts["Tests/ShopTests/CartTests.swift"] = "import Testing\n"
        #expect(try await draft(try await DrafterRepository(texts), texts).patch.isEmpty)
        // A second draft on top of the first has nothing to add.
        try await repository.git("apply", "-", input: try await draft(repository, Self.package).patch)
        texts = Self.package
        texts[Self.added] = repository.read(Self.added)
        #expect(try await draft(repository, texts).patch.isEmpty)
    }

    @Test func testFollowsTheFrameworkAndTheLimits() async throws {
        var texts = Self.package
        texts["Tests/ShopTests/CartTests.swift"] = "import XCTest\n@testable import Shop\n"
        texts["Tests/ShopTests/OtherTests.swift"] = nil
        let repository = try await DrafterRepository(texts)
        let result = try await draft(repository, texts, limits: DraftLimits(assertionsPerTestFile: 1))
        #expect(result.patch.contains("+final class ShopRawValueTests: XCTestCase {"))
        #expect(result.patch.contains("+    func testRawValuesOfCurrency() {"))
        #expect(result.patch.contains("+        XCTAssertEqual(Currency.euro.rawValue, \"EUR\")"))
        #expect(result.rules.map(\.count) == [0, 1] && !result.patch.contains("Licence"))
        let none = try await draft(repository, texts, limits: DraftLimits(testFiles: 0))
        #expect(none.patch.isEmpty && none.checklist.contains { $0.reason.contains("at most 0 test files") })
    }

    @Test func testThatCannotBeShownToParseIsNotAdded() async throws {
        let repository = try await DrafterRepository(Self.package)
        let blind = Drafter(syntax: SyntaxChecker(swiftParser: ["no-such-compiler"]))
        let unproven = try await draft(repository, Self.package, drafter: blind)
        #expect(unproven.files.isEmpty && unproven.checklist.contains { $0.reason.contains("no-such-compiler") })
    }

    /// A rule that changes files of the request as a test says.
    private struct Rewriting: DraftRule {
        let id = "rewriting"
        let description = "Rewrites."
        var texts: [String: String]
        func serves(_ text: String) -> Bool { false }
        func draft(_ input: DraftInput) async throws -> RuleDraft {
            RuleDraft(
                changes: texts.sorted { $0.key < $1.key }.map { path, new in
                    .init(
                        revision: FileRevision(path: path, old: input.request.texts[path], new: new),
                        syntax: SyntaxStatus(.unchecked, ""), count: 1, source: "a test")
                })
        }
    }

    @Test func filesThatGitRefusesAreLeftOutWithItsReason() async throws {
        let texts = ["with space/ünï \"q\".c": "int a;", "crlf.c": "a\r\nb\r\n", "gone.c": "a\n", "stale.c": "a\n"]
        let repository = try await DrafterRepository(texts)
        try repository.remove("gone.c")
        try repository.write("stale.c", "The text the draft saw is not the text that is there.\n")
        let new = texts.mapValues { $0.replacing("a", with: "x") }
        let result = try await draft(repository, texts, drafter: Drafter(rules: [Rewriting(texts: new)]))
        #expect(result.files.map(\.path) == ["crlf.c", "with space/ünï \"q\".c"])
        for path in ["gone.c", "stale.c"] {
            #expect(result.notes.contains { $0.hasPrefix("\(path) is not in the patch, since git refuses it: ") })
        }
        try await repository.git("apply", "--whitespace=nowarn", "-", input: result.patch)
        #expect(repository.read("with space/ünï \"q\".c") == "int x;" && repository.read("crlf.c") == "x\r\nb\r\n")
        let twice = Drafter(rules: [Rewriting(texts: ["crlf.c": "1"]), Rewriting(texts: ["crlf.c": "2"])])
        let first = try await draft(try await DrafterRepository(texts), texts, drafter: twice)
        #expect(
            first.patch.contains("+1") && first.notes == ["crlf.c: changed by an earlier rule, not by rewriting too"])
    }

    @Test func emptyRepositoryGivesAnEmptyDraft() async throws {
        let repository = try await DrafterRepository()
        let result = try await draft(repository, [:], requirements: ["Write tests"])
        #expect(result.patch.isEmpty)
        #expect(result.checklist.map(\.status) == [.open])
        let data = try JSONEncoder().encode(result)
        #expect(try JSONDecoder().decode(DraftResult.self, from: data) == result)
        #expect(String(decoding: data, as: UTF8.self).contains("\"schema_version\":2"))
    }
}
