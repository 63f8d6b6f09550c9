import Coordinator
import Glibc
import TelemetryCatalog

/// The faults of a demonstration: the same in every run, so that every audience sees the same.
///
/// - The collector always succeeds, sometimes slowly.
/// - The drafter's model has an outage now and then: the circuit breaker opens, and the standby runs as the fallback.
/// - The validator now and then hangs, writes where it may not, or fails.
/// - The reviewer now and then cannot read one of its files; its quorum holds all the same.
/// - The standby is configured wrongly: it also writes the validator's artifact, which leads to conflicts.
package struct DemoFaults: Sendable {
    /// What an attempt does instead of its work, or in addition to it.
    enum Fault: Sendable, Hashable {
        case none
        /// The attempt takes longer.
        case slow(Duration)
        /// The attempt fails, and a retry may help.
        case transient
        /// The attempt fails, and the retry has to wait this long.
        case throttled(Duration)
        /// The attempt fails, and retries do not help.
        case permanent
        /// The attempt blocks its thread for this long, beyond its deadline.
        case hangs(Duration)
        /// The attempt does its work, and writes where its role may not.
        case forbiddenWrite
    }

    /// The number of jobs from one outage of the drafter's model to the next.
    static let outageInterval = 90
    /// The jobs of each interval that fall into the outage.
    static let outage = 25..<37

    /// The agent whose attempts all fail.
    private let failing: String?

    /// - Parameter failing: an agent of which no attempt succeeds.
    package init(failing: String? = nil) { self.failing = failing }

    /// The fault of an attempt.
    ///
    /// - Parameters:
    ///   - job: the job's number, from 0.
    ///   - attempt: the attempt's number, from 1.
    func fault(of agent: String, job: Int, attempt: Int) -> Fault {
        if agent == failing { return .transient }
        let isFirst = attempt == 1
        switch agent {
        case "collector":
            return job % 17 == 5 ? .slow(.milliseconds(400)) : .none
        case "drafter":
            if Self.outage.contains(job % Self.outageInterval) { return .transient }
            if job % 23 == 7, isFirst { return .throttled(.milliseconds(300)) }
            return job % 7 == 2 ? .slow(.milliseconds(700)) : .none
        case "validator":
            switch job % 60 {
            case 19 where isFirst: return .hangs(.seconds(15))
            case 29: return .forbiddenWrite
            case 39: return .permanent
            default: return job % 13 == 4 && isFirst ? .transient : .none
            }
        default: return .none
        }
    }

    /// Wraps an agent so that its attempts have the faults.
    ///
    /// - Parameters:
    ///   - name: the agent's name in its job.
    ///   - job: the job's number, from 0.
    package func around(_ agent: any Agent, named name: String, job: Int) -> any Agent {
        switch name {
        case DemoJob.standby: return StandbyAgent()
        case DemoJob.reviewer: return ReviewerAgent(job: job, fails: failing == name)
        default: break
        }
        return ClosureAgent { view, attempt in
            try await perform(fault(of: name, job: job, attempt: attempt.number))
            var contribution = try await agent.run(view, attempt)
            if fault(of: name, job: job, attempt: attempt.number) == .forbiddenWrite {
                contribution.set["decisions"] = ["an agent may not decide"]
            }
            return contribution
        }
    }

    private func perform(_ fault: Fault) async throws {
        switch fault {
        case .none, .forbiddenWrite: break
        case .slow(let time): try await Task.sleep(for: time)
        case .transient:
            throw AgentError(.transient, errorType: ErrorType.invalidOutput, "the model's answer was no patch (demo)")
        case .throttled(let pause):
            throw AgentError(
                .throttled(retryAfter: pause), errorType: ErrorType.rateLimited, "the model asks to wait (demo)")
        case .permanent: throw AgentError(.permanent, "a requirement cannot be checked (demo)")
        case .hangs(let time): usleep(UInt32(time / .microseconds(1)))
        }
    }
}

/// The fallback of the drafter and, by a wrong configuration, of the validator too.
private struct StandbyAgent: Agent {
    func run(_ view: RoleView, _ attempt: AttemptContext) async throws -> Contribution {
        Contribution(set: [
            "artifacts.patch": ["diff": "", "summary": "the drafter is not available; nothing was changed"],
            "artifacts.validation": ["summary": "not checked"],
        ])
    }
}

/// Looks at one file at a time. Every tenth job has a file that it cannot review.
private struct ReviewerAgent: Agent {
    let job: Int
    let fails: Bool

    func run(_ view: RoleView, _ attempt: AttemptContext) async throws -> Contribution {
        guard let item = attempt.item, let text = item.value.stringValue, !fails, item.index > 0 || job % 10 != 3 else {
            throw AgentError(.permanent, errorType: ErrorType.invalidOutput, "the file cannot be reviewed (demo)")
        }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).count
        return Contribution(append: [
            "findings": [["path": .string(item.key ?? ""), "lines": .integer(Int64(lines))]]
        ])
    }
}
