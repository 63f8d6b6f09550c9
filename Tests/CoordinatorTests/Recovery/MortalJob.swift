import Coordinator
import CoordinatorTestKit
import Support

/// A job of many kinds of agents whose process dies again and again, and which is taken up each time.
struct MortalJob: Sendable {
    static let id = "job-1"
    /// The calls that the outside world saw, by their idempotency keys.
    private let calls = Locked<[String: Int]>([:])
    let journal = MemoryJournal()
    let resolution: JobEvent.DoubtResolved.Resolution

    static let findings = ContextKey<[String]>("artifacts.findings", merge: .append)
    static let paid: JSONValue = "42 EUR"

    /// - Parameter resolution: what is said of attempts in doubt.
    init(resolution: JobEvent.DoubtResolved.Resolution = .succeeded) { self.resolution = resolution }

    var seen: [String: Int] { calls.withLock { $0 } }

    /// Runs the job until its process dies after an event, or until it ends.
    func run(dyingAfter last: Int = .max) async throws -> JobResult {
        let mortal = MortalJournal(over: journal, dyingAfter: last)
        let runtime = CoordinatorRuntime(.init(retryBudget: nil))
        let files: JSONValue = ["a", "b", "c", "d"]
        let job: Job
        if try await journal.job(Self.id) == nil {
            job = Job(
                Self.id, task: "review", artifacts: ["files": files], fields: [Self.findings.field], runtime: runtime,
                journal: mortal
            ) {
                rounds
                agents
            }
        } else {
            // What is forced is not suspended: this process dies as often as there are events.
            job = try await Job(
                resuming: Self.id, in: mortal, options: ResumptionOptions(force: true), task: "review",
                artifacts: ["files": files], fields: [Self.findings.field],
                runtime: runtime
            ) {
                rounds
                agents
            }
        }
        let people = Task { await answer(job) }
        defer { people.cancel() }
        return try await job.run()
    }

    /// Answers every question and resolves every doubt as soon as it is asked.
    private func answer(_ job: Job) async {
        while !Task.isCancelled {
            for waiting in job.suspendedRuns {
                switch waiting.kind {
                case .suspended: try? await job.resume(waiting.run, with: "approve")
                case .inDoubt:
                    let contribution = Contribution(set: ["artifacts.paid": Self.paid])
                    try? await job.coordinator.resolve(
                        waiting.run, as: resolution, contribution: contribution, by: "a test")
                }
            }
            await Task.yield()
        }
    }

    private func called(_ attempt: AttemptContext) {
        calls.withLock { $0[attempt.idempotencyKey, default: 0] += 1 }
    }

    private func agent(
        _ name: String, _ writes: ContextPattern..., needs: [String] = [], retries: Int = 0,
        _ body: @escaping @Sendable (RoleView, AttemptContext) throws -> Contribution
    ) -> AgentTask {
        AgentTask(
            name, role: Role(name: name, reads: ["**"], writes: writes),
            retry: RetryPolicy(maxRetries: retries, initial: .zero), needs: needs,
            agent: ClosureAgent { [self] view, attempt in
                called(attempt)
                return try body(view, attempt)
            })
    }

    private var rounds: Repeat {
        Repeat("fix", agents: ["draft", "check"], until: .equals("artifacts.passed", true), atMost: 3)
    }

    private var agents: [AgentTask] {
        [
            agent("collect", "artifacts.code") { _, _ in .artifact("code", "let x = 1") },
            agent("flaky", "artifacts.flaky", retries: 1) { _, attempt in
                if attempt.number == 1 { throw Flaky() }
                return .artifact("flaky", true)
            },
            agent("left", "artifacts.findings") { _, _ in Contribution(append: ["artifacts.findings": ["left"]]) },
            agent("right", "artifacts.findings") { _, _ in Contribution(append: ["artifacts.findings": ["right"]]) },
            agent("lint", "artifacts.findings", needs: ["collect"]) { view, attempt in
                Contribution(append: ["artifacts.findings": [.string("lint \(attempt.item?.value.stringValue ?? "")")]])
            }.configured { $0.forEach = ForEach("artifacts.files", as: "file", concurrency: 2) },
            agent("draft", "artifacts.patch", needs: ["collect"]) { _, attempt in
                .artifact("patch", .integer(Int64(attempt.round ?? 0)))
            },
            agent("check", "artifacts.passed", needs: ["draft"]) { _, attempt in
                .artifact("passed", .bool(attempt.round == 2))
            },
            agent("pay", "artifacts.paid", needs: ["collect"]) { _, _ in .artifact("paid", Self.paid) }
                .configured { $0.idempotent = false },
            agent("release", "artifacts.release", needs: ["check"]) { _, attempt in
                guard let resumption = attempt.resumption else { throw Suspension(state: "asked", reason: "may it?") }
                return .artifact("release", resumption.value ?? .null)
            },
            agent("publish", "artifacts.published", needs: ["release", "lint", "pay", "left", "right", "flaky"]) {
                view, _ in
                .artifact("published", try view.value(at: "artifacts.patch") ?? .null)
            },
        ]
    }
}
