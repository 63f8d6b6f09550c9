import Coordinator
import CoordinatorTestKit
import Support
import Testing

/// A memory journal that remembers digests with one fault.
private final class FaultyPins: PinningJournal {
    enum Fault: CaseIterable, Sendable {
        case seesNoChange, seesTheFirst, keepsTheFirst, foldsCase, takesAnything, keepsAPart, throwsAnything, forgets

        var sentence: String {
            switch self {
            case .seesNoChange: "gives back the one before"
            case .seesTheFirst: "a name that is new"
            case .keepsTheFirst: "takes the place"
            case .foldsCase: "by their bytes"
            case .takesAnything, .throwsAnything: "beyond the bounds"
            case .keepsAPart: "leaves nothing behind"
            case .forgets: "a reopened journal remembers"
            }
        }
    }

    private let memory = MemoryJournal()
    private let fault: Fault
    private let names = Locked<Set<String>>([])

    init(_ fault: Fault) { self.fault = fault }

    func pin(_ digests: [String: String], by jobID: String) async throws -> [String: JournalPin] {
        switch fault {
        case .seesNoChange:
            _ = try await memory.pin(digests, by: jobID)
            return [:]
        case .seesTheFirst where jobID == "conformance-1":
            return digests.mapValues { JournalPin(digest: $0, jobID: jobID) }
        case .keepsTheFirst:
            let new = names.withLock { names in
                digests.filter { names.insert($0.key + (jobID == "conformance-3" ? "!" : "")).inserted }
            }
            let changed = try await memory.pin(digests, by: jobID)
            if new.isEmpty { return [digests.keys.first ?? "": JournalPin(digest: "sha256:1", jobID: "conformance-2")] }
            return changed
        case .foldsCase:
            let folded = Dictionary(digests.map { ($0.key.lowercased(), $0.value) }, uniquingKeysWith: { $1 })
            let changed = try await memory.pin(folded, by: jobID)
            return Dictionary(
                uniqueKeysWithValues: digests.keys.compactMap { name in changed[name.lowercased()].map { (name, $0) } })
        case .takesAnything: return (try? await memory.pin(digests, by: jobID)) ?? [:]
        case .keepsAPart where jobID == "conformance-8":
            _ = try? await memory.pin(digests.filter { $0.value == "sha256:9" }, by: jobID)
            return try await memory.pin(digests, by: jobID)
        case .throwsAnything:
            do { return try await memory.pin(digests, by: jobID) } catch { throw CancellationError() }
        case .forgets where jobID == "conformance-10": return [:]
        default: return try await memory.pin(digests, by: jobID)
        }
    }

    func create(_ jobID: String, with events: [JobEvent], as name: String) async throws -> JobOwner {
        try await memory.create(jobID, with: events, as: name)
    }
    func append(_ events: [JobEvent], to jobID: String, after sequence: Int, owner: JobOwner) async throws {
        try await memory.append(events, to: jobID, after: sequence, owner: owner)
    }
    func claim(_ jobID: String, after epoch: Int, as name: String) async throws -> KeptJob {
        try await memory.claim(jobID, after: epoch, as: name)
    }
    func release(_ jobID: String, by owner: JobOwner) async throws { try await memory.release(jobID, by: owner) }
    func job(_ jobID: String) async throws -> KeptJob? { try await memory.job(jobID) }
    func events(of jobID: String, after sequence: Int, limit: Int) async throws -> [JobEvent] {
        try await memory.events(of: jobID, after: sequence, limit: limit)
    }
}

@Suite(.timeLimit(.minutes(2))) struct FaultyPinning {
    @Test(arguments: FaultyPins.Fault.allCases)
    private func conformanceSuiteFindsEveryFaultOfWhatIsRemembered(fault: FaultyPins.Fault) async throws {
        let journal = FaultyPins(fault)
        let violations = try await JobJournalConformance.violations(of: journal, reopen: { journal })
        #expect(violations.contains { $0.contains(fault.sentence) }, "\(fault): \(violations)")
    }

    @Test func thoseThatWereUsedLongestAgoAreForgotten() async throws {
        let journal = MemoryJournal()
        _ = try await journal.pin(["oldest": "1"], by: "a")
        for start in stride(from: 0, to: JournalPin.mostKept, by: JournalPin.most) {
            let names = (start..<start + JournalPin.most).map { "n\($0)" }
            _ = try await journal.pin(Dictionary(uniqueKeysWithValues: names.map { ($0, "1") }), by: "b")
        }
        #expect(try await journal.pin(["oldest": "2"], by: "c").isEmpty)
        #expect(try await journal.pin(["n\(JournalPin.mostKept - 1)": "2"], by: "c").count == 1)
    }
}
