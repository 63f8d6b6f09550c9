import Coordinator
import GRDB
import SQLiteStore
import StoreProbe
import Testing

@Suite(.timeLimit(.minutes(10))) struct StoreLists {
    private func ids(_ store: SQLiteStore, _ query: JobQuery) async throws -> [String] {
        try await store.jobs(query).jobs.map(\.jobID)
    }

    /// Keeps a job that was submitted in this second of the minute.
    private func submit(_ job: String, second: Int, in store: SQLiteStore) async throws {
        let event = try ProbeEvents.event(job, 1, "of_a_later_version", [:], second: second, agent: nil)
        _ = try await store.create(job, with: [event], as: "me")
    }

    @Test func pagesNeitherSkipNorRepeatWhileJobsArriveWhateverTheClockSays() async throws {
        try await withStoreFile { path in
            let store = try SQLiteStore(path: path)
            // The clock goes back and forth.
            for number in 0..<10 { try await submit("job-\(number)", second: number * 7 % 10 + 10, in: store) }
            var seen: [String] = []
            var query = JobQuery(limit: 3)
            for _ in 0..<4 {
                let page = try await store.jobs(query)
                seen += page.jobs.map(\.jobID)
                query.cursor = page.next
                try await submit("late-\(seen.count)", second: 0, in: store)
            }
            #expect(query.cursor == nil)
            #expect(seen == (0..<10).reversed().map { "job-\($0)" })
            let whole = try await store.jobs(JobQuery(limit: 14))
            #expect(whole.jobs.count == 14 && whole.next == nil)
            for cursor in ["", "x", "-1", "0"] {
                let error = try await #require(throws: JobCursorError.self) {
                    _ = try await store.jobs(JobQuery(cursor: cursor))
                }
                #expect(error.cursor == cursor && error.description.contains("'\(cursor)'"))
            }
            await store.close()
        }
    }

    @Test func jobsAreFoundByWorkflowAgentTimeAndStatus() async throws {
        try await withStoreFile { path in
            let store = try SQLiteStore(path: path)
            try await runJob("one", workflow: "nightly", agents: ["a", "b"], in: store)
            try await runJob("two", workflow: "hourly", agents: ["b", "c\0d"], in: store)
            try await runJob("three", workflow: "nightly", agents: ["b", "a"], in: store)
            try await submit("four", second: 5, in: store)
            #expect(try await ids(store, JobQuery(workflow: "nightly")) == ["three", "one"])
            #expect(try await ids(store, JobQuery(agent: "a")) == ["three", "one"])
            #expect(try await ids(store, JobQuery(agent: "c\0d")) == ["two"])
            #expect(try await ids(store, JobQuery(agent: "d")).isEmpty)
            #expect(try await ids(store, JobQuery(workflow: "hourly", agent: "a")).isEmpty)
            #expect(try await ids(store, JobQuery(statuses: [.succeeded], limit: 2)) == ["three", "two"])
            #expect(try await ids(store, JobQuery(statuses: [.running])) == ["four"])
            #expect(try await ids(store, JobQuery(statuses: [.running, .succeeded])).count == 4)
            let since = try #require(Timestamp("2031-01-01T00:00:05Z"))
            #expect(try await ids(store, JobQuery(since: since)) == ["four"])
            #expect(try await ids(store, JobQuery(since: since.advanced(by: .nanoseconds(1)))).isEmpty)
            #expect(try await store.verify().firstBad == nil)
            await store.close()
        }
    }

    @Test func jobIsRunningOnlyWhileItsProcessHoldsTheStore() async throws {
        try await withStoreFile { path in
            let store = try SQLiteStore(path: path)
            try await submit("job", second: 1, in: store)
            let reader = try SQLiteStore(reading: path)
            #expect(try await ids(reader, JobQuery(statuses: [.running])) == ["job"])
            #expect(try await reader.owned(among: ["job", "none"]) == ["job"])
            await store.close()
            #expect(try await ids(reader, JobQuery(statuses: [.running])).isEmpty)
            #expect(try await ids(reader, JobQuery(statuses: [.interrupted])) == ["job"])
            #expect(try await reader.owned(among: ["job"]).isEmpty)
            // Another process that writes is not the one that ran the job.
            let next = try SQLiteStore(path: path)
            #expect(try await ids(reader, JobQuery(statuses: [.interrupted])) == ["job"])
            #expect(try await reader.owned(among: ["job"]).isEmpty)
            #expect(try await next.job("job")?.owner?.name == "me")
            _ = try await next.claim("job", after: 1, as: "you")
            #expect(try await ids(reader, JobQuery(statuses: [.running])) == ["job"])
            #expect(try await reader.owned(among: ["job"]) == ["job"])
            let owner = JobOwner(epoch: 2, name: "you")
            try await next.release("job", by: owner)
            #expect(try await ids(reader, JobQuery(statuses: [.interrupted])) == ["job"])
            #expect(try await next.verify().firstBad == nil)
            await next.close()
            await reader.close()
        }
    }

    /// A list reads the fold that is kept and the events beyond it: it must be what all events fold into.
    @Test func summaryIsTheFoldOfAllEventsHoweverManyThereAre() async throws {
        try await withStoreFile { path in
            let store = try SQLiteStore(path: path)
            let events = try ProbeEvents.commits(of: "job", 1...700)
            let owner = try await store.create("job", with: Array(events[..<1]), as: "me")
            for start in stride(from: 1, to: 700, by: 100) {
                let end = min(start + 100, 700)
                try await store.append(Array(events[start..<end]), to: "job", after: start, owner: owner)
                var summary = JobSummary()
                for event in events[..<end] { summary.apply(event) }
                #expect(try await store.summary(of: "job") == summary)
            }
            #expect(try await store.summary(of: "none") == nil)
            #expect(try await store.verify().firstBad == nil)
            await store.close()
        }
    }

    @Test func oneDamagedJobHidesNoOther() async throws {
        try await withStoreFile { path in
            let store = try SQLiteStore(path: path)
            for number in 1...3 { try await submit("job-\(number)", second: number, in: store) }
            await store.close()
            let plain = try DatabaseQueue(path: path)
            try await plain.write { try $0.execute(sql: "UPDATE jobs SET workflow = 'other' WHERE job_id = 'job-2'") }
            try plain.close()
            let reading = try SQLiteStore(reading: path)
            let page = try await reading.jobs(JobQuery(limit: 2))
            #expect(page.jobs.map(\.jobID) == ["job-3"] && page.damaged == ["job-2"])
            let next = try await reading.jobs(JobQuery(cursor: page.next, limit: 2))
            #expect(next.jobs.map(\.jobID) == ["job-1"] && next.next == nil)
            await reading.close()
        }
    }

    @Test func limitOfAQueryIsBoundedHoweverItIsSet() {
        var query = JobQuery(limit: .max)
        #expect(query.limit == JobQuery.largestLimit)
        query.limit = -1
        #expect(query.limit == 1)
        query.limit = .max
        #expect(query.limit == JobQuery.largestLimit)
    }

    @Test func storeWithLimitsOfNothingKeepsWhatItTakes() async throws {
        try await withStoreFile { path in
            var limits = SQLiteStore.Limits()
            (limits.batch, limits.batchBytes) = (0, 0)
            let store = try SQLiteStore(path: path, limits: limits)
            try await submit("job", second: 1, in: store)
            #expect(try await store.summary(of: "job")?.lastSequence == 1)
            await store.close()
        }
    }
}
