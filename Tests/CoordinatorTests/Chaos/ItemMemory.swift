import CoordinatorTestKit

@testable import Coordinator

extension Memory {
    /// A job with elements, of which some wait for an answer and some for their suspension's timeout, in rounds of a repeat,
    /// with a journal that forgets the job when it has ended.
    static func jobOfItems(_ runtime: CoordinatorRuntime, _ round: Int, elements: Int) async throws -> Remains {
        let journal = MemoryJournal()
        let list = (0..<elements).map { JSONValue.string(String(repeating: "x", count: 50) + "\($0)") }
        let context = JobContext(
            id: "memory-\(round)", artifacts: ["list": .array(list)],
            fields: [FieldDeclaration("artifacts.found", merge: .append)], journal: journal,
            journalTimeout: .seconds(3600))
        let coordinator = JobCoordinator(context, runtime: runtime, workflow: "memory", logger: ChaosRun.silent)
        let held = Held()
        try coordinator.register(
            AgentTask(
                "review", role: Role(name: "r", writes: ["artifacts.found"]),
                timeouts: TimeoutPolicy(attempt: .seconds(300)), retry: RetryPolicy(maxRetries: 1, initial: .zero),
                forEach: ForEach("artifacts.list", atMost: elements, concurrency: 4, quorum: .atLeast(1)),
                agent: ClosureAgent { [held] _, attempt in
                    _ = held
                    let index = attempt.item?.index ?? 0
                    switch index % 5 {
                    case 0 where attempt.resumption == nil: throw Suspension(state: .integer(Int64(index)))
                    case 1 where attempt.resumption == nil: throw Suspension(timeout: .milliseconds(1))
                    case 2 where attempt.number == 1: throw Flaky()
                    case 3 where index % 2 == 0: throw AgentError(.permanent, "no")
                    default: return Contribution(append: ["artifacts.found": [.integer(Int64(index))]])
                    }
                }))
        try coordinator.register(
            AgentTask(
                "last", role: writer("last", "artifacts.last"), needs: ["review"],
                agent: ScriptedAgent(.succeed(.artifact("last", 1)), .succeed(.artifact("last", 2)))))
        try coordinator.register(
            Repeat("again", agents: ["review", "last"], until: .exists("artifacts.never"), atMost: 2))
        let answers = Task {
            for try await event in coordinator.events where event.kind == .attemptSuspended {
                guard let item = event.item, item % 5 == 0, let run = event.run else { continue }
                try await coordinator.resume(run, with: true)
            }
        }
        _ = try await coordinator.executeParallel()
        try await answers.value
        return Remains(context: context, coordinator: coordinator, agent: held)
    }
}
