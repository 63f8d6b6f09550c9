import Foundation
import Testing

/// Replays the inputs that fuzzing started from and those that it has found.
@Suite("Corpus of the fuzzers") struct ReplayTests {
    @Test(arguments: FuzzTarget.allCases.filter { $0 != .selfTest }) func everyCorpusInputHolds(
        target: FuzzTarget
    ) async throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "corpus").appending(path: target.rawValue)
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        #expect(files.count >= 5, "\(folder.path)")
        for file in files {
            let input = try Data(contentsOf: file)
            await #expect(throws: Never.self, "\(file.lastPathComponent)") { try await target.check(Array(input)) }
        }
    }

    @Test func selfTestTargetFails() async {
        await #expect(throws: Broken.self) { try await FuzzTarget.selfTest.check(Array("fuzz".utf8)) }
    }
}
