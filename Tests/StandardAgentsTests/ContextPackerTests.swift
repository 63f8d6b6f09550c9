import SourceCode
import Support
import Testing

@testable import StandardAgents

/// Files cut to what a model takes.
@Suite struct ContextPackers {
    private let packer = ContextPacker(task: ["retry policy"])

    private func symbol(_ name: String, _ lines: ClosedRange<Int>) -> Symbol {
        Symbol(
            name: name, kind: .function, line: lines.lowerBound, endLine: lines.upperBound, signature: "func \(name)()",
            isPublic: true)
    }

    @Test func filesWithinTheBudgetAreIncludedWhole() {
        let pack = packer.pack(["a": "one\n", "b": "two\n"], symbols: [:], order: ["b", "a"], budget: 1000)
        #expect(pack.entries.map(\.path) == ["b", "a"] && pack.entries.map(\.kind) == [.whole, .whole])
        #expect(pack.entries[0].text == "two\n" && pack.omitted.isEmpty)
        #expect(pack.estimatedTokens <= pack.budgetTokens)
    }

    /// Of a file that is too large come the declarations with the task's words, with the comment above, and an outline.
    @Test func largeFileContributesRelevantDeclarationsAndAnOutline() throws {
        var lines = (1...400).map { "let filler\($0) = \($0)" }
        lines[99] = "/// The policy."
        lines[100] = "func retry() {"
        lines[101] = "    policy()"
        lines[102] = "}"
        let symbols: [ExactString: [Symbol]] = ["a": [symbol("other", 1...2), symbol("retry", 101...103)]]
        let pack = packer.pack(["a": lines.joined(separator: "\n")], symbols: symbols, order: ["a"], budget: 400)
        let excerpt = try #require(pack.entries.first)
        #expect(excerpt.kind == .excerpt && excerpt.firstLine == 100 && excerpt.lastLine == 103)
        #expect(excerpt.text == "/// The policy.\nfunc retry() {\n    policy()\n}\n")
        #expect(pack.entries.last?.kind == .outline && pack.entries.last?.text.contains("101: func retry()") == true)
    }

    /// What a path costs is counted with how often it is named: beside the fence, and in the schema of the answer.
    @Test func aPathIsNamedAsOftenAsItsCostCounts() throws {
        let path = "Sources/aRareName.swift"
        let pack = packer.pack([ExactString(path): "one\n"], symbols: [:], order: [path], budget: 1000)
        let asked = try #require(EditSchema.of(pack).asked).json()
        let times = asked.split(separator: "aRareName", omittingEmptySubsequences: false).count - 1
        #expect(1 + times == ContextPacker.timesNamed)
    }

    @Test func fileWithoutDeclarationsContributesLinesAroundTheWords() throws {
        let lines = (1...300).map { $0 == 150 ? "the retry policy" : "filler line number \($0)" }
        let pack = packer.pack(["a": lines.joined(separator: "\n")], symbols: [:], order: ["a"], budget: 600)
        let excerpt = try #require(pack.entries.first)
        #expect(excerpt.firstLine == 142 && excerpt.lastLine == 158)
    }

    @Test func budgetIsSharedAndOmittedFilesAreListed() {
        let texts = Dictionary(
            uniqueKeysWithValues: (0..<60).map {
                (ExactString("f\($0)"), String(repeating: "retry policy\n", count: 50))
            })
        let order = (0..<60).map { "f\($0)" }
        let pack = packer.pack(texts, symbols: [:], order: order, budget: 1500)
        #expect(pack.estimatedTokens <= 1500 && Set(pack.entries.map(\.path)).count > 1)
        #expect(pack.omitted.count == ContextPacker.listedOmissions)
        #expect(packer.pack(texts, symbols: [:], order: order, budget: 1500) == pack)
        #expect(packer.pack(texts, symbols: [:], order: order, budget: 0).entries.isEmpty)
        #expect(packer.pack(texts, symbols: [:], order: order, budget: -5).budgetTokens == 0)
    }

    /// Prompts number lines: a pack that left that out would be too long for the model.
    @Test func numbersOfLinesCountInTheBudget() throws {
        let text = String(repeating: "\n", count: 300)
        let pack = packer.pack(["a": text], symbols: [:], order: ["a"], budget: 1_000)
        let entry = try #require(pack.entries.first)
        #expect(pack.estimatedTokens >= TokenEstimate.of(NumberedLines.of(entry.text)))
        #expect(packer.pack(["a": text], symbols: [:], order: ["a"], budget: 400).entries.isEmpty)
    }
}
