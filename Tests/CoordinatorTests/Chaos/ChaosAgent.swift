import Coordinator
import Synchronization
import TestSupport

/// State that the agents of a chaotic job share: their releases, and a log of their calls.
final class ChaosStage: Sendable {
    /// One attempt's code, as the agent itself saw it.
    struct Call: Sendable, Hashable {
        let agent: Int
        let attempt: Int
    }

    struct Log: Sendable {
        var begun: [Call] = []
        /// Calls that ended, with whether they returned something to write.
        var ended: [Call: Bool] = [:]
        var endings = 0
    }

    private let gates = (0..<ChaosPlan.releases).map { _ in (blocking: BlockingGate(), waiting: AsyncGate()) }
    private let state = Mutex(Log())

    var log: Log { state.withLock { $0 } }

    func begin(_ call: Call) { state.withLock { $0.begun.append(call) } }

    func end(_ call: Call, wrote: Bool) {
        state.withLock { log in
            log.ended[call] = wrote
            log.endings += 1
        }
    }

    /// Resumes the agents that wait for the releases up to this one.
    func release(upTo last: Int) {
        for gate in gates.prefix(last + 1) {
            gate.blocking.open()
            gate.waiting.open()
        }
    }

    func block(on release: Int) { gates[release].blocking.block() }
    func wait(for release: Int) async { await gates[release].waiting.wait() }
}

/// Does what the plan says, and logs its calls.
struct ChaosAgent: Agent {
    let plan: ChaosPlan
    let planned: ChaosPlan.Agent
    let stage: ChaosStage

    func run(_ view: RoleView, _ attempt: AttemptContext) async throws -> Contribution {
        let call = ChaosStage.Call(agent: planned.index, attempt: attempt.number)
        stage.begin(call)
        do {
            let contribution = try await act(view, attempt)
            stage.end(call, wrote: !contribution.paths.isEmpty)
            return contribution
        } catch {
            stage.end(call, wrote: false)
            throw error
        }
    }

    private func act(_ view: RoleView, _ attempt: AttemptContext) async throws -> Contribution {
        let own = ChaosPlan.own(planned)
        switch planned.steps[attempt.number - 1] {
        case .write: break
        case .writeNothing: return Contribution()
        case .failTransiently: throw Flaky()
        case .failForGood: throw AgentError(.permanent, errorType: "broken", "as planned")
        case .failThrottled: throw AgentError(.throttled(retryAfter: .milliseconds(1)), "as planned")
        case .slow(let turns):
            for turn in 0..<turns {
                await Task.yield()
                if turn.isMultiple(of: 50) { attempt.heartbeat() }
            }
        case .hang:
            let forever = AsyncStream<Never> { _ in }
            for await _ in forever {}
            throw CancellationError()
        case .ignore(let release): await stage.wait(for: release)
        case .block(let release): stage.block(on: release)
        case .trespass: return Contribution(set: [own: 1, "artifacts.forbidden": 1])
        case .misfit: return Contribution(set: [own: 1, ContextPath(segments: own.segments + ["below"]): 2])
        }
        return plan.contribution(of: planned, attempt: attempt.number)
    }
}
