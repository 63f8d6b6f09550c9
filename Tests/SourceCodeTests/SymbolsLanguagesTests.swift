import Foundation
import SourceCodeTestSupport
import Testing

@testable import SourceCode

@Suite(.timeLimit(.minutes(10))) struct SymbolsLanguagesTests {
    private func extract(
        _ files: [String: String], tools: ExtractionTools = .init()
    ) async throws -> SymbolExtraction {
        try await SymbolExtractor(tools: tools).extract(
            files.map { SourceFile(path: $0.key, text: $0.value) })
    }

    private func symbol(_ name: String, _ path: String, in extraction: SymbolExtraction) throws -> Symbol {
        let file = try #require(extraction.files.first { $0.path == path })
        return try #require(file.symbols.first { $0.name == name }, "\(name) in \(file.symbols.map(\.name))")
    }

    static let samples: [String: String] = [
        "a.py": """
        class Account(Base):
            \"\"\"Holds money.\"\"\"
            limit = 1

            @staticmethod
            async def deposit(self, amount: int, *, note: str = "x, y") -> bool:
                '''
                Adds money.
                '''
                return True

            def _hidden(self):
                pass

        # Adds two numbers.
        def add(a, b=1):
            return a + b

        def bare(): return 1
        """,
        "b.go": """
        package bank

        // Deposit adds money.
        func Deposit(account string, amount int) (int, error) { return 0, nil }
        func hidden() {}
        type Account struct { Name string }
        """,
        "c.ts": """
        /** A bank. */
        export class Bank {
            private secret: number = 1;
            public open(name: string): void {}
        }
        function hidden() {}
        """,
        "d.rs": """
        /// Adds.
        #[inline]
        pub fn add(a: i32, b: &str) -> i32 { a }
        fn hidden() {}
        pub struct Point { x: i32 }
        """,
        "e.c": """
        /** Adds. */
        int add(int a, const char *b) { return a; }
        static void hidden(void) {}
        """,
        "E.java": """
        package a.b;

        /** A bank. */
        public class E {
            /** Opens it. */
            @Override
            public String open(int door) throws Exception { return ""; }
            private void hidden() {}
        }
        """,
        "f.rb": "# A bank.\nclass Bank\n  def open(door, wide = true)\n  end\n  def self.make; end\nend\n",
        "g.sh": "#!/bin/sh\n# Builds it.\nbuild() {\n  :\n}\n",
    ]

    @Test func symbolsFollowTheConventionsOfEachLanguage() async throws {
        let extraction = try await extract(Self.samples)
        #expect(extraction.notes == [])
        #expect(Set(extraction.extractors.values) == [[.universalCtags]])
        #expect(
            Set(extraction.extractors.keys) == ["python", "go", "typescript", "rust", "c", "java", "ruby", "shell"])

        let account = try symbol("Account", "a.py", in: extraction)
        #expect(account.kind == .class && account.documentation == "Holds money." && account.endLine == 13)
        let deposit = try symbol("deposit", "a.py", in: extraction)
        #expect(deposit.kind == .method && deposit.parent == "Account" && deposit.async && deposit.isPublic)
        #expect(deposit.startLine == 5 && deposit.line == 6 && deposit.documentation == "Adds money.")
        #expect(
            deposit.parameters == [
                .init(label: nil, name: "amount", type: "int"),
                .init(label: nil, name: "note", type: "str", hasDefault: true),
            ])
        #expect(deposit.returnType == "bool")
        #expect(try !symbol("_hidden", "a.py", in: extraction).isPublic)
        #expect(try symbol("add", "a.py", in: extraction).documentation == "Adds two numbers.")
        #expect(try !symbol("bare", "a.py", in: extraction).isDocumented)

        let go = try symbol("Deposit", "b.go", in: extraction)
        #expect(go.isPublic && go.documentation == "Deposit adds money." && go.returnType == "(int, error)")
        #expect(go.parameters.map(\.type) == ["string", "int"])
        #expect(try !symbol("hidden", "b.go", in: extraction).isPublic)

        #expect(try symbol("Bank", "c.ts", in: extraction).isPublic)
        #expect(try symbol("Bank", "c.ts", in: extraction).documentation == "A bank.")
        #expect(try !symbol("secret", "c.ts", in: extraction).isPublic)
        #expect(try symbol("open", "c.ts", in: extraction).isPublic)
        #expect(try !symbol("hidden", "c.ts", in: extraction).isPublic)

        let rust = try symbol("add", "d.rs", in: extraction)
        #expect(rust.isPublic && rust.documentation == "Adds." && rust.startLine == 2 && rust.line == 3)
        #expect(rust.returnType == "i32" && rust.parameters.map(\.type) == ["i32", "&str"])
        #expect(try !symbol("hidden", "d.rs", in: extraction).isPublic)

        let c = try symbol("add", "e.c", in: extraction)
        #expect(c.isPublic && c.documentation == "Adds." && c.parameters.map(\.name) == ["a", "b"])
        #expect(c.parameters.map(\.type) == ["int", "const char *"] && c.returnType == "int")
        #expect(try !symbol("hidden", "e.c", in: extraction).isPublic)

        let java = try symbol("open", "E.java", in: extraction)
        #expect(java.isPublic && java.throws && java.documentation == "Opens it." && java.startLine == 6)
        #expect(try !symbol("hidden", "E.java", in: extraction).isPublic)
        #expect(try symbol("E", "E.java", in: extraction).documentation == "A bank.")

        #expect(try symbol("open", "f.rb", in: extraction).parameters.map(\.hasDefault) == [false, true])
        #expect(try symbol("make", "f.rb", in: extraction).isStatic)
        #expect(try symbol("build", "g.sh", in: extraction).documentation == "Builds it.")
    }

    @Test func lineScanReplacesMissingCtagsWithANote() async throws {
        let extraction = try await extract(Self.samples, tools: .init(ctags: "no-such-ctags"))
        #expect(Set(extraction.extractors.values) == [[.lineScan]])
        #expect(extraction.notes.count == 1 && extraction.notes[0].contains("apt-get install universal-ctags"))
        #expect(try symbol("Account", "a.py", in: extraction).documentation == "Holds money.")
        #expect(try symbol("add", "d.rs", in: extraction).isPublic)
        #expect(try symbol("Bank", "c.ts", in: extraction).kind == .class)
    }

    /// The lines that a tool names are held to the file's: nobody counts up to what it writes.
    @Test(arguments: ["9223372036854775807", "-9223372036854775808", "0", "1e18", "99999999999999999999"])
    func linesOfCtagsAreHeldToTheFile(number: String) async throws {
        let folder = try ScratchFolder()
        let tag = #"{"_type":"tag","name":"f","path":"0","line":1,"kind":"function","end":\#(number)}"#
        let wild = #"{"_type":"tag","name":"g","path":"\#(number)","line":\#(number),"kind":"function"}"#
        try folder.write(
            "ctags",
            "#!/bin/sh\ncase \"$*\" in *--version*) echo Universal Ctags;; *) cat >/dev/null; echo '\(tag)'; echo '\(wild)';; esac\n"
        )
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.path + "/ctags")
        let extraction = try await extract(
            ["a.py": "def f():\n    return 1\n"], tools: .init(ctags: folder.path + "/ctags"))
        let symbols = try #require(extraction.files.first).symbols
        #expect(symbols.allSatisfy { $0.name == "f" && (1...2).contains($0.endLine ?? 1) }, "\(symbols)")
    }

    @Test func ctagsOptionsOfRepositoryAndUserAreIgnored() async throws {
        let folder = try ScratchFolder()
        try folder.write(".ctags.d/evil.ctags", "--exclude=*\n--totals=yes\n")
        setenv("CTAGS", "--exclude=*", 1)
        defer { unsetenv("CTAGS") }
        let extraction = try await extract(["a.py": "def f(): pass\n"])
        #expect(extraction.files[0].symbols.map(\.name) == ["f"])
    }

    @Test func hostileFilesAreExtractedWithinLimits() async throws {
        let extraction = try await extract([
            "deep.py": String(repeating: "(", count: 100_000),
            "long.js": "var a = \"" + String(repeating: "x", count: 900_000),
            "empty.go": "", "odd.c": "/* never closed", "name with\"quote.py": "def f(): pass",
            "deep.swift": String(repeating: "{", count: 20_000), "string.swift": "let a = \"\"\"\n never closed",
            "cases.swift": "enum E { case a" + (0..<5_000).map { ", c\($0)" }.joined() + " }",
            "comment.swift": "/* /* never closed */", "brackets.swift": String(repeating: "([", count: 5_000),
        ])
        #expect(extraction.files.count == 10)
        #expect(extraction.files.first { $0.path == "cases.swift" }?.symbols.count == 5_002)
        #expect(extraction.notes.contains("swift: brackets.swift is nested too deeply; the line scan read it"))
        #expect(!extraction.notes.contains { $0.contains("in time") })
        #expect(try symbol("f", "name with\"quote.py", in: extraction).line == 1)
    }

    @Test func extractionIsDeterministic() async throws {
        let first = try await extract(Self.samples)
        #expect(try await extract(Self.samples) == first)
        #expect(first.files.map(\.path) == first.files.map(\.path).sorted())
    }

    @Test func symbolJSONIsStable() async throws {
        let extraction = try await extract(["a.swift": "public func f(_ a: Int = 1) throws -> Int { a }"])
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        let json = String(decoding: try encoder.encode(extraction.files[0].symbols[0]), as: UTF8.self)
        #expect(
            json == """
                {"access":"public","async":false,"end_line":1,"is_documented":false,"is_public":true,"is_static":false,\
                "kind":"function","line":1,"name":"f","parameters":[{"has_default":true,"name":"a","type":"Int"}],\
                "return_type":"Int","signature":"public func f(_ a: Int = 1) throws -> Int","start_line":1,"throws":true}
                """)
    }

    @Test(
        arguments: [
            ("a/B.swift", Language.swift), ("x.PY", .python), ("Makefile", .make), ("CMakeLists.txt", .cmake),
            ("Dockerfile", .dockerfile), (".gitignore", .other), ("noextension", .other), ("x.h", .c),
            ("a.tar.gz", .other),
            ("README.md", .markdown), ("Gemfile", .ruby), ("a.b/c", .other),
        ])
    func languageIsDetectedByFileName(path: String, language: Language) { #expect(Language(path: path) == language) }

    /// Tests in JavaScript are functions without names, one in the other.
    @Test func namesThatCtagsInventsAreNoDeclarations() async throws {
        let text = """
            function AnonymousFunctionality(a) {}

            describe('a', function () {
              it('b', function (done) {
                function helper(x) { return x }
              })
            })

            """
        let files = try await SymbolExtractor().extract([SourceFile(path: "a.js", text: text)]).files
        let symbols = files.flatMap(\.symbols)
        #expect(symbols.map(\.name).contains("helper") && symbols.map(\.name).contains("AnonymousFunctionality"))
        #expect(symbols.allSatisfy { $0.name.wholeMatch(of: /AnonymousFunction[0-9a-f]+/) == nil }, "\(symbols)")
        #expect(symbols.first { $0.name == "helper" }?.parent == nil)
    }
}
