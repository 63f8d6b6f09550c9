import Coordinator
import Support

/// Answers the approvals of a job as they begin to wait, in place of a person.
///
/// ```swift
/// let answerer = Answerer(job.coordinator) { waiting, request in
///     waiting.run.agent == "release" ? ApprovalAnswer("approve") : nil  // nil lets it wait
/// }
/// let result = try await job.run()
/// #expect(answerer.answered.map(\.choice) == ["approve"])
/// ```
public final class Answerer: Sendable {
    /// Who answers.
    public static let name = "test"

    private let answers = Locked<[ApprovalAnswer]>([])
    private let refused = Locked<[any Error]>([])
    private let task = Locked<Task<Void, Never>?>(nil)

    /// Answers approvals until the job ends.
    ///
    /// - Parameters:
    ///   - coordinator: runs the job.
    ///   - by: who answers.
    ///   - choose: the answer to a run that waits; `nil` lets it wait.
    public init(
        _ coordinator: JobCoordinator, by: String = Answerer.name,
        choose: @escaping @Sendable (SuspendedRun, ApprovalRequest) -> ApprovalAnswer?
    ) {
        let events = coordinator.events
        let work = Task { [answers, refused] in
            do {
                for try await event in events where event.kind == .attemptSuspended {
                    for waiting in coordinator.suspendedRuns
                    where waiting.run.agent == event.agent && waiting.run.item == event.item {
                        guard let request = ApprovalRequest(state: waiting.state), let answer = choose(waiting, request)
                        else { continue }
                        let run = waiting.run
                        try await coordinator.answer(
                            agent: run.agent, round: run.round, item: run.item, answer, by: by)
                        answers.withLock { $0.append(answer) }
                    }
                }
            } catch {
                refused.withLock { $0.append(error) }
            }
        }
        task.withLock { $0 = work }
    }

    deinit { task.withLock { $0 }?.cancel() }

    /// The answers that were taken, in order.
    public var answered: [ApprovalAnswer] { answers.withLock { $0 } }

    /// Why an answer was not taken; after the first, nothing is answered any more.
    public var refusals: [any Error] { refused.withLock { $0 } }
}
