import Coordinator

/// Checks from outside that a ``/Coordinator/ContextBackend`` keeps its promises.
///
/// Independent of any test framework: run it in a test and expect no violations.
/// ```swift
/// #expect(try await ContextBackendConformance.violations(of: MyBackend(folder)).isEmpty)
/// ```
public enum ContextBackendConformance {
    /// Tries a backend, under job ids that begin with `conformance-`.
    ///
    /// - Parameter backend: one that has never been tried before, or can forget those jobs.
    /// - Returns: a sentence for each promise it breaks; empty when it conforms.
    /// - Throws: the error of reading the commits back.
    public static func violations(of backend: any ContextBackend) async throws -> [String] {
        var violations: [String] = []
        func expect(_ holds: Bool, _ sentence: String) { if !holds { violations.append(sentence) } }

        expect(try await backend.commits(of: "conformance-unknown").isEmpty, "a job it does not know has no commits")

        let first = commits(of: "conformance-first")
        for (index, commit) in first.enumerated() {
            expect(!(await refuses(commit, backend)), "commit \(commit.number) is taken when it is next")
            expect(
                try await backend.commits(of: commit.jobID) == Array(first[...index]),
                "commit \(commit.number) is there, unchanged and in order, once append(_:) has returned")
        }
        for number in [0, 1, first.count, first.count + 2] {
            expect(
                await refuses(commit("conformance-first", number: number), backend),
                "number \(number) is refused when \(first.count + 1) is next")
        }
        expect(
            try await backend.commits(of: "conformance-first") == first, "what was refused leaves nothing behind")
        expect(
            !(await refuses(commit("conformance-first", number: first.count + 1), backend)),
            "the next number is taken after others were refused")

        let jobs = (0..<8).map { commits(of: "conformance-parallel-\($0)") }
        await withTaskGroup(of: Void.self) { group in
            for job in jobs {
                group.addTask { for commit in job { _ = await refuses(commit, backend) } }
            }
        }
        for job in jobs {
            expect(
                try await backend.commits(of: job[0].jobID) == job, "jobs that commit at the same time do not mix")
        }

        let cancelled = commit("conformance-cancelled", number: 1)
        let wasKept = await Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return !(await refuses(cancelled, backend))
        }.value
        expect(
            try await backend.commits(of: cancelled.jobID) == (wasKept ? [cancelled] : []),
            "in a cancelled task it either keeps the commit and returns, or keeps nothing and throws")
        return violations
    }

    private static func refuses(_ commit: CommitRecord, _ backend: any ContextBackend) async -> Bool {
        do {
            try await backend.append(commit)
            return false
        } catch {
            return true
        }
    }

    /// Commits with values of every kind, odd names among them.
    private static func commits(of jobID: String) -> [CommitRecord] {
        let values: [JSONValue] = [
            nil, true, .integer(.min), .integer(.max), .number(0.1), .number(-1e300), "", "é\u{0}\u{1F600}\n\"\\", [],
            [1, [2, [3]]], [:], ["a.b": ["c[d]": nil]],
        ]
        return values.enumerated().map { index, value in
            commit(
                jobID, number: index + 1,
                Contribution(
                    set: [ContextPath(segments: ["artifacts", "Sources/\(index).swift \"odd\""]): value],
                    append: ["decisions": [value]], merge: ["agents.x": ["value": value]],
                    usage: .init(inputTokens: index, outputTokens: 1, costUSD: 0.5)))
        }
    }

    private static func commit(
        _ jobID: String, number: Int, _ contribution: Contribution = Contribution()
    ) -> CommitRecord {
        CommitRecord(
            jobID: jobID, number: number, agent: "agent", attempt: number, at: Timestamp(nanosecondsSinceEpoch: 1),
            stage: number % 3, registration: number, contribution: contribution)
    }
}
