import Support
import TestSupport
import Testing

@testable import Coordinator

/// Conversations whose process dies after any event: what was paid is not paid again, and nothing with effects is repeated
/// by itself.
@Suite(.timeLimit(.minutes(10))) struct ConversationDeaths {
    @Test(arguments: TalkRun.Policy.allCases)
    func conversationThatDiesAfterAnyEventIsPaidOnceAndActsOnce(_ policy: TalkRun.Policy) async throws {
        var random = SeededGenerator.announced()
        let seed = random.seed
        for _ in 0..<6 {
            let talk = Talk(using: &random)
            let ideal = TalkRun(talk: Talk(talk.turns.dropLast()), policy: policy)
            #expect(try await ideal.run().status == .succeeded)
            for last in 1..<(try await ideal.events().count) {
                let job = TalkRun(talk: Talk(talk.turns.dropLast()), policy: policy)
                try await check(job, dyingAfter: [last], "\(talk) dies after \(last), \(policy), seed \(seed)")
            }
        }
    }

    @Test(arguments: TalkRun.Policy.allCases)
    func conversationThatDiesManyTimesIsPaidOnceAndActsOnce(_ policy: TalkRun.Policy) async throws {
        var random = SeededGenerator.announced()
        let seed = random.seed
        for _ in 0..<25 {
            var last = 0
            let deaths = (0..<Int.random(in: 2...6, using: &random)).map { _ in
                last += Int.random(in: 1...7, using: &random)
                return last
            }
            let job = TalkRun(talk: Talk(using: &random), policy: policy)
            try await check(job, dyingAfter: deaths, "\(job.talk) dies after \(deaths), \(policy), seed \(seed)")
        }
    }

    private func check(_ job: TalkRun, dyingAfter deaths: [Int], _ what: String) async throws {
        var kept: [String: Int] = [:]
        for death in deaths where try await job.events().last?.kind != .jobFinished {
            _ = try? await job.run(dyingAfter: death)
            for (turn, paid) in kept { #expect(job.talk.world[turn] == paid, "\(what): \(turn) was paid again") }
            for event in try await job.events() {
                guard case .turnFinished(let turn) = event.payload else { continue }
                let name = "turn \(turn.number)"
                kept[name] = kept[name] ?? job.talk.world[name]
            }
        }
        if try await job.events().last?.kind != .jobFinished {
            let result = try await job.run()
            #expect(result.status == .succeeded, "\(what): \(result.error ?? "") \(result["talks"]?.error ?? "")")
            try await agree(result, job, what)
        }
        for (turn, paid) in kept { #expect(job.talk.world[turn] == paid, "\(what): \(turn) was paid again") }
        for call in job.talk.calls where call.hasEffects && !job.policy.repeatsEffects {
            #expect(job.talk.world[call.id] <= 1, "\(what): \(call.id) was made \(job.talk.world[call.id]) times")
        }
        let numbers = try await job.events().compactMap { event in
            if case .turnFinished(let turn) = event.payload { turn.number } else { nil }
        }
        #expect(numbers == Array(1...job.talk.turns.count), "\(what): each turn is kept once")
    }

    /// Journal, result and turns agree on what was used.
    private func agree(_ result: JobResult, _ job: TalkRun, _ what: String) async throws {
        let events = try await job.events()
        var turns = Contribution.Usage()
        var attempts = Contribution.Usage()
        for event in events {
            switch event.payload {
            case .turnFinished(let turn): turns += turn.usage
            case .attemptFinished(let record): attempts += record.usage ?? Contribution.Usage()
            default: break
            }
        }
        #expect(attempts == turns, "\(what): the attempts have used what their turns have")
        #expect(result.metrics.job.usage == turns, "\(what)")
        #expect(events.count { $0.kind == .attemptStarted } == result["talks"]?.attempts.count, "\(what)")
        let starts = events.filter { $0.kind == .toolStarted }.count
        let ends = events.filter { $0.kind == .toolFinished }.count
        #expect(ends == job.talk.calls.count && starts >= ends - job.talk.calls.count, "\(what)")
    }
}
