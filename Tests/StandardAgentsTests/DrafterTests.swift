import Foundation
import SourceCode
import SourceCodeTestSupport
import StandardAgents
import Support
import Testing

/// Drafts of real repositories, read by the real git and the real compilers.
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
        public enum CartError: Error { case empty, tooMany(Int) }

        public enum Currency: String, CaseIterable, Sendable {
            case euro = "EUR", dollar = "USD"
            case yen
        }

        public struct Limits: Sendable {
            public static let maximumItems = 100 // not "more"
            #if DEBUG
            public static let debugOnly = 1
            #endif
            public let title: String
        }

        open class Cart {
            /// Documented already.
            public init() {}

            @discardableResult
            public func add(_ item: String, count: Int = 1) throws -> Int {
                guard !item.isEmpty else { throw CartError.empty }
                if count > 5 {
                    throw CartError.tooMany(count)
                }
                return total()
            }

            public func total() -> Int { 0 }
            public func clear() { print("total()") }
            func hidden(_ a: Int) -> Int { a }
        }

        public func checkout(cart: Cart) throws -> Int { try cart.add("x") }

        public func later(cart: Cart) throws { Task { try cart.add("y") } }

        extension Limits: CustomStringConvertible { public var description: String { title } }

        func run() throws { _ = try checkout(cart: Cart()) }

        """,
        "Tests/ShopTests/CartTests.swift":
            "import Testing\n@testable import Shop\n@Test func nothing() { _ = Cart() }\n",
    ]

    private func draft(
        _ repository: DrafterRepository, _ texts: [String: String], requirements: [String] = [], ranking: [String] = [],
        limits: DraftLimits = DraftLimits(), drafter: Drafter? = nil
    ) async throws -> DraftResult {
        let files = texts.map { SourceFile(path: $0.key, text: $0.value) }
        let extraction = try await SymbolExtractor().extract(files)
        return try await (drafter ?? Drafter(limits: limits)).draft(
            DraftRequest(
                workspace: repository.path, requirements: requirements, texts: [ExactString: String](texts),
                symbols: Dictionary(uniqueKeysWithValues: extraction.files.map { (ExactString($0.path), $0.symbols) }),
                ranking: ranking))
    }

    @Test func swiftDraftAddsValidCommentsAndTests() async throws {
        let repository = try await DrafterRepository(Self.package)
        let before = try repository.snapshot()
        let result = try await draft(repository, Self.package, requirements: ["Document the cart", "Be faster"])
        #expect(try repository.snapshot() == before)
        #expect(result.method == .rules && result.statement.contains("without a language model"))
        #expect(result.rules.map(\.id) == ["doc-comments", "test-skeletons"])
        #expect(result.rules.allSatisfy { $0.count > 0 && !$0.description.isEmpty })
        #expect(result.files.map(\.syntax.outcome) == [.parses, .parses])
        #expect(result.checklist.map(\.status).prefix(2) == [.drafted, .open])
        #expect(result.checklist[1].reason.contains("No rule"))

        try await repository.git("apply", "-", input: result.patch)
        let cart = try #require(repository.read("Sources/Shop/Cart.swift"))
        #expect(
            cart.contains(
                """
                    /// Takes `item` and `count`; returns `Int`.
                    ///
                    /// - Parameters:
                    ///   - item: `String`.
                    ///   - count: `Int`; has a default.
                    /// - Returns: `Int`.
                    /// - Throws: `CartError.empty` when `!item.isEmpty` does not hold. `CartError.tooMany` when
                    ///   `count > 5`.
                    @discardableResult
                    public func add
                """))
        #expect(cart.contains("    /// Returns `Int`.\n    ///\n    /// Called from `add` in `Cart.swift`.\n"))
        #expect(cart.contains("/// Called from `run` in `Cart.swift`.\n"))
        #expect(cart.contains("/// - Throws: What `add` throws.\npublic func checkout"))
        // Errors thrown in a task are not the function's own; what a protocol of the standard library asks for has its comment.
        #expect(cart.contains("/// - Throws: An error that the declaration does not name.\npublic func later"))
        #expect(cart.contains("CustomStringConvertible { public var description"))
        #expect(cart.contains("    public func clear()") && !cart.contains("no arguments"))
        #expect(!cart.contains("/// Takes `a`"))
        #expect(cart.contains("    /// Documented already.\n    public init() {}"))

        let tests = try #require(repository.read("Tests/ShopTests/ShopDeclaredValuesTests.swift"))
        for line in [
            "#expect(Currency.euro.rawValue == \"EUR\")", "#expect(Currency.yen.rawValue == \"yen\")",
            "#expect(Currency.allCases.count == 3)", "#expect(Limits.maximumItems == 100)",
        ] { #expect(tests.contains(line)) }
        #expect(!tests.contains("debugOnly") && !tests.contains("CartError"))
        // Proof by the compiler: module, then tests against it.
        let built = try await repository.run([
            "swiftc", "-emit-module", "-module-name", "Shop", "-emit-module-path", "Shop.swiftmodule",
            "Sources/Shop/Cart.swift",
        ])
        #expect(built.succeeded, "\(built.errorText)")
        let asserts = tests.split(separator: "\n").filter { $0.contains("#expect") }
            .map { $0.replacing("#expect", with: "precondition") }.joined(separator: "\n")
        try repository.write("check.swift", "import Shop\n" + asserts)
        let checked = try await repository.run(["swiftc", "-typecheck", "-I", ".", "check.swift"])
        #expect(checked.succeeded, "\(checked.errorText)")
    }

    @Test func pythonDraftAddsDocstringsAndSignatureTests() async throws {
        let texts = [
            "lib/pkg/__init__.py": "",
            "lib/pkg/parser.py": """
            import re
            from .util import clean

            PATTERN = re.compile("a+")


            def parse(text: str, limit=10, *, strict: bool = False) -> list:
                if not text:
                    raise ValueError("empty")
                return PATTERN.findall(clean(text))[:limit]


            class Reader:

                # why

                def read(
                    self,
                    path,
                ) -> str:
                    return path

                def documented(self):
                    "Has a docstring."

            """,
            "lib/pkg/util.py": "def clean(text):\r\n    return text\r\n",
            "lib/pkg/effects.py": "import os\n\nos.remove('x')\n\ndef f(a): return a\n",
            "tests/test_old.py": "def test_old(): pass\n",
        ]
        let repository = try await DrafterRepository(texts)
        let result = try await draft(repository, texts)
        try await repository.git("apply", "--whitespace=nowarn", "-", input: result.patch)
        let parser = try #require(repository.read("lib/pkg/parser.py"))
        #expect(parser.contains("    Raises:\n        ValueError: When ``not text``.\n    \"\"\"\n    if not text:"))
        #expect(parser.contains("        \"\"\"Takes ``path``; returns ``str``.\n"))
        let util = try #require(repository.read("lib/pkg/util.py"))
        #expect(util.utf8.count { $0 == 0x0A } == util.utf8.count { $0 == 0x0D })
        #expect(util.contains("Called from ``parse`` in ``parser.py``."))
        let names = result.files.map(\.path)
        #expect(names.contains("tests/test_pkg_parser_signatures.py"))
        #expect(
            result.checklist.contains { $0.text.contains("effects.py") && $0.reason.contains("more than definitions") })
        // Proof by running: the tests pass without pytest, too.
        let run = try await repository.run([
            "python3", "-c",
            "import runpy; [f() for n, f in runpy.run_path('tests/test_pkg_parser_signatures.py').items() if n.startswith('test_')]",
        ])
        #expect(run.succeeded, "\(run.errorText)")
    }

    @Test(arguments: [
        (
            "a.ts", "@dec\nexport class A {\n  run(a: string, b = 1): void {}\n}\n",
            "   * @param a Required.\n   * @param b Has a default.\n   */\n  run("
        ),
        (
            "A.java", "public class A {\n    @Deprecated\n    public int f(int a) throws Bad { return a; }\n}\n",
            "     * @throws Bad as declared.\n     */\n    @Deprecated\n"
        ),
        (
            "a.go", "package a\n\nfunc Load(path string) int {\n\treturn 1\n}\n",
            "// Load takes path; returns int.\n//\n// path is of type string.\nfunc Load("
        ),
        (
            "a.rs", "#[derive(Debug)]\npub enum Shape { Circle, Square }\n",
            "/// An enumeration of `Circle` and `Square`.\n#[derive(Debug)]\npub enum"
        ),
        ("a.c", "int add(int a, int b) {\n    return a + b;\n}\n", " * @return `int`\n */\nint add("),
    ])
    func commentsFollowTheFormOfEachLanguage(_ name: String, _ text: String, _ expected: String) async throws {
        let repository = try await DrafterRepository([name: text])
        let result = try await draft(repository, [name: text])
        try await repository.git("apply", "-", input: result.patch)
        let now = try #require(repository.read(name))
        #expect(now.contains(expected), "\(now)")
    }

    @Test func hostileFilesAreDraftedOrSkipped() async throws {
        let texts = [
            "with space/ünï \"q\".swift": "public func f(a: Int) -> Int { a }",
            "crlf.swift": "public struct A {\r\n    public let a: Int\r\n}\r\n",
            "empty.swift": "", "broken.swift": "public func (\n}}} \"",
            "gone.swift": "public func g(a: Int) -> Int { a }\n",
            "string.swift": "let a = \"\"\"\npublic func no(a: Int) -> Int\n\"\"\"\n",
            "generated.swift": "// DO NOT EDIT\npublic func g(a: Int) -> Int { a }\n",
            "stale.swift": "public func h(a: Int) -> Int { a }\n",
        ]
        let repository = try await DrafterRepository(texts)
        try repository.remove("gone.swift")
        try repository.write("stale.swift", "// The text the draft saw is not the text that is there.\n")
        let result = try await draft(repository, texts, limits: DraftLimits(documentedFiles: 50))
        #expect(result.files.map(\.path) == ["crlf.swift", "with space/ünï \"q\".swift"])
        #expect(result.notes.contains { $0.hasPrefix("gone.swift") && $0.contains("git") })
        #expect(result.notes.contains { $0.hasPrefix("stale.swift") && $0.contains("git") })
        try await repository.git("apply", "--whitespace=nowarn", "-", input: result.patch)
        #expect(repository.read("with space/ünï \"q\".swift")?.hasSuffix("Int { a }") == true)
        #expect(repository.read("crlf.swift")?.contains("\r\n    /// A constant of type `Int`.\r\n") == true)
    }

    @Test func limitsHoldAndRelevantFilesComeFirst() async throws {
        var texts: [String: String] = [:]
        for number in 0..<6 {
            texts["f\(number).swift"] = (0..<3).map { "public func f\(number)x\($0)(a: Int) -> Int { a }\n" }.joined()
        }
        let repository = try await DrafterRepository(texts)
        let limits = DraftLimits(documentedFiles: 2, documentedDeclarations: 5)
        let result = try await draft(repository, texts, ranking: ["f4.swift", "f1.swift"], limits: limits)
        #expect(result.files.map(\.path) == ["f1.swift", "f4.swift"])
        #expect(result.rules[0].count == 5)
        #expect(result.checklist.contains { $0.text.contains("13") && $0.reason.contains("at most 5") })
        let none = try await draft(repository, texts, limits: DraftLimits(documentedFiles: 0, testFiles: 0))
        #expect(none.patch.isEmpty && none.check == nil && none.files.isEmpty)
        let small = try await draft(repository, texts, limits: DraftLimits(fileBytes: 10))
        #expect(small.patch.isEmpty && small.notes.count == 6)
    }

    @Test func missingTestTargetOrCompilerAddsAChecklistItem() async throws {
        var texts = Self.package
        texts["Tests/ShopTests/CartTests.swift"] = "import Testing\n"
        let repository = try await DrafterRepository(texts)
        let result = try await draft(repository, texts)
        #expect(!result.files.contains { $0.change == .added })
        #expect(result.checklist.contains { $0.text.contains("Shop") && $0.reason.contains("imports Shop") })
        let whole = try await DrafterRepository(Self.package)
        let blind = Drafter(syntax: SyntaxChecker(swiftParser: ["no-such-compiler"]))
        let unproven = try await draft(whole, Self.package, drafter: blind)
        #expect(!unproven.files.contains { $0.change == .added })
        #expect(Set(unproven.files.map(\.syntax.outcome)) == [.unchecked])
        #expect(unproven.checklist.contains { $0.reason.contains("no-such-compiler") })
    }

    @Test func emptyRepositoryGivesAnEmptyDraft() async throws {
        let repository = try await DrafterRepository()
        let result = try await draft(repository, [:], requirements: ["Write tests"])
        #expect(result.patch.isEmpty)
        #expect(result.checklist.map(\.status) == [.open])
        let data = try JSONEncoder().encode(result)
        #expect(try JSONDecoder().decode(DraftResult.self, from: data) == result)
        #expect(String(decoding: data, as: UTF8.self).contains("\"schema_version\":1"))
    }
}
