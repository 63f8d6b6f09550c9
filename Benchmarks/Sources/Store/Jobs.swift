import Coordinator
import SQLiteStore

/// Jobs whose agents do nothing, without a store and with one.
struct Jobs {
    let folder: String
    let agents: Int
    /// Whether each agent needs the one before it.
    let chained: Bool
    /// How many jobs run at once.
    let together: Int

    func measure() async throws {
        let rounds = together > 1 ? 3 : 15
        let commits = Commits()
        let store = try SQLiteStore(path: fresh(folder), observer: commits)
        var (without, with) = ([Double](), [Double]())
        _ = try await run(0, nil)
        _ = try await run(0, store)
        _ = commits.take()
        for round in 1...rounds {
            without.append(try await run(round, nil))
            with.append(try await run(round, store))
        }
        let made = commits.take()
        await store.close()
        let perRound = Double(made.commits) / Double(rounds)
        let flush = try flushSeconds()
        let (bare, kept) = (median(without), median(with))
        let steps = Double(agents * together)
        print(
            "\(together) jobs of \(agents) agents\(chained ? " in a chain" : ""): \(text(bare * 1e3, 1)) ms without a store, "
                + "\(text(kept * 1e3, 1)) ms with it, \(text(perRound)) flushes (\(text(perRound / steps, 2)) an agent) of "
                + "\(text(flush * 1e3, 2)) ms each by plain SQLite; \(text(kept * 1e3 / steps, 3)) ms an agent; "
                + "(with - without) / flushes: \(text((kept - bare) / (perRound * flush), 2))")
    }

    private func run(_ round: Int, _ store: SQLiteStore?) async throws -> Double {
        let start = ContinuousClock.now
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<together {
                let id = "\(store == nil ? "bare" : "kept")-\(agents)-\(chained)-\(round)-\(number)"
                group.addTask { try await one(id, store) }
            }
            try await group.waitForAll()
        }
        return (ContinuousClock.now - start).inSeconds
    }

    private func one(_ id: String, _ store: SQLiteStore?) async throws {
        let context = store.map { JobContext(id: id, journal: $0, journalTimeout: .seconds(60)) } ?? JobContext(id: id)
        let coordinator = JobCoordinator(context)
        for index in 0..<agents {
            try coordinator.register(
                AgentTask(
                    "agent-\(index)", role: Role(name: "role"),
                    needs: chained && index > 0 ? ["agent-\(index - 1)"] : []
                ) { _, _ in Contribution() })
        }
        let result = try await coordinator.executeParallel()
        precondition(result.status == .succeeded)
    }

    /// How long a commit of one small row takes.
    private func flushSeconds() throws -> Double {
        let floor = try Floor(fresh(folder))
        let start = ContinuousClock.now
        for _ in 0..<200 { try floor.commit(rows: 1, bytes: [UInt8](repeating: 0x61, count: 600)) }
        return (ContinuousClock.now - start).inSeconds / 200
    }

    private func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
}
