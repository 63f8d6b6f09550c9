import Foundation
import StandardAgents
import Testing

@Suite struct DrafterProbe {
    @Test func probe() async throws {
        let path = ProcessInfo.processInfo.environment["PROBE"] ?? "/tmp/probe"
        let clock = ContinuousClock.now
        let scan = try await Workspace(path).scan()
        let texts = Dictionary(uniqueKeysWithValues: scan.files.map { ($0.path, $0.text) })
        let t1 = ContinuousClock.now
        let extraction = try await SymbolExtractor().extract(scan.files)
        let t2 = ContinuousClock.now
        let symbols = Dictionary(uniqueKeysWithValues: extraction.files.map { ($0.path, $0.symbols) })
        if ProcessInfo.processInfo.environment["SYM"] != nil {
            for file in extraction.files { for s in file.symbols { print(file.path, file.extractor, s) } }
        }
        let limits = DraftLimits(documentedFiles: 60, documentedDeclarations: 300, testFiles: 10)
        let result = try await Drafter(limits: limits).draft(DraftRequest(workspace: path, requirements: ["Document all", "Make it fast"], texts: texts, symbols: symbols))
        let t3 = ContinuousClock.now
        print(result.patch)
        for file in result.files { print(file) }
        for item in result.checklist { print(item) }
        for note in result.notes { print(note) }
        for rule in result.rules { print(rule.id, rule.count) }
        print(extraction.notes, "scan", t1 - clock, "symbols", t2 - t1, "draft", t3 - t2, "files", scan.files.count)
    }
}
