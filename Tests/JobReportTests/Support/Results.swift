import Coordinator
import Support

/// Results of many shapes, as the engine could have made them.
enum Results {
    static let start = Timestamp("2026-01-31T09:05:00.000000Z") ?? Timestamp(nanosecondsSinceEpoch: 0)

    static func at(_ milliseconds: Double) -> Timestamp {
        start.advanced(by: .microseconds(Int64(milliseconds * 1000)))
    }

    static func span(_ agent: Int, _ attempt: Int) -> String {
        let digits = String(0xA000_0000 + agent * 1000 + attempt, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// One attempt; `agent` only makes its span's id.
    static func attempt(
        _ agent: Int, _ number: Int, _ outcome: AgentOutcome, at startMS: Double, for durationMS: Double,
        backoff: Double = 0, type: String? = nil, error: String? = nil, abandoned: Bool = false
    ) -> AttemptRecord {
        AttemptRecord(
            number: number, outcome: outcome, errorType: type, error: error, startedAt: at(startMS),
            durationMS: durationMS, backoffMS: backoff, spanID: span(agent, number), abandoned: abandoned)
    }

    /// An agent whose first attempt succeeded; `index` only makes its spans' ids.
    static func succeeded(
        _ name: String, _ index: Int, startedAt: Timestamp, durationMS: Double, queueMS: Double, at startMS: Double,
        for attemptMS: Double
    ) -> AgentResult {
        AgentResult(
            name: name, role: name, outcome: .succeeded, startedAt: startedAt, durationMS: durationMS,
            queueMS: queueMS, spanID: span(index, 0),
            attempts: [attempt(index, 1, .succeeded, at: startMS, for: attemptMS)])
    }

    static func job(
        _ status: JobStatus, _ durationMS: Double, _ agents: [AgentResult], workflow: String = "review",
        id: String = "job-20260131-090500-7f3a", trace: String? = "4bf92f3577b34da6a3ce929d0e0e4736",
        parallel: Int = 3, artifacts: JSONObject = [:]
    ) -> JobResult {
        var figures = JobMetrics.Job()
        figures.durationMS = durationMS
        figures.maxParallel = parallel
        figures.attempts = agents.reduce(0) { $0 + $1.attempts.count }
        return JobResult(
            jobID: id, workflow: workflow, status: status, traceID: trace, startedAt: start, durationMS: durationMS,
            agents: agents, metrics: JobMetrics(job: figures), artifacts: artifacts)
    }

    static let artifacts: JSONObject = [
        "patch": .string(
            """
            diff --git a/Sources/App/Store.swift b/Sources/App/Store.swift
            --- a/Sources/App/Store.swift
            +++ b/Sources/App/Store.swift
            @@ -11,6 +11,9 @@ struct Store {
                 private var rows: [Row]
             
            +    /// Finds the row with this id.
            +    ///
            +    /// - Throws: `StoreError.missing` when there is none.
                 func row(_ id: Int) throws -> Row {
            -        rows[id]
            +        guard rows.indices.contains(id) else { throw StoreError.missing(id) }
            +        return rows[id]
                 }

            """),
        "checklist": .string(
            """
            # Checklist

            Worked by rules, without a model.

            - [x] **Patch applies** to `HEAD` (`git apply --check`)
            - [x] Changed files still parse
            - [ ] Requirement *rate limiting*: no evidence
              - looked in `Sources/**`, 14 files
            - [ ] `swift test` exits 1: see below

            ```
            error: 'missing' is not a member type of enum 'StoreError'
            ```
            """),
        "tests": [
            "Tests/AppTests/StoreTests.swift":
                "import Testing\n\n@Test func rowIsFound() throws {\n    #expect(true)\n}\n",
            "Tests/AppTests/RowTests.swift": "import Testing\n",
        ],
        "context": ["files": 14, "languages": ["swift", "python"], "truncated": false],
        "notes": "Nothing of note.",
    ]

    static let succeeded = job(
        .succeeded, 1_840,
        [
            succeeded("collector", 0, startedAt: at(2), durationMS: 640, queueMS: 1.2, at: 4, for: 636),
            AgentResult(
                name: "drafter", role: "drafter", outcome: .succeeded, startedAt: at(2), durationMS: 1_820,
                queueMS: 0.4,
                spanID: span(1, 0),
                attempts: [
                    attempt(1, 1, .failed, at: 3, for: 420, type: "invalid_output", error: "the patch does not apply"),
                    attempt(1, 2, .succeeded, at: 923, for: 890, backoff: 500),
                ]),
            succeeded("validator", 2, startedAt: at(2), durationMS: 1_210, queueMS: 180, at: 182, for: 1_028),
        ], artifacts: artifacts)

    static let partial = job(
        .partial, 33_400,
        [
            succeeded("collector", 0, startedAt: at(3), durationMS: 2_140, queueMS: 1, at: 4, for: 2_139),
            AgentResult(
                name: "drafter", role: "drafter", outcome: .timeout, errorType: "timeout",
                error: "no result within the attempt's timeout of 8 s; the model at http://127.0.0.1:8080 accepted the "
                    + "request and never answered. Raise 'timeout' of agent 'drafter', or check the model server.",
                startedAt: at(3), durationMS: 26_900, queueMS: 1_900, spanID: span(1, 0),
                attempts: [
                    attempt(
                        1, 1, .timeout, at: 1_903, for: 8_003, type: "timeout", error: "no result within 8 s",
                        abandoned: true),
                    attempt(
                        1, 2, .failed, at: 10_406, for: 3_300, backoff: 500, type: "rate_limited",
                        error: "the model endpoint answered 429 Too Many Requests"),
                    attempt(
                        1, 3, .timeout, at: 18_900, for: 8_003, backoff: 1_000, type: "timeout",
                        error: "no result within 8 s"),
                ]),
            AgentResult(
                name: "lint", role: "lint", outcome: .failed, errorType: "process_crash",
                error: "python3 tools/lint.py ended by signal 11", startedAt: at(3), durationMS: 32_800, queueMS: 4_000,
                spanID: span(2, 0),
                attempts: [
                    attempt(2, 1, .failed, at: 4_003, for: 28_790, type: "process_crash", error: "ended by signal 11")
                ]),
            AgentResult(
                name: "validator", role: "validator", outcome: .skipped, errorType: "dependency_failed",
                error: "'drafter' did not succeed"),
            AgentResult(
                name: "publisher", role: "writer", outcome: .rejected, errorType: "circuit_open",
                error: "the circuit breaker of 'publisher' is open for another 21 s", startedAt: at(3), durationMS: 0.3),
            AgentResult(
                name: "collector-offline", role: "collector", outcome: .cancelled, errorType: "cancelled",
                error: "the job's deadline passed", fallbackOf: "collector", startedAt: at(30_000), durationMS: 3_400,
                spanID: span(5, 0), attempts: [attempt(5, 1, .cancelled, at: 30_001, for: 3_399, type: "cancelled")]),
        ], artifacts: artifacts)

    static let empty = job(.succeeded, 0, [], trace: nil, parallel: 0)

    static let zeroDuration = job(
        .failed, 0,
        [
            AgentResult(
                name: "instant", role: "any", outcome: .failed, errorType: "_OTHER", error: "at once", startedAt: at(0),
                attempts: [attempt(0, 1, .failed, at: 0, for: 0, type: "_OTHER", error: "at once")])
        ], trace: nil, parallel: 1)

    /// Nothing here may act as markup, move a cursor or leave the folder.
    static let hostileTexts = [
        "</script><script>alert(1)</script>", "\"onload=\"alert(1)", "'><img src=x onerror=alert(1)>", "]]>&amp;&#0;",
        "\u{1B}[2J\u{1B}]0;owned\u{07}", "a\u{0}b\u{8}\u{9B}31m", "\u{202E}gnp.exe\u{2066}",
        "línea\r\nzwei\u{2028}três",
        "日本語のエージェント", "👩‍👩‍👧‍👦 famille", "../../etc/passwd", "-->", "${jndi:x}", String(repeating: "ä\u{301}", count: 300),
        "\u{FFFE}\u{FFFF}", "</style><b>", "{{x}}", " ", "",
    ]

    static let hostile = job(
        .failed, 900,
        hostileTexts.enumerated().map { index, text in
            AgentResult(
                name: text, role: text, outcome: .failed, errorType: text,
                error: text + String(repeating: "x<&", count: 3400),
                fallbackOf: text, startedAt: at(1), durationMS: 500, queueMS: 3,
                attempts: [attempt(index, 1, .failed, at: 5, for: 400, type: text, error: text)])
        }, workflow: "</title><script>", id: "job\u{1B}[31m<&>\"'", trace: "<trace>",
        artifacts: Dictionary(uniqueKeysWithValues: hostileTexts.map { (ExactString($0), JSONValue.string($0)) }))

    /// Two hundred agents, every outcome, up to five attempts each, errors of 10 KB.
    static let many: JobResult = {
        let long = String(repeating: "The server said <no> & closed the connection. ", count: 220)
        let agents = (0..<200).map { index -> AgentResult in
            let outcome = AgentOutcome.allCases[index % 11 < 6 ? index % 11 : 0]
            guard outcome != .skipped else {
                return AgentResult(
                    name: "agent-\(index)", role: "worker", outcome: .skipped, errorType: "dependency_failed",
                    error: "'agent-\(index - 1)' did not succeed")
            }
            var clock = Double(index / 8 * 400) + Double(index % 8) * 37
            let began = clock
            clock += Double(index % 5) * 60
            let good = outcome == .succeeded
            let attempts = (1...(1 + index % 5)).map { number -> AttemptRecord in
                let last = number == 1 + index % 5
                let backoff = number == 1 ? 0 : Double(100 << number)
                clock += backoff
                defer { clock += Double(150 + index * 7 % 300) }
                return attempt(
                    index, number, last ? outcome : .failed, at: clock, for: Double(150 + index * 7 % 300),
                    backoff: backoff,
                    type: last && good ? nil : "_OTHER", error: last && good ? nil : long,
                    abandoned: outcome == .timeout)
            }
            return AgentResult(
                name: "agent-\(index)-of-the-north-eastern-region", role: "worker", outcome: outcome,
                errorType: good ? nil : outcome.rawValue, error: good ? nil : long, startedAt: at(began),
                durationMS: clock - began, queueMS: Double(index % 5) * 60, spanID: span(index, 0), attempts: attempts)
        }
        return job(.partial, 14_000, agents, workflow: "nightly-sweep", parallel: 8)
    }()

    static let all: [(name: String, result: JobResult)] = [
        ("succeeded", succeeded), ("partial", partial), ("empty", empty), ("zero", zeroDuration), ("hostile", hostile),
        ("many", many), ("items", items), ("rounds", rounds),
    ]
}
