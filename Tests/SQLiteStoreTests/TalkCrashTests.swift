import Coordinator
import Foundation
import SQLiteStore
import Support
import TestSupport
import Testing

/// Conversations whose process is killed wherever they are.
@Suite(.timeLimit(.minutes(10))) struct TalkCrashes {
    private static let effects = ["C2", "C3"]

    /// What the world has seen.
    private func world(_ folder: TemporaryFolder) throws -> [String: Int] {
        try folder.read("world").split(separator: "\n").reduce(into: [:]) { $0[String($1), default: 0] += 1 }
    }

    /// Lets the conversation go on by so many places, and kills it there.
    ///
    /// - Returns: how the job ended; `nil` for one that was killed.
    private func talk(_ folder: TemporaryFolder, places: Int) async throws -> String? {
        let probe = try await StoreProcess()
        #expect(try await probe.tell("write \(folder.file("jobs.db").path)") == "done")
        var said = try await probe.tell("talk \(folder.file("world").path)")
        for _ in 0..<places {
            guard said.hasPrefix("at ") else { break }
            said = try await probe.tell("go")
        }
        guard said.hasPrefix("at ") else {
            #expect(try await probe.tell("close") == "done")
            return said
        }
        _ = try await probe.kill()
        return nil
    }

    private func events(_ folder: TemporaryFolder) async throws -> [JobEvent] {
        let store = try SQLiteStore(reading: folder.file("jobs.db").path)
        defer { Task { await store.close() } }
        #expect(try await store.verify().firstBad == nil)
        return try await store.events(of: "talk", after: 0, limit: 1_000)
    }

    /// Says of each call in doubt what is true.
    private func resolve(_ folder: TemporaryFolder) async throws {
        let open = try await events(folder).reduce(into: [String]()) { open, event in
            switch event.payload {
            case .toolStarted(let start) where start.hasEffects: open.append(start.call)
            case .toolFinished(let end): open.removeAll { $0 == end.call }
            default: break
            }
        }
        let probe = try await StoreProcess()
        try await probe.tell("write \(folder.file("jobs.db").path)")
        let done = try world(folder)
        for call in Set(open) {
            let answer = try await probe.tell("resolve \(call) \(done[call] == nil ? "retry" : "succeeded")")
            #expect(answer == "done")
        }
        #expect(try await probe.tell("close") == "done")
    }

    /// - Returns: whether it was killed at that place.
    private func trial(places: [Int]) async throws -> Bool {
        let folder = try TemporaryFolder()
        try folder.write("", to: "world")
        var kept: [String: Int] = [:]
        var ended: String?
        var wasKilled = false
        for places in places + [.max, .max, .max] {
            ended = try await talk(folder, places: places)
            wasKilled = wasKilled || ended == nil
            if ended == "ended succeeded" { break }
            let seen = try world(folder)
            for (turn, paid) in kept { #expect(seen[turn] == paid, "\(turn) is kept, and was paid again, \(places)") }
            for event in try await events(folder) {
                if case .turnFinished(let turn) = event.payload {
                    kept["turn \(turn.number)"] = seen["turn \(turn.number)"]
                }
            }
            if ended == "ended waiting" { try await resolve(folder) }
        }
        #expect(ended == "ended succeeded", "\(places)")
        let seen = try world(folder)
        for (turn, paid) in kept { #expect(seen[turn] == paid, "\(turn) is kept, and was paid again, \(places)") }
        for call in Self.effects { #expect(seen[call] == 1, "\(call) was made \(seen[call] ?? 0) times, \(places)") }
        let used = try await events(folder).reduce(0) { used, event in
            if case .attemptFinished(let record) = event.payload {
                used + (record.usage?.inputTokens ?? 0)
            } else {
                used
            }
        }
        #expect(used == 3, "each turn that is kept counts once, \(places)")
        return wasKilled
    }

    @Test func conversationThatIsKilledAtAnyPlacePaysOnceAndActsOnce() async throws {
        // Three places of each turn, and four of each call.
        for place in 0..<21 { #expect(try await trial(places: [place]), "\(place)") }
        #expect(try await !trial(places: [21]), "it has ended before that")
    }

    @Test func conversationThatIsKilledManyTimesPaysOnceAndActsOnce() async throws {
        var random = SeededGenerator.announced()
        for _ in 0..<6 {
            _ = try await trial(places: (0..<random.int(2...4)).map { _ in random.int(0...8) })
        }
    }
}
