import CoordinatorTestKit
import Support
import Testing

@testable import Coordinator

/// Jobs whose process dies, at any event, and which are taken up again.
@Suite(.timeLimit(.minutes(10))) struct Resumptions {
    /// What an uninterrupted run leaves.
    private struct Ideal {
        let blackboard: JSONValue
        let events: Int

        init() async throws {
            let job = MortalJob()
            let result = try await job.run()
            #expect(result.status == .succeeded, "\(result.error ?? "")")
            let kept = try await job.kept()
            (blackboard, events) = (try ContextReplay(kept).tree, kept.count)
        }
    }

    @Test(arguments: [JobEvent.DoubtResolved.Resolution.succeeded, .retry])
    func jobThatDiesAfterAnyEventEndsAsOneThatDoesNot(resolution: JobEvent.DoubtResolved.Resolution) async throws {
        let ideal = try await Ideal()
        for last in 1..<ideal.events {
            let job = MortalJob(resolution: resolution)
            let first = try? await job.run(dyingAfter: last)
            guard first?.status != .succeeded else { continue }
            try await job.check(against: ideal.blackboard, "dies after event \(last)")
        }
    }

    @Test func jobThatDiesManyTimesEndsAsOneThatDoesNot() async throws {
        let ideal = try await Ideal()
        for seed in UInt64(1)...20 {
            var random = SeededGenerator(seed: seed)
            let job = MortalJob()
            var last = 0
            for _ in 0..<4 {
                last += Int.random(in: 2...12, using: &random)
                if let result = try? await job.run(dyingAfter: last), result.status == .succeeded { break }
                last = max(last, try await job.kept().count)
            }
            try await job.check(against: ideal.blackboard, "seed \(seed)")
        }
    }
}

extension ContextReplay {
    /// The blackboard without what agents are doing.
    fileprivate var tree: JSONValue {
        guard case .object(var members) = snapshot.fields.json else { return .null }
        members["agents"] = nil
        return .object(members)
    }
}

extension MortalJob {
    func kept() async throws -> [JobEvent] {
        try await journal.events(of: Self.id, after: 0, limit: .max)
    }

    /// Lets the job end, and compares what it leaves.
    fileprivate func check(against ideal: JSONValue, _ what: String) async throws {
        let before = try await kept()
        let finished = Set(before.compactMap { event in event.endsRun ? event.run : nil })
        let calledBefore = seen
        let result: JobResult
        if before.last?.kind == .jobFinished {
            return
        } else {
            result = try await run()
        }
        #expect(result.status == .succeeded, "\(what): \(result.error ?? "")")
        let events = try await kept()
        #expect(try ContextReplay(events).tree == ideal, "\(what)")
        #expect(events.last?.kind == .jobFinished)
        // What had finished was not called again.
        for run in finished {
            let key = run.idempotencyKey(inJob: Self.id)
            #expect(seen[key] == calledBefore[key], "\(what): \(key) was called again")
        }
        // Journal and result agree.
        let attempts = events.compactMap { event in
            if case .attemptFinished(let record) = event.payload {
                record.spanID ?? "" + "\(record.number)"
            } else {
                nil
            }
        }
        let recorded = result.agents.reduce(0) {
            $0 + $1.attempts.count + $1.items.reduce(0) { $0 + $1.attempts.count }
        }
        #expect(recorded == attempts.count, "\(what)")
        #expect(result.metrics.job.attempts == attempts.count, "\(what)")
        let starts = events.filter { $0.kind == .attemptStarted }
        #expect(starts.count == attempts.count, "\(what): every attempt that began has ended")
        #expect(Set(starts.map { "\($0.run.debugDescription) \($0.attempt ?? 0)" }).count == starts.count, "\(what)")
        // An agent that may not be repeated was called once for each attempt that began, and again only where somebody said so.
        let paid = starts.count { $0.agent == "pay" }
        #expect(paid == 1 || resolution == .retry || wasGivenUp(events), "\(what): pay began \(paid) times")
        #expect((seen["job-1/pay"] ?? 0) <= paid, "\(what)")
    }

    private func wasGivenUp(_ events: [JobEvent]) -> Bool { events.contains { $0.kind == .jobInterrupted } }
}

extension JobEvent {
    fileprivate var endsRun: Bool {
        switch payload {
        case .agentFinished, .itemFinished: true
        default: false
        }
    }
}
