import Coordinator

/// One journal under trial, and the promises that it broke so far.
struct JournalTrial {
    let journal: any JobJournal
    private(set) var violations: [String] = []

    init(journal: any JobJournal) { self.journal = journal }

    mutating func expect(_ holds: Bool, _ sentence: String) {
        if !holds, !violations.contains(sentence) { violations.append(sentence) }
    }

    /// Keeps a new job with its first events.
    ///
    /// - Returns: its owner.
    mutating func create(_ job: String, _ events: some Sequence<JobEvent>, as name: String = "conformance-owner")
        async throws -> JobOwner
    {
        let owner = try await journal.create(job, with: Array(events), as: name)
        expect(owner == JobOwner(epoch: 1, name: name), "a new job's owner has the name that was given, and epoch 1")
        return owner
    }

    func refusal(
        _ events: some Sequence<JobEvent>, _ job: String, after sequence: Int, as owner: JobOwner
    ) async -> (any Error)? {
        await error { try await journal.append(Array(events), to: job, after: sequence, owner: owner) }
    }

    func error(_ body: () async throws -> Void) async -> (any Error)? {
        do {
            try await body()
            return nil
        } catch {
            return error
        }
    }

    mutating func keepsWhatItTakes() async throws {
        let job = "conformance-first"
        expect(
            try await journal.allEvents(of: "conformance-unknown").isEmpty, "a job it does not know has no events")
        expect(try await journal.job("conformance-unknown") == nil, "a job it does not know is nil")
        let events = try JournalScript.events(of: job, 1...14)
        let owner = try await create(job, events[..<1])
        for range in [0..<1, 1..<4, 4..<14] {
            if range.lowerBound > 0 {
                let refusal = await refusal(events[range], job, after: range.lowerBound, as: owner)
                expect(refusal == nil, "events that follow the last one are taken")
            }
            expect(
                try await journal.allEvents(of: job) == Array(events[..<range.upperBound]),
                "events are there, unchanged and in order, once they were taken")
            expect(
                try await journal.job(job) == KeptJob(epoch: 1, owner: owner, lastSequence: range.upperBound),
                "what is known of a job are its owner and the number of its last event")
        }
        for (sequence, limit) in [(0, 1), (1, 100), (5, 3), (13, 2), (14, 5)] {
            let page = try await journal.events(of: job, after: sequence, limit: limit)
            let expected = Array(events.dropFirst(sequence).prefix(page.count))
            expect(
                page == expected && page.count <= limit && page.isEmpty == (sequence == 14),
                "a page holds the next events after a number, at most as many as wanted, and none only at the end")
        }
        expect(
            try await journal.allEvents(of: job, pageSize: 3) == events, "pages follow each other without a gap")
    }

    mutating func refusesWhatDoesNotFollow() async throws {
        let job = "conformance-order"
        let events = try JournalScript.events(of: job, 1...9)
        expect(
            await error { _ = try await journal.create("\(job)-early", with: Array(events[1..<3]), as: "early") }
                is JournalRefusal, "first events that do not begin with 1 are refused with a JournalRefusal")
        expect(try await journal.job("\(job)-early") == nil, "what is refused leaves nothing behind")
        let owner = try await create(job, events[..<3])
        for (range, after) in [(0..<3, 0), (2..<5, 2), (4..<6, 4), (3..<5, 2), (4..<6, 3)] {
            expect(
                await refusal(events[range], job, after: after, as: owner) is JournalRefusal,
                "events that do not follow the last one are refused with a JournalRefusal")
        }
        // All or nothing: one event in the middle does not follow.
        expect(
            await refusal([events[3], events[5], events[6]], job, after: 3, as: owner) != nil,
            "events with a gap between them are refused")
        expect(
            try await journal.allEvents(of: job) == Array(events[..<3]), "what is refused leaves nothing behind")
        expect(
            await refusal(events[3...], job, after: 3, as: owner) == nil,
            "the next events are taken after others were refused")
    }

    mutating func takesNothingAfterTheEnd() async throws {
        let job = "conformance-ended"
        let events = try JournalScript.events(of: job, 1...4)
        let owner = try await create(job, events[..<2])
        let end = try JournalScript.end(of: job, 3)
        expect(await refusal([end], job, after: 2, as: owner) == nil, "events that follow the last one are taken")
        expect(
            await refusal(events[3...], job, after: 3, as: owner) is JournalRefusal,
            "a job takes no events after job_finished")
        expect(
            await error { _ = try await journal.claim(job, after: 1, as: "late") } is JournalRefusal,
            "a job is not claimed after job_finished")
        expect(try await journal.job(job)?.lastSequence == 3, "what is refused leaves nothing behind")
    }

    mutating func keepsJobsApart() async throws {
        let names = (0..<8).map { "conformance-parallel-\($0)" }
        let jobs = try names.map { try JournalScript.events(of: $0, 1...12) }
        await withTaskGroup(of: Void.self) { group in
            for (name, events) in zip(names, jobs) {
                group.addTask { [journal] in
                    guard let owner = try? await journal.create(name, with: Array(events[..<3]), as: name) else {
                        return
                    }
                    for start in stride(from: 3, to: events.count, by: 3) {
                        try? await journal.append(
                            Array(events[start..<start + 3]), to: name, after: start, owner: owner)
                    }
                }
            }
        }
        for (name, events) in zip(names, jobs) {
            expect(try await journal.allEvents(of: name) == events, "jobs that write at the same time do not mix")
        }
    }

    mutating func isWholeWhenCancelled() async throws {
        let job = "conformance-cancelled"
        let events = try JournalScript.events(of: job, 1...4)
        let owner = try await create(job, events[..<1])
        let wasKept = await Task { [self] in
            withUnsafeCurrentTask { $0?.cancel() }
            return await refusal(events[1...], job, after: 1, as: owner) == nil
        }.value
        expect(
            try await journal.allEvents(of: job) == Array(events.prefix(wasKept ? 4 : 1)),
            "in a cancelled task it either keeps all events and returns, or keeps none and throws")
    }

    /// What another journal over the same store holds.
    mutating func isTheSame(reopened: any JobJournal) async throws {
        let job = "conformance-reopened"
        let events = try JournalScript.events(of: job, 1...6)
        let owner = try await create(job, events[..<3])
        expect(try await reopened.allEvents(of: job) == Array(events[..<3]), "a reopened journal holds what was kept")
        expect(
            try await reopened.job(job) == KeptJob(epoch: 1, owner: owner, lastSequence: 3),
            "a reopened journal knows the owner")
        let taken = try? await reopened.claim(job, after: 1, as: "conformance-next")
        expect(taken?.epoch == 2, "a reopened journal counts owners on")
    }
}
