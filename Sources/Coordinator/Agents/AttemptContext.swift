import Logging

/// An agent's side of the attempt it is called for: number, deadline, idempotency key, log and trace.
public struct AttemptContext: Sendable {
    private let attempt: any RunningAttempt

    init(_ attempt: any RunningAttempt) { self.attempt = attempt }

    /// The context of the attempt that the current task belongs to. A job that an agent runs takes no longer than that
    /// attempt.
    @TaskLocal static var current: AttemptContext?

    /// The job's id.
    public var jobID: String { attempt.jobID }
    /// The agent's name.
    public var agent: String { attempt.agent }
    /// The attempt's number, from 1.
    public var number: Int { attempt.number }
    /// The element that the agent is called for; `nil` for an agent without ``AgentTask/forEach``.
    public var item: AttemptItem? { attempt.item }
    /// The round of the agent's ``Repeat``, from 1; `nil` for an agent of none.
    public var round: Int? { attempt.round }
    /// A key that is the same for every attempt of one run, for services that must not do the same work twice.
    public var idempotencyKey: String { attempt.idempotencyKey }
    /// A logger that adds the agent's name, and the attempt's trace when a telemetry backend supplies it.
    public var logger: Logger { attempt.logger }
    /// W3C propagation headers (`traceparent`, `tracestate`, `baggage`) of the attempt's span, for calls that leave
    /// the process by other ways than the tracing façade.
    public var traceHeaders: [String: String] { attempt.traceHeaders }

    /// Names this attempt in every process and log: the run's key, and the attempt's number.
    public var attemptID: String { "\(idempotencyKey)/\(number)" }

    /// How the attempt goes on, if its agent was suspended before; see ``Suspension``. `nil` on the first call.
    public var resumption: Resumption? { attempt.resumption }

    /// How long the attempt may still take; `nil` without a deadline, zero once it has passed.
    public var remaining: Duration? { attempt.remaining }

    /// Reserves in the job's budget what a paid call may use at most. Called before each such call, it keeps agents that
    /// run in parallel within the budget together.
    ///
    /// The call is covered first by what was reserved when the attempt started (``AgentTask/reservation``). What its calls
    /// used counts however the attempt ends; a larger usage in its contribution counts instead.
    ///
    /// - Parameter most: the most that the call may use.
    /// - Returns: the reservation, to be settled with what the call used.
    /// - Throws: ``AgentError``, permanent and `budget_exceeded`, when the budget does not cover the call or the attempt
    ///   has finished; the call must not be made then.
    public func reserve(_ most: Contribution.Usage) throws(AgentError) -> UsageReservation {
        try attempt.reserve(most)
    }

    /// Says how a program was confined that the agent has run. Called once for each program that a sandbox was asked for,
    /// or due because a model wrote what it runs; never for programs of the machine that the agent merely uses.
    ///
    /// Each call counts in the metric `coordinator.sandbox.runs`, also after the attempt has finished. The weakest
    /// confinement that was reported until then is in the attempt's record (``AttemptRecord/sandbox``) and on its span.
    ///
    /// ```swift
    /// let tests = ClosureAgent { view, attempt in
    ///     let passed = try await runTests(in: folder)  // without any confinement
    ///     attempt.ran(SandboxReport(level: .unconfined), writtenBy: .person)
    ///     return Contribution(set: ["artifacts.passed": .bool(passed)])
    /// }
    /// ```
    ///
    /// - Parameters:
    ///   - report: the level the program ran at, and what held it to its limits.
    ///   - origin: who wrote the code that it ran. Code of a model that runs unconfined raises an alert.
    public func ran(_ report: SandboxReport, writtenBy origin: CodeOrigin) { attempt.ran(report, writtenBy: origin) }

    /// What the run has kept of its conversation so far, in order: in this attempt, in those before it, and in other
    /// processes. An agent that keeps steps goes on from them.
    ///
    /// A call that has begun and not ended is to be made again, under the same name and with the same arguments, and begins
    /// again: ``keep(_:)`` is told so. One with effects stands here only where somebody has said that it may be made again,
    /// or where its agent suspended itself meanwhile; of any other the run is in doubt first.
    public var steps: [ConversationStep] { attempt.steps }

    /// Keeps a step of the run's conversation in the job's journal.
    ///
    /// Returns once the step is kept where that must be so before the attempt goes on: for a model's answer, which is paid
    /// for, and for the beginning of a call that has effects. Without a store it returns at once. An idle timeout starts anew.
    ///
    /// ```swift
    /// try await attempt.keep(.toolStarted(.init(call: id, tool: "issues.create", arguments: arguments, hasEffects: true)))
    /// let result = try await issues.create(arguments)
    /// try await attempt.keep(.toolFinished(.init(call: id, tool: "issues.create", result: result, durationMS: took)))
    /// ```
    ///
    /// What a turn used counts as used by the attempt, whatever the attempt reports at its end; see ``reserve(_:)`` for what
    /// is set aside before.
    ///
    /// An attempt that ends while a call with effects is open is not tried again: nobody knows what that call has done.
    ///
    /// - Throws: ``AgentError`` when the step is larger than ``ConversationStep/largestValue``, when the run has too many
    ///   of them (``ConversationStep/mostSteps``, ``ConversationStep/largestConversation``), when it cannot be kept, or when
    ///   the attempt has ended; a call that was to begin must not be made then.
    public func keep(_ step: ConversationStep) async throws(AgentError) { try await attempt.keep(step) }

    /// Remembers over jobs what things from elsewhere are that the agent uses, such as the descriptions of a server's tools.
    ///
    /// ```swift
    /// for (name, before) in await attempt.pin(["github.create_issue": digest]) {
    ///     attempt.progress("\(name): its description changed since \(before.jobID)")
    /// }
    /// ```
    ///
    /// - Parameter digests: a digest of each thing as it is now, by names that mean the same in every job, within the bounds
    ///   of ``PinningJournal/pin(_:by:)``.
    /// - Returns: those that were something else when they were used last, with the job that used them; nothing without a
    ///   journal that remembers them, and where it does not answer.
    public func pin(_ digests: [String: String]) async -> [String: JournalPin] { await attempt.pin(digests) }

    /// Says that the attempt is alive; an idle timeout starts anew.
    public func heartbeat() { attempt.showProgress(nil) }

    /// Says what the attempt is doing; an idle timeout starts anew.
    public func progress(_ message: String) { attempt.showProgress(message) }
}

/// The supervisor's side of an attempt, as far as its agent sees it.
protocol RunningAttempt: AnyObject, Sendable {
    var jobID: String { get }
    var agent: String { get }
    var number: Int { get }
    var item: AttemptItem? { get }
    var round: Int? { get }
    var idempotencyKey: String { get }
    var logger: Logger { get }
    var traceHeaders: [String: String] { get }
    var remaining: Duration? { get }
    var resumption: Resumption? { get }
    func reserve(_ most: Contribution.Usage) throws(AgentError) -> UsageReservation
    func ran(_ report: SandboxReport, writtenBy origin: CodeOrigin)
    var steps: [ConversationStep] { get }
    func keep(_ step: ConversationStep) async throws(AgentError)
    func pin(_ digests: [String: String]) async -> [String: JournalPin]
    func showProgress(_ message: String?)
}
