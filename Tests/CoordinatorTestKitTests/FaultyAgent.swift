import Coordinator
import CoordinatorTestKit
import Foundation
import Synchronization

/// An agent that conforms, or breaks one promise.
///
/// It writes a summary of the task and a list of notes, the same for the same task, and reports what it is doing.
final class FaultyAgent: Agent {
    enum Fault: CaseIterable {
        case fails, writesOutside, readsOutside, misfits, writesNaN, usesLessThanNothing, mixesJobs, slipsWhenCrowded
        case failsWhenRepeated, isRandom, ignoresCancellation, returnsNothingWhenCancelled, returnsLessWhenCancelled
        case cancelsByItself, namesErrorsByID, namesErrorsByPath, namesErrorsByNumber, namesErrorsByMessage
        case namesErrorsByJob, namesTooManyErrors, hangsWithoutWork
    }

    static let role = Role(
        name: "writer", reads: ["task", "artifacts.code"], writes: ["artifacts.summary", "artifacts.notes"])
    static let fields = [FieldDeclaration("artifacts.notes", merge: .append)]

    private struct State {
        var jobs: Set<String> = []
        var running = 0
        var names = 0
    }

    private let fault: Fault?
    private let clock: ManualClock
    private let release: DispatchSemaphore
    private let blocksIn: String?
    private let state = Mutex(State())

    /// - Parameters:
    ///   - clock: the clock of the suite's timeouts.
    ///   - release: the semaphore on which code that ignores its cancellation blocks.
    ///   - deafIn: a part of the ids of the jobs in which the agent blocks after its first progress.
    init(
        _ fault: Fault?, clock: ManualClock = ManualClock(),
        release: DispatchSemaphore = DispatchSemaphore(value: 0), blocksIn: String? = nil
    ) {
        self.fault = fault
        self.clock = clock
        self.release = release
        self.blocksIn = blocksIn
    }

    func run(_ view: RoleView, _ attempt: AttemptContext) async throws -> Contribution {
        attempt.progress("reading")
        if let blocksIn, attempt.jobID.contains(blocksIn) { block() }
        guard !view.task.requirements.isEmpty else { return try await withoutWork(attempt) }
        if fault == .fails { throw AgentError(.permanent, "no") }
        if fault == .readsOutside { _ = try? view.value(at: "artifacts.secret") }
        if fault == .failsWhenRepeated, attempt.number > 1 { throw AgentError(.permanent, "did that already") }
        if Task.isCancelled {
            switch fault {
            case .ignoresCancellation: block()
            case .returnsNothingWhenCancelled: return Contribution()
            case .returnsLessWhenCancelled:
                return Contribution(set: ["artifacts.summary": ""], append: ["artifacts.notes": []])
            default: throw CancellationError()
            }
        }
        return contribution(view, attempt)
    }

    private func contribution(_ view: RoleView, _ attempt: AttemptContext) -> Contribution {
        var summary: JSONValue = .string(view.task.requirements.map(\.text).joined())
        switch fault {
        case .writesNaN: summary = .number(.nan)
        case .isRandom: summary = .string(UUID().uuidString)
        case .mixesJobs:
            let jobs = state.withLock { state in
                state.jobs.insert(attempt.jobID)
                return state.jobs.sorted()
            }
            summary = .string(jobs.joined(separator: " "))
        case .slipsWhenCrowded: summary = .integer(Int64(crowd(attempt)))
        default: break
        }
        var result = Contribution(
            set: ["artifacts.summary": summary], append: ["artifacts.notes": ["read", 1.0, .string(attempt.jobID)]],
            usage: .init(inputTokens: fault == .usesLessThanNothing ? -1 : 3))
        if fault == .writesOutside { result.set["artifacts.code"] = "mine" }
        if fault == .misfits { result.set["artifacts.notes"] = "no list" }
        return result
    }

    private func withoutWork(_ attempt: AttemptContext) async throws -> Contribution {
        let count = state.withLock { state in
            state.names += 1
            return state.names
        }
        let type: String
        switch fault {
        case .cancelsByItself: throw CancellationError()
        case .hangsWithoutWork:
            clock.advance(by: .seconds(60))
            let forever = AsyncStream<Never> { _ in }
            for await _ in forever {}
            throw CancellationError()
        case .namesErrorsByID: type = "failed-\(UUID())"
        case .namesErrorsByPath: type = "/srv/data/a.txt"
        case .namesErrorsByNumber: type = "20934"
        case .namesErrorsByMessage: type = "nothing to do"
        case .namesErrorsByJob: type = attempt.jobID
        case .namesTooManyErrors: type = "kind_\(count)"
        default: type = "invalid_input"
        }
        throw AgentError(.permanent, errorType: type, "the task has no requirements")
    }

    private func block() { release.wait() }

    /// How many parallel calls have begun; 1 for calls that run alone, in any number of jobs.
    private func crowd(_ attempt: AttemptContext) -> Int {
        guard attempt.jobID.contains("parallel") else { return 1 }
        return state.withLock { state in
            state.running += 1
            return state.running
        }
    }
}
