import Coordinator

/// Checks from outside that an ``/Coordinator/Agent`` keeps its promises.
///
/// Independent of any test framework: run it in a test and expect no violations.
/// ```swift
/// let setting = AgentConformance.Setting(
///     role: .drafter, task: JobTask(requirements: ["feature_x"]), artifacts: ["code": ["a.swift": "let a = 1"]])
/// #expect(try await AgentConformance.violations(of: MyAgent(), in: setting) == [])
/// ```
/// The agent is called some twenty times: alone, twice in one run, from several jobs at once, cancelled at several
/// moments, and on an empty context. Each is a job of its own on a runtime of the suite's own, so that a call counts as
/// it would in production. These are the promises:
///
/// - **It succeeds** on the given context.
/// - **It writes only where its role may.** The whole contribution is refused if one path is outside the role.
/// - **It reads only what its role may**, in all those calls. A refused read counts even if the agent catches the error.
/// - **What it returns fits the fields** it writes to: their merge rules accept it.
/// - **What it returns survives its JSON form**: no NaN, no infinity, every path can be read back. A whole number may
///   come back as an integer.
/// - **The usage it reports** is not negative, and a number.
/// - **Calls for several jobs do not show in each other**, one after the other or at the same time: each succeeds, none
///   names another's job, and a deterministic agent returns what it returned in a lone call.
/// - **A repeated attempt is as good as the first**: in one run, with the same idempotency key, after the first
///   contribution was lost on the way. Both attempts succeed.
/// - **Equal calls give equal contributions**, if the setting says so: equal but for the job's id, whatever the
///   attempt's number.
/// - **Cancelled, its code ends** within the setting's limit, whether it is cancelled before its first step, as it
///   starts, at its first progress or half-way. No abandoned attempt is left behind.
/// - **Cancelled, it throws or returns all of its work**, not a part. A contribution counts as a part when it lacks a
///   path that every uncancelled call wrote; a deterministic agent's also when it differs from theirs.
/// - **It throws `CancellationError` only when it was cancelled.** Thrown otherwise it is a permanent failure.
/// - **Its error types are few and name kinds of failure**: a name without spaces of at most 64 characters that is no
///   number but an HTTP status, no UUID or other long hexadecimal id, no path, and does not hold the job's id. Each is a
///   series on the metrics.
/// - **An empty context gets an outcome** within the timeouts: a contribution or an error, never a hang.
///
/// Two mistakes cannot be seen from outside without guessing and are not judged: blocking inside a `Task {}` of the
/// agent's own, which holds a thread of Swift's cooperative pool (the gauge `coordinator.executor.starved` tells in
/// production), and doing work twice that must be done once. A crash ends the process.
public enum AgentConformance {
    /// The context, the role and the limits of a trial.
    ///
    /// ```swift
    /// let setting = AgentConformance.Setting(role: .drafter, isDeterministic: true)
    /// #expect(try await AgentConformance.violations(of: DraftAgent(), in: setting) == [])
    /// ```
    public struct Setting: Sendable {
        /// The role it runs under.
        public var role: Role
        /// The job's task.
        public var task: JobTask
        /// The job's artifacts.
        public var artifacts: JSONObject
        /// The rules that agents must keep to.
        public var constraints: [String]
        /// The decisions made so far.
        public var decisions: [JSONValue]
        /// Further fields and their merge rules.
        public var fields: [FieldDeclaration]
        /// Whether equal calls give equal contributions.
        public var isDeterministic: Bool
        /// How long one call may take; `attempt` and `idle` matter.
        public var timeouts: TimeoutPolicy
        /// How long its code may go on after it was cancelled, in real time. The suite waits that long only for an
        /// agent that does not end.
        public var endsWithin: Duration
        /// Jobs that call it at the same time; at least 2.
        public var parallelCalls: Int
        /// Different error types that may be seen over all calls; at least 1. The agent is called one time more than
        /// that on an empty context.
        public var errorTypeLimit: Int

        /// One attempt may take a minute unless said otherwise.
        public static let defaultAttempt: Duration = .seconds(60)

        /// Describes a trial; 2 s to end once cancelled, 4 calls at once and 4 error types unless said otherwise.
        public init(
            role: Role, task: JobTask = JobTask(), artifacts: JSONObject = [:], constraints: [String] = [],
            decisions: [JSONValue] = [], fields: [FieldDeclaration] = [], isDeterministic: Bool = false,
            timeouts: TimeoutPolicy = TimeoutPolicy(attempt: Setting.defaultAttempt),
            endsWithin: Duration = .seconds(2), parallelCalls: Int = 4, errorTypeLimit: Int = 4
        ) {
            self.role = role
            self.task = task
            self.artifacts = artifacts
            self.constraints = constraints
            self.decisions = decisions
            self.fields = fields
            self.isDeterministic = isDeterministic
            self.timeouts = timeouts
            self.endsWithin = endsWithin
            self.parallelCalls = max(2, parallelCalls)
            self.errorTypeLimit = max(1, errorTypeLimit)
        }
    }

    /// Tries an agent.
    ///
    /// - Parameters:
    ///   - agent: one that works on the setting's context.
    ///   - setting: the context, the role, and what to expect.
    ///   - clock: the clock on which the timeouts of uncancelled calls are counted; `nil` for the system's clock.
    /// - Returns: a sentence for each promise it breaks, with the calls in which it did; empty when it conforms.
    /// - Throws: when it cannot be tried: a ``/Coordinator/ContextError`` for a redaction of the role that is no regular
    ///   expression.
    public static func violations(
        of agent: any Agent, in setting: Setting, clock: (any Clock<Duration>)? = nil
    ) async throws -> [String] {
        _ = try JobContext(id: "conformance").agentContext(for: setting.role)
        var judge = AgentJudge(setting)
        let trial = AgentTrial(agent: agent, setting: setting, clock: clock)
        let alone = try await trial.alone()
        judge.mustSucceed(alone)
        if alone.hasSucceeded {
            judge.mustRepeat(try await trial.repeated())
            judge.mustNotInterfere(try await trial.atOnce())
        }
        for moment in AgentTrial.Moment.allCases where alone.hasSucceeded || !moment.needsSuccess {
            judge.mustEnd(try await trial.cancelled(moment, afterCallOf: alone.calls.first?.duration ?? .zero))
        }
        judge.mustFinish(try await trial.onEmptyContext())
        return judge.sentences
    }
}
