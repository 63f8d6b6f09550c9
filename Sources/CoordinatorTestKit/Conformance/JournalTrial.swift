import Coordinator

/// One journal under trial, and the promises that it broke so far.
struct JournalTrial {
    let journal: any JobJournal
    private(set) var violations: [String] = []
    private let owner = JobOwner(id: "conformance-owner")

    init(journal: any JobJournal) { self.journal = journal }

    private mutating func expect(_ holds: Bool, _ sentence: String) {
        if !holds, !violations.contains(sentence) { violations.append(sentence) }
    }

    private func refuses(
        _ events: [JobEvent], _ job: String, after sequence: Int, as owner: JobOwner
    ) async -> (any Error)? {
        do {
            try await journal.append(events, to: job, after: sequence, owner: owner)
            return nil
        } catch {
            return error
        }
    }

    mutating func keepsWhatItTakes() async throws {
        let job = "conformance-first"
        expect(
            try await journal.events(of: "conformance-unknown", after: 0).isEmpty,
            "a job it does not know has no events")
        expect(try await journal.claim(job, for: owner) == 0, "a job that is claimed for the first time has no events")
        let events = try JournalScript.events(of: job, 1...14)
        for range in [0..<1, 1..<4, 4..<14] {
            let refusal = await refuses(Array(events[range]), job, after: range.lowerBound, as: owner)
            expect(refusal == nil, "events that follow the last one are taken")
            expect(
                try await journal.events(of: job, after: 0) == Array(events[..<range.upperBound]),
                "events are there, unchanged and in order, once append has returned")
        }
        for sequence in [1, 5, 13, 14] {
            expect(
                try await journal.events(of: job, after: sequence) == Array(events[sequence...]),
                "events after a number are those beyond it")
        }
        expect(
            try await journal.claim(job, for: owner) == events.count,
            "a claim returns the number of the job's last event")
    }

    mutating func refusesWhatDoesNotFollow() async throws {
        let job = "conformance-order"
        _ = try await journal.claim(job, for: owner)
        let events = try JournalScript.events(of: job, 1...9)
        expect(
            await refuses(Array(events[..<3]), job, after: 0, as: owner) == nil,
            "events that follow the last one are taken")
        for (range, after) in [(0..<3, 0), (2..<5, 2), (4..<6, 4), (3..<5, 2), (4..<6, 3)] {
            expect(
                await refuses(Array(events[range]), job, after: after, as: owner) is JournalRefusal,
                "events that do not follow the last one are refused with a JournalRefusal")
        }
        // All or nothing: one event in the middle does not follow.
        expect(
            await refuses([events[3], events[5], events[6]], job, after: 3, as: owner) != nil,
            "events with a gap between them are refused")
        expect(
            try await journal.events(of: job, after: 0) == Array(events[..<3]), "what is refused leaves nothing behind")
        expect(
            await refuses(Array(events[3...]), job, after: 3, as: owner) == nil,
            "the next events are taken after others were refused")
    }

    mutating func takesEventsOfTheOwnerAlone() async throws {
        let job = "conformance-owner"
        let events = try JournalScript.events(of: job, 1...6)
        expect(
            await refuses([events[0]], job, after: 0, as: owner) is JournalRefusal,
            "events of a job that nobody has claimed are refused")
        _ = try await journal.claim(job, for: owner)
        expect(
            await refuses(Array(events[..<2]), job, after: 0, as: owner) == nil,
            "events that follow the last one are taken")
        for next in [JobOwner(epoch: 2, id: owner.id), JobOwner(epoch: 2, id: "conformance-other")] {
            expect(
                await refuses([events[2]], job, after: 2, as: next) is JournalRefusal,
                "events of somebody who has not claimed the job are refused")
        }
        let other = JobOwner(epoch: 2, id: "conformance-other")
        expect(try await journal.claim(job, for: other) == 2, "a claim returns the number of the job's last event")
        expect(
            await refuses([events[2]], job, after: 2, as: owner) is JournalRefusal,
            "events of an owner who has lost the job are refused")
        expect(
            await refuses(Array(events[2...]), job, after: 2, as: other) == nil,
            "events of the owner who has taken the job over are taken")
        expect(try await journal.events(of: job, after: 0) == events, "what is refused leaves nothing behind")
    }

    mutating func keepsJobsApart() async throws {
        let names = (0..<8).map { "conformance-parallel-\($0)" }
        let jobs = try names.map { try JournalScript.events(of: $0, 1...12) }
        await withTaskGroup(of: Void.self) { group in
            for (name, events) in zip(names, jobs) {
                group.addTask { [journal, owner] in
                    _ = try? await journal.claim(name, for: owner)
                    for start in stride(from: 0, to: events.count, by: 3) {
                        try? await journal.append(
                            Array(events[start..<start + 3]), to: name, after: start, owner: owner)
                    }
                }
            }
        }
        for (name, events) in zip(names, jobs) {
            expect(
                try await journal.events(of: name, after: 0) == events, "jobs that write at the same time do not mix")
        }
    }

    mutating func isWholeWhenCancelled() async throws {
        let job = "conformance-cancelled"
        _ = try await journal.claim(job, for: owner)
        let events = try JournalScript.events(of: job, 1...3)
        let wasKept = await Task { [self] in
            withUnsafeCurrentTask { $0?.cancel() }
            return await refuses(events, job, after: 0, as: owner) == nil
        }.value
        expect(
            try await journal.events(of: job, after: 0) == (wasKept ? events : []),
            "in a cancelled task it either keeps all events and returns, or keeps none and throws")
    }
}

/// Events with values of every kind and odd names, and one of a kind that nobody knows.
private enum JournalScript {
    private static let values: [JSONValue] = [
        nil, true, .integer(.min), .integer(.max), .number(0.1), .number(-1e300), "", "é\u{0}\u{1F600}\n\"\\", [],
        [1, [2, [3]]], [:], ["a.b": ["c[d]": nil]],
    ]

    static func events(of job: String, _ numbers: ClosedRange<Int>) throws -> [JobEvent] {
        try numbers.map { number in
            let value = values[number % values.count]
            let contribution = Contribution(
                set: [ContextPath(segments: ["artifacts", "Sources/\(number).swift \"odd\""]): value],
                append: ["decisions": [value]], usage: .init(inputTokens: number, outputTokens: 1, costUSD: 0.5))
            let isKnown = !number.isMultiple(of: 5)
            let json: JSONValue = [
                "schema_version": 2, "seq": .integer(Int64(number)), "at": "2031-01-01T00:00:00.000000001Z",
                "job_id": .string(job), "version": .integer(Int64(number)), "agent": "odd \"name\"", "attempt": 1,
                "type": isKnown ? "context_committed" : "of_a_later_version",
                "payload": isKnown
                    ? ["contribution": try JSONValue(encoding: contribution), "stage": 0, "registration": 1] : value,
            ]
            return try json.decoded()
        }
    }
}
