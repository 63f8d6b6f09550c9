import Coordinator
import Support

/// A conversation with a model that never was: what each turn asks for, and what the outside world saw of it.
struct Talk: Sendable, CustomStringConvertible {
    struct Call: Sendable, Hashable {
        let id: String
        let hasEffects: Bool
        /// Whether a person is asked first.
        var asks = false
    }

    /// What each turn asks for; the last one asks for nothing.
    let turns: [[Call]]
    let world = World()

    /// What happened outside of the job.
    final class World: Sendable {
        private let counts = Locked<[String: Int]>([:])

        func count(_ what: String) { counts.withLock { $0[what, default: 0] += 1 } }
        subscript(what: String) -> Int { counts.withLock { $0[what] ?? 0 } }
    }

    static let usage = Contribution.Usage(inputTokens: 100, outputTokens: 10, costUSD: 0.25)

    var calls: [Call] { turns.flatMap(\.self) }
    var description: String {
        turns.map {
            "[" + $0.map { "\($0.id)\($0.hasEffects ? "!" : "")\($0.asks ? "?" : "")" }.joined(separator: " ") + "]"
        }
        .joined()
    }

    /// A conversation of one to four turns with up to three calls each.
    init(using random: inout some RandomNumberGenerator) {
        var number = 0
        turns =
            (0..<Int.random(in: 0...3, using: &random)).map { _ in
                (0..<Int.random(in: 1...3, using: &random)).map { _ in
                    number += 1
                    return Call(
                        id: "c\(number)", hasEffects: Bool.random(using: &random),
                        asks: Int.random(in: 0..<4, using: &random) == 0)
                }
            } + [[]]
    }

    init(_ turns: [[Call]]) { self.turns = turns + [[]] }

    /// What the conversation comes to.
    func answer(_ results: [String: JSONValue]) -> JSONValue {
        .array(calls.map { results[$0.id] ?? .null })
    }

    /// The agent that holds it.
    var agent: ClosureAgent { ClosureAgent { _, attempt in try await hold(attempt) } }

    private func hold(_ attempt: AttemptContext) async throws -> Contribution {
        var answered: Set<Int> = []
        var results: [String: JSONValue] = [:]
        var started: Set<String> = []
        for step in attempt.steps {
            switch step {
            case .turn(let turn): answered.insert(turn.number)
            case .toolStarted(let start): started.insert(start.call)
            case .toolFinished(let end): results[end.call] = end.result
            }
        }
        var used = Contribution.Usage()
        for (number, calls) in zip(1..., turns) {
            if !answered.contains(number) {
                world.count("turn \(number)")
                try await attempt.keep(
                    .turn(.init(number: number, value: .string("turn \(number)"), usage: Self.usage)))
                used.inputTokens += Self.usage.inputTokens
                used.outputTokens += Self.usage.outputTokens
                used.costUSD += Self.usage.costUSD
            }
            for call in calls where results[call.id] == nil {
                if call.asks, !started.contains(call.id), attempt.resumption?.decision?.call != call.id {
                    let request = ApprovalRequest(
                        question: "May \(call.id) be called?", shown: ["arguments": ["of": .string(call.id)]],
                        call: call.id)
                    throw try Suspension(asking: request, usage: used)
                }
                try await attempt.keep(
                    .toolStarted(
                        .init(
                            call: call.id, tool: "server.act", arguments: ["of": .string(call.id)],
                            hasEffects: call.hasEffects)))
                world.count(call.id)
                results[call.id] = "done"
                try await attempt.keep(
                    .toolFinished(.init(call: call.id, tool: "server.act", result: "done", durationMS: 1)))
            }
        }
        return Contribution(set: ["artifacts.answer": answer(results)], usage: used)
    }
}
