import Coordinator
import Foundation
import SQLiteStore

/// A job of one agent that holds a conversation with nobody, step by step: it says where it is, waits for a line, and notes
/// in a file what it has paid for and done.
struct SteppedTalk: Agent {
    static let job = "talk"
    /// What each turn asks for; those in capitals have effects.
    static let turns = [["c1", "C2"], ["C3"], []]

    /// The file.
    let world: String

    /// Runs the job, or goes on with it, until it ends or nothing is left but waiting.
    ///
    /// - Returns: how it ended, and the calls that are in doubt.
    func run(in store: SQLiteStore) async throws -> String {
        let isNew = try await store.job(Self.job) == nil
        let context =
            isNew
            ? JobContext(id: Self.job, journal: store)
            : JobContext(resuming: try await JobHistory.load(Self.job, from: store), journal: store)
        let coordinator = JobCoordinator(context)
        coordinator.whenWaiting = .leave
        coordinator.resumption.force = true
        let role = Role(name: "talks", writes: ["artifacts.answer"])
        try coordinator.register(
            AgentTask("talks", role: role, agent: self).configured { $0.maxRecoveries = 1_000 })
        let result = try await coordinator.executeParallel()
        return "ended \(result.status.rawValue)"
    }

    func run(_ view: RoleView, _ attempt: AttemptContext) async throws -> Contribution {
        var answered: Set<Int> = []
        var finished: Set<String> = []
        for step in attempt.steps {
            switch step {
            case .turn(let turn): answered.insert(turn.number)
            case .toolFinished(let end): finished.insert(end.call)
            case .toolStarted: break
            }
        }
        for (number, calls) in zip(1..., Self.turns) {
            if !answered.contains(number) {
                here("before turn \(number)")
                try note("turn \(number)")
                here("turn \(number) is paid")
                let usage = Contribution.Usage(inputTokens: 1)
                try await attempt.keep(.turn(.init(number: number, value: "said", usage: usage)))
                here("turn \(number) is kept")
            }
            for call in calls where !finished.contains(call) { try await make(call, attempt) }
        }
        return Contribution(set: ["artifacts.answer": "done"])
    }

    private func make(_ call: String, _ attempt: AttemptContext) async throws {
        here("before \(call)")
        let effects = call.first?.isUppercase == true
        try await attempt.keep(.toolStarted(.init(call: call, tool: "t", arguments: [:], hasEffects: effects)))
        here("\(call) has begun")
        try note(call)
        here("\(call) is done")
        try await attempt.keep(.toolFinished(.init(call: call, tool: "t", result: "done", durationMS: 1)))
        here("\(call) has ended")
    }

    private func here(_ place: String) {
        StoreProbe.say("at \(place)")
        _ = readLine()
    }

    private func note(_ what: String) throws {
        let file = try FileHandle(forWritingTo: URL(filePath: world))
        try file.seekToEnd()
        try file.write(contentsOf: Data("\(what)\n".utf8))
        try file.close()
    }
}
