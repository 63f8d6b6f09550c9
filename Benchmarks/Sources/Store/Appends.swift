import Coordinator
import SQLiteStore

/// Jobs that append one event at a time, all at once; then commits of as many rows as theirs had, by plain calls.
struct Appends {
    let folder: String
    let jobs: Int
    let events: Int

    func measure() async throws {
        let each = max(2, events / jobs)
        let scripts = try (0..<jobs).map { job in try (1...each).map { try Self.event("job-\(job)", $0) } }
        let commits = Commits()
        let store = try SQLiteStore(path: fresh(folder), observer: commits)
        let (start, processor) = (ContinuousClock.now, processorSeconds())
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (number, script) in scripts.enumerated() {
                group.addTask { try await Self.run("job-\(number)", script, store) }
            }
            try await group.waitForAll()
        }
        let seconds = (ContinuousClock.now - start).inSeconds
        let used = processorSeconds() - processor
        await store.close()
        let made = commits.take()
        let rows = max(1, made.events / max(1, made.commits))
        let floor = try floor(commits: min(made.commits, 2_000), rows: rows, bytes: try Self.bytes(scripts[0][1]))
        let rate = Double(made.events) / seconds
        print(
            "\(jobs) jobs at once, an append an event: \(text(rate)) events/s, \(text(Double(rows))) a commit, "
                + "\(text(used * 1e6 / Double(made.events), 1)) µs of processor an event; plain SQLite, \(rows) rows a "
                + "commit: \(text(floor.rate)) rows/s, \(text(floor.processor, 1)) µs; ratio \(text(rate / floor.rate, 2))"
        )
    }

    private func floor(commits: Int, rows: Int, bytes: Int) throws -> (rate: Double, processor: Double) {
        let floor = try Floor(fresh(folder))
        let row = [UInt8](repeating: 0x61, count: bytes)
        let (start, processor) = (ContinuousClock.now, processorSeconds())
        for _ in 0..<commits { try floor.commit(rows: rows, bytes: row) }
        let count = Double(commits * rows)
        return (
            count / (ContinuousClock.now - start).inSeconds, (processorSeconds() - processor) * 1e6 / count
        )
    }

    private static func run(_ job: String, _ script: [JobEvent], _ store: SQLiteStore) async throws {
        let owner = try await store.create(job, with: Array(script[..<1]), as: "bench")
        for number in 1..<script.count {
            try await store.append([script[number]], to: job, after: number, owner: owner)
        }
    }

    private static func event(_ job: String, _ number: Int) throws -> JobEvent {
        let json: JSONValue = [
            "schema_version": 2, "seq": .integer(Int64(number)), "at": "2031-01-01T00:00:00.000000001Z",
            "job_id": .string(job), "version": .integer(Int64(number)), "agent": "writer", "attempt": 1,
            "type": "context_committed", "trace_id": "0af7651916cd43dd8448eb211c80319c", "span_id": "b7ad6b7169203331",
            "payload": [
                "stage": 0, "registration": 1,
                "contribution": ["set": ["artifacts.key\(number)": .string(String(repeating: "x", count: 100))]],
            ],
        ]
        return try json.decoded()
    }

    /// As many bytes as the row of an event has: its text, and a hash.
    private static func bytes(_ event: JobEvent) throws -> Int { try JSONValue(encoding: event).json().utf8.count + 32 }
}
