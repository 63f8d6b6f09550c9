import Coordinator
import Testing

/// How a page says what confined an attempt's programs.
@Suite struct SandboxNotes {
    private static func attempts(_ sandboxes: SandboxReport?...) throws -> [Element] {
        let attempts = sandboxes.enumerated().map { index, sandbox in
            var attempt = Results.attempt(1, index + 1, .succeeded, at: Double(index) * 100, for: 90)
            attempt.sandbox = sandbox
            return attempt
        }
        let agent = AgentResult(
            name: "validator", role: "validator", outcome: .succeeded, startedAt: Results.start, durationMS: 400,
            spanID: Results.span(1, 0), attempts: attempts)
        let document = try parse(page(of: Results.job(.succeeded, 400, [agent])))
        let rows = try #require(document.with(id: "attempts")).all("tr").dropFirst()
        let bars = document.all("a", "attempt").compactMap { $0.attributes["aria-label"] }
        // The bar of an attempt says what its line in the table says.
        for (bar, sandbox) in zip(bars, sandboxes) {
            #expect(bar.contains("without a sandbox") == (sandbox?.level == SandboxLevel.unconfined))
            #expect(bar.contains("in a sandbox") == (sandbox.map { $0.level != .unconfined } ?? false))
        }
        #expect(bars.count == sandboxes.count)
        return Array(rows)
    }

    @Test func lineOfAnAttemptNamesTheLevelAndTheLimitsAndAnUnconfinedProgramAsAWarning() throws {
        let rows = try Self.attempts(
            nil, SandboxReport(level: .unconfined),
            SandboxReport(level: .bubblewrap, limits: [.memory: .cgroup, .processes: .cgroup, .cpu: .rlimit]),
            SandboxReport(level: .landlock))
        #expect(rows.map { $0.fullText.contains("sandbox") } == [false, true, true, true])
        #expect(rows.map { $0.all("small", "warn").count } == [0, 1, 0, 0])
        #expect(rows[1].all("small", "warn").first?.fullText == " ran a program without a sandbox")
        #expect(
            rows[2].fullText.contains(
                "ran programs in a sandbox (bubblewrap), memory and processes limited together, processor time limited "
                    + "for each process"))
        #expect(rows[3].fullText.contains("ran programs in a sandbox (landlock)"))
    }
}
