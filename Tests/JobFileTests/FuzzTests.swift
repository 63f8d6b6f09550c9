import Foundation
import JobFile
import Support
import Testing

@Suite struct FuzzTests {
    @Test func mutatedFilesAreReadOrRefusedWithALocation() throws {
        let environment = ProcessInfo.processInfo.environment
        let seed = environment["COORDINATOR_FUZZ_SEED"].flatMap(UInt64.init) ?? UInt64.random(in: 0 ... .max)
        let rounds = environment["COORDINATOR_FUZZ_ROUNDS"].flatMap(Int.init) ?? 400
        print("seed \(seed), \(rounds) rounds; COORDINATOR_FUZZ_SEED and COORDINATOR_FUZZ_ROUNDS set them")
        var random = SeededGenerator(seed: seed)
        let files = try Examples.names().map { try Examples.bytes(of: $0) }
        let tokens = [
            "*a", "&a ", "{", "}", "[", "]", ": ", "? ", "- ", "|\n", "\"", "'", "\t", "\r", "!!str ", "<<: ", "---\n",
        ]
        var refused = 0
        for _ in 0..<rounds {
            var bytes = files.randomElement(using: &random) ?? []
            for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
                let location = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<5, using: &random) {
                case 0: bytes[location] = UInt8.random(in: 0...255, using: &random)
                case 1:
                    bytes.removeSubrange(location..<min(bytes.count, location + Int.random(in: 1...20, using: &random)))
                case 2: bytes.insert(contentsOf: (tokens.randomElement(using: &random) ?? "").utf8, at: location)
                case 3:
                    let end = min(bytes.count, location + Int.random(in: 1...80, using: &random))
                    bytes.insert(contentsOf: bytes[location..<end], at: Int.random(in: 0...bytes.count, using: &random))
                default: bytes.removeSubrange(location...)
                }
            }
            guard case .failure(let failure) = JobFileReader.read(bytes, file: "x") else { continue }
            refused += 1
            #expect(!failure.problems.isEmpty, "seed \(seed)")
            #expect(
                failure.problems.allSatisfy { $0.line >= 1 && $0.column >= 1 && !$0.message.isEmpty }, "seed \(seed)")
            #expect(failure.problems == failure.problems.sorted(), "seed \(seed)")
        }
        #expect(refused > rounds / 10, "mutations that break nothing test nothing; seed \(seed)")
    }
}
