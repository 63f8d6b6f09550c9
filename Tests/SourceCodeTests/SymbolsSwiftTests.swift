import Foundation
import SourceCodeTestSupport
import Testing

@testable import SourceCode

/// Every case runs with the compiler's parse tree and with the line scan: both must say the same.
@Suite(.timeLimit(.minutes(10))) struct SymbolsSwiftTests {
    static let extractors: [(ExtractorName, ExtractionTools)] = [
        (.swiftcDumpParse, ExtractionTools()), (.lineScan, ExtractionTools(swiftCompiler: "no-such-compiler")),
    ]

    private func symbols(_ text: String, _ index: Int) async throws -> [Symbol] {
        let (name, tools) = Self.extractors[index]
        let extraction = try await SymbolExtractor(tools: tools).extract([SourceFile(path: "a.swift", text: text)])
        #expect(extraction.extractors == ["swift": [name]], "\(extraction.notes)")
        return try #require(extraction.files.first).symbols
    }

    private func named(_ name: String, in symbols: [Symbol]) throws -> Symbol {
        try #require(symbols.first { $0.name == name }, "\(name) in \(symbols.map(\.name))")
    }

    @Test(arguments: [0, 1]) func functionsAreExtractedWithSignatureParametersAndComments(index: Int) async throws {
        let text = """
            import Foundation

            /// Runs a job.
            ///
            /// - Parameter job: What to run.
            @discardableResult
            @available(macOS 10, *)
            public func top() {}
            public func run<C: Clock>(
                _ job: @escaping @Sendable (Int, String) async throws -> String,  // with, a (comment
                in clock: C, retries count: Int = max(1, 2), names: [String: [Int]] = ["a": [1]],
                tuple: (x: Int, y: Dictionary<String, Int>) = (1, [:]), text: String = "a, b: c = {"
            ) async throws(MyError) -> some Sequence<Int> where C.Duration == Duration {
                func local() {}
                return []
            }
            func plain(a: Int, b _: Int...) {}
            func +++ (left: Int, right: Int) -> Int { left }
            private func hidden() -> (Int, String)? { nil }
            """
        let found = try await symbols(text, index)
        #expect(found.map(\.name) == ["top", "run", "plain", "+++", "hidden"])
        let top = try named("top", in: found)
        #expect(top.isDocumented && top.isPublic && !top.isStatic && top.kind == .function)
        #expect(top.documentation == "Runs a job.\n\n- Parameter job: What to run.")
        #expect(top.startLine == 6 && top.line == 8 && top.endLine == 8)
        #expect(top.signature == "public func top()")

        let run = try named("run", in: found)
        #expect(run.line == 9 && run.startLine == 9 && run.endLine == 16)
        #expect(run.async && run.throws && !run.isDocumented)
        #expect(run.returnType == "some Sequence<Int>")
        #expect(
            run.parameters == [
                .init(label: nil, name: "job", type: "@escaping @Sendable (Int, String) async throws -> String"),
                .init(label: "in", name: "clock", type: "C"),
                .init(label: "retries", name: "count", type: "Int", hasDefault: true),
                .init(label: "names", name: "names", type: "[String: [Int]]", hasDefault: true),
                .init(label: "tuple", name: "tuple", type: "(x: Int, y: Dictionary<String, Int>)", hasDefault: true),
                .init(label: "text", name: "text", type: "String", hasDefault: true),
            ])
        #expect(run.signature.hasPrefix("public func run<C: Clock>( _ job: @escaping"))
        #expect(run.signature.hasSuffix("where C.Duration == Duration") && !run.signature.contains("comment"))
        #expect(run.signature.contains("\"a, b: c = {\""))

        let plain = try named("plain", in: found)
        #expect(plain.parameters.map(\.label) == ["a", "b"] && plain.parameters.map(\.name) == ["a", "_"])
        #expect(plain.access == "internal" && !plain.isPublic && !plain.async && !plain.throws)
        let plus = try named("+++", in: found)
        #expect(plus.kind == .operator && plus.parameters.map(\.label) == [nil, nil] && plus.returnType == "Int")
        let hidden = try named("hidden", in: found)
        #expect(hidden.access == "private" && hidden.returnType == "(Int, String)?")
    }

    @Test(arguments: [0, 1]) func typesAndMembersAreExtracted(index: Int) async throws {
        let text = """
            /** Block. */
            public struct Outer<T>: Sendable where T: Sendable {
                public let a = 1, b: [String: Int]
                public private(set) var c: Int { get { 1 } }
                var `default`: Int? = nil
                private(set) var d: String = "}"
                /// First and second.
                public enum Kind: String { case one, two = "x" }
                indirect enum Tree { case leaf(Int, name: String); case node(Tree) }
                public init?(_ value: Int) throws { }
                public subscript(row: Int, at column: Int) -> Int { 0 }
                deinit { }
                final class Inner { class func make() -> Inner { Inner() } }
                package typealias Pair = (Int, Int)
            }
            public protocol Shape: AnyObject {
                associatedtype Unit
                var area: Double { get }
                func scale(by factor: Double) async
            }
            extension Outer.Kind where T == Int { public func name() -> String { "" } }
            public extension Shape { func double() {} }
            public actor Worker { nonisolated func id() {} }
            open class Base { open override func f() {} ; class var shared: Int { 1 } }
            """
        let found = try await symbols(text, index)
        let expected: [(String, SymbolKind, String?, Bool)] = [
            ("Outer", .struct, nil, true), ("a", .property, "Outer", true), ("b", .property, "Outer", true),
            ("c", .property, "Outer", true), ("default", .property, "Outer", false), ("d", .property, "Outer", false),
            ("Kind", .enum, "Outer", true), ("one", .enumCase, "Outer.Kind", true),
            ("two", .enumCase, "Outer.Kind", true),
            ("Tree", .enum, "Outer", false), ("leaf", .enumCase, "Outer.Tree", false),
            ("node", .enumCase, "Outer.Tree", false), ("init", .initializer, "Outer", true),
            ("subscript", .subscript, "Outer", true), ("deinit", .deinitializer, "Outer", false),
            ("Inner", .class, "Outer", false), ("make", .method, "Outer.Inner", false),
            ("Pair", .typealias, "Outer", true), ("Shape", .protocol, nil, true),
            ("Unit", .associatedtype, "Shape", true), ("area", .property, "Shape", true),
            ("scale", .method, "Shape", true), ("Outer.Kind", .extension, nil, false),
            ("name", .method, "Outer.Kind", true),
            ("Shape", .extension, nil, false), ("double", .method, "Shape", true), ("Worker", .actor, nil, true),
            ("id", .method, "Worker", false), ("Base", .class, nil, true), ("f", .method, "Base", true),
            ("shared", .property, "Base", false),
        ]
        #expect(found.map(\.name) == expected.map(\.0))
        for (symbol, (name, kind, parent, isPublic)) in zip(found, expected) {
            #expect(symbol.kind == kind, "\(name)")
            #expect(symbol.parent == parent, "\(name)")
            // In a version without access of its own a nested package type is visible too.
            #expect(symbol.isPublic == isPublic, "\(name): \(symbol.access ?? "-")")
        }
        #expect(found[0].documentation == "Block." && found[0].endLine == 15)
        #expect(try named("b", in: found).returnType == "[String: Int]")
        #expect(try named("b", in: found).signature == "public let b: [String: Int]")
        #expect(try named("c", in: found).returnType == "Int")
        #expect(try named("default", in: found).returnType == "Int?")
        #expect(try named("d", in: found).access == "internal")
        #expect(try named("Kind", in: found).documentation == "First and second.")
        #expect(try named("leaf", in: found).parameters.map(\.type) == ["Int", "String"])
        #expect(try named("leaf", in: found).parameters.map(\.label) == [nil, "name"])
        #expect(try named("two", in: found).signature == "case two")
        #expect(
            try named("init", in: found).throws
                && named("init", in: found).signature == "public init?(_ value: Int) throws")
        #expect(try named("subscript", in: found).parameters.map(\.label) == [nil, "at"])
        #expect(
            try named("scale", in: found).async
                && named("scale", in: found).signature == "func scale(by factor: Double) async")
        #expect(try named("make", in: found).isStatic && named("shared", in: found).isStatic)
    }

    @Test(arguments: [0, 1]) func everyBranchOfConditionalCompilationIsExtracted(index: Int) async throws {
        let text = """
            #if os(Linux)
            public func linux() {}
            #else
            public func other() {}
            #endif
            struct S {
                #if DEBUG
                func debug() {}
                #elseif RELEASE
                func release() {}
                #endif
                let s = \"\"\"
                    #if inside a string
                    func notADeclaration() {}
                    #endif
                    \"\"\"
            }
            // func commented() {}
            /* func also() { /* nested */ func third() {} } */
            """
        let found = try await symbols(text, index)
        #expect(found.map(\.name) == ["linux", "other", "S", "debug", "release", "s"])
        #expect(found.map(\.line) == [2, 4, 6, 8, 10, 12])
    }

    @Test(arguments: [0, 1]) func emptyAndNonASCIIFilesAreExtracted(index: Int) async throws {
        #expect(try await symbols("", index) == [])
        #expect(try await symbols("// only a comment\n", index) == [])
        let odd = "struct Größe { let naïve = \"\\(\"}\")\"; let raw = #\"\"}\"#; func 名前() {} }\r\nlet after = 1\r\n"
        let found = try await symbols(odd, index)
        #expect(found.map(\.name) == ["Größe", "naïve", "raw", "名前", "after"])
        #expect(found.last?.line == 2)
    }

    @Test func unparsableFileAloneFallsBackToTheLineScan() async throws {
        let extraction = try await SymbolExtractor().extract([
            SourceFile(path: "good.swift", text: "public func good() {}"),
            SourceFile(path: "bad.swift", text: "public func bad() {}\nfunc broken( {\nstruct"),
            SourceFile(path: "fine.swift", text: "struct Fine { func f() {} }"),
        ])
        #expect(extraction.files.map(\.path) == ["bad.swift", "fine.swift", "good.swift"])
        #expect(extraction.files.map(\.extractor) == [.lineScan, .swiftcDumpParse, .swiftcDumpParse])
        #expect(extraction.extractors == ["swift": [.swiftcDumpParse, .lineScan]])
        #expect(extraction.files[0].symbols.first?.name == "bad")
        #expect(
            extraction.notes == ["swift: the compiler gave no usable parse tree of bad.swift; the line scan read it"])
    }

    @Test func hangingCompilerFallsBackToTheLineScan() async throws {
        let folder = try ScratchFolder()
        let compiler = try folder.writeProgram("swiftc", "#!/bin/sh\ntrap '' TERM\nsleep 1000\n")
        let extractor = SymbolExtractor(
            limits: .init(toolTimeout: .milliseconds(200)), tools: .init(swiftCompiler: compiler))
        let extraction = try await extractor.extract([SourceFile(path: "a.swift", text: "struct A {}")])
        #expect(extraction.files.map(\.extractor) == [.lineScan] && extraction.files[0].symbols.map(\.name) == ["A"])
        #expect(extraction.notes.count == 1)
    }

    @Test func compilerCrashOnOneFileAffectsOnlyThatFile() async throws {
        let folder = try ScratchFolder()
        let script = """
            #!/bin/sh
            for argument in "$@"; do
              case "$argument" in [0-9]*.swift) grep -q poison "$argument" && kill -ABRT $$ ;; esac
            done
            exec swiftc "$@"
            """
        let compiler = try folder.writeProgram("swiftc", script)
        let files = (0..<9).map { SourceFile(path: "\($0).swift", text: $0 == 4 ? "let poison = 1" : "let x\($0) = 1") }
        let extraction = try await SymbolExtractor(tools: .init(swiftCompiler: compiler)).extract(files)
        #expect(extraction.files.filter { $0.extractor == .lineScan }.map(\.path) == ["4.swift"])
        #expect(extraction.files.map { $0.symbols.count } == Array(repeating: 1, count: 9))
    }

    @Test func unknownParseTreeFallsBackToTheLineScan() async throws {
        let folder = try ScratchFolder()
        let compiler = try folder.writeProgram(
            "swiftc", "#!/bin/sh\nfor f in *.swift; do echo '{\"other\": []}' > ${f%.swift}.json; done\n")
        let extraction = try await SymbolExtractor(tools: .init(swiftCompiler: compiler))
            .extract([SourceFile(path: "a.swift", text: "struct A {}")])
        #expect(extraction.files.map(\.extractor) == [.lineScan] && extraction.files[0].symbols.map(\.name) == ["A"])
    }
}
