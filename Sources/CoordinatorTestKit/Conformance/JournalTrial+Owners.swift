import Coordinator

// Who may write a job.

extension JournalTrial {
    mutating func takesEventsOfTheOwnerAlone() async throws {
        let job = "conformance-owner"
        let events = try JournalScript.events(of: job, 1...6)
        let stranger = JobOwner(epoch: 1, name: "conformance-other")
        expect(
            await refusal(events[..<1], "conformance-nobody", after: 0, as: stranger) is JournalRefusal,
            "events of a job that nobody has created are refused")
        let owner = try await create(job, events[..<2])
        for other in [stranger, JobOwner(epoch: 2, name: owner.name), JobOwner(epoch: 2, name: stranger.name)] {
            expect(
                await refusal([events[2]], job, after: 2, as: other) is JournalRefusal,
                "events of somebody who does not own the job are refused")
        }
        let claimed = try await journal.claim(job, after: 1, as: "conformance-other")
        let next = JobOwner(epoch: 2, name: "conformance-other")
        expect(
            claimed == KeptJob(epoch: 2, owner: next, lastSequence: 2),
            "a claim returns the new owner, in the next epoch, and the number of the last event")
        expect(
            await refusal([events[2]], job, after: 2, as: owner) is JournalRefusal,
            "events of an owner who has lost the job are refused")
        expect(
            await error { _ = try await journal.claim(job, after: 1, as: owner.name) } is JournalRefusal,
            "a claim after another epoch than the latest is refused")
        expect(
            await error { try await journal.release(job, by: owner) } is JournalRefusal,
            "an owner who has lost the job cannot give it up")
        expect(
            await refusal(events[2...], job, after: 2, as: next) == nil,
            "events of the owner who has taken the job over are taken")
        expect(try await journal.allEvents(of: job) == events, "what is refused leaves nothing behind")
    }

    mutating func refusesAJobThatExists() async throws {
        let job = "conformance-exists"
        let events = try JournalScript.events(of: job, 1...4)
        let owner = try await create(job, events[..<2])
        for name in [owner.name, "conformance-second"] {
            let refusal = await error { _ = try await journal.create(job, with: Array(events[..<1]), as: name) }
            expect(refusal as? JournalRefusal == .exists(job: job), "a job that exists is not created again")
        }
        expect(
            await refusal(events[2...], job, after: 2, as: owner) == nil,
            "creating a job that exists takes nothing from its owner")
        expect(try await journal.allEvents(of: job) == events, "what is refused leaves nothing behind")
    }

    mutating func givesUpAndTakesUp() async throws {
        let job = "conformance-released"
        let events = try JournalScript.events(of: job, 1...4)
        let owner = try await create(job, events[..<2])
        try await journal.release(job, by: owner)
        expect(
            try await journal.job(job) == KeptJob(epoch: 1, owner: nil, lastSequence: 2),
            "a job that was given up has no owner, and keeps its epoch")
        expect(
            await refusal(events[2...], job, after: 2, as: owner) is JournalRefusal,
            "events of an owner who has given the job up are refused")
        // The same name again: the epoch tells the two apart.
        let again = try await journal.claim(job, after: 1, as: owner.name)
        expect(again.epoch == 2, "a claim returns the new owner, in the next epoch, and the number of the last event")
        expect(
            await refusal(events[2...], job, after: 2, as: owner) is JournalRefusal,
            "events of an earlier epoch are refused, whatever the name")
        expect(
            await error { _ = try await journal.claim("conformance-never", after: 0, as: "x") } is JournalRefusal,
            "a job that does not exist is not claimed")
    }

    /// Of several that do the same at once one succeeds, and the others are refused.
    mutating func letsOneOfManyWin() async throws {
        for round in 0..<16 {
            let job = "conformance-race-\(round)"
            let events = try JournalScript.events(of: job, 1...4)
            let owners = await race { journal, rival in
                try await journal.create(job, with: Array(events[..<2]), as: "conformance-\(rival)")
            }
            guard let owner = owners.first, owners.count == 1 else {
                return expect(false, "of several who create a job at once one succeeds")
            }
            expect(
                try await journal.job(job)?.owner == owner, "of several who create a job at once one succeeds")
            let appends = await race { journal, rival in
                try await journal.append(Array(events[2...]), to: job, after: 2, owner: owner)
                return rival
            }
            let kept = try await journal.allEvents(of: job)
            expect(appends.count == 1 && kept == events, "of several appends after the same event one succeeds")
            let claims = await race { journal, rival in
                try await journal.claim(job, after: 1, as: "conformance-\(rival)")
            }
            let last = try await journal.job(job)
            expect(claims.count == 1 && last == claims.first, "of several claims after the same epoch one succeeds")
        }
    }

    private func race<Value: Sendable>(
        _ body: @escaping @Sendable (any JobJournal, Int) async throws -> Value
    ) async -> [Value] {
        await withTaskGroup(of: Value?.self) { group in
            for rival in 0..<8 {
                group.addTask { [journal] in try? await body(journal, rival) }
            }
            return await group.reduce(into: []) { values, value in
                if let value { values.append(value) }
            }
        }
    }
}
