import Coordinator
import CoordinatorTestKit
import SQLiteStore
import Testing

/// A store that is opened anew for every call: what it says is in the file.
private actor ReopeningStore: PinningJournal {
    private let path: String

    init(_ path: String) { self.path = path }

    private var last: Task<Void, Never>?

    /// One call at a time, since one store at a time may be open.
    private func open<Value: Sendable>(
        _ body: @escaping @Sendable (SQLiteStore) async throws -> Value
    ) async throws -> Value {
        let before = last
        let path = path
        let call = Task {
            await before?.value
            let store = try SQLiteStore(path: path)
            let result: Result<Value, any Error>
            do { result = .success(try await body(store)) } catch { result = .failure(error) }
            await store.close()
            return try result.get()
        }
        last = Task { _ = try? await call.value }
        return try await call.value
    }

    func create(_ jobID: String, with events: [JobEvent], as name: String) async throws -> JobOwner {
        try await open { try await $0.create(jobID, with: events, as: name) }
    }
    func append(_ events: [JobEvent], to jobID: String, after sequence: Int, owner: JobOwner) async throws {
        try await open { try await $0.append(events, to: jobID, after: sequence, owner: owner) }
    }
    func claim(_ jobID: String, after epoch: Int, as name: String) async throws -> KeptJob {
        try await open { try await $0.claim(jobID, after: epoch, as: name) }
    }
    func release(_ jobID: String, by owner: JobOwner) async throws {
        try await open { try await $0.release(jobID, by: owner) }
    }
    func pin(_ digests: [String: String], by jobID: String) async throws -> [String: JournalPin] {
        try await open { try await $0.pin(digests, by: jobID) }
    }
    func job(_ jobID: String) async throws -> KeptJob? { try await open { try await $0.job(jobID) } }
    func events(of jobID: String, after sequence: Int, limit: Int) async throws -> [JobEvent] {
        try await open { try await $0.events(of: jobID, after: sequence, limit: limit) }
    }
}

@Suite(.timeLimit(.minutes(10))) struct StoreConformance {
    @Test func storeKeepsThePromisesOfAJournal() async throws {
        try await withStoreFile { path in
            let store = try SQLiteStore(path: path)
            #expect(try await JobJournalConformance.violations(of: store).isEmpty)
            #expect(try await store.verify().firstBad == nil)
            await store.close()
        }
    }

    @Test func storeThatIsOpenedAnewForEveryCallKeepsThem() async throws {
        try await withStoreFile { path in
            let store = ReopeningStore(path)
            let violations = try await JobJournalConformance.violations(of: store) { ReopeningStore(path) }
            #expect(violations.isEmpty)
        }
    }
}
