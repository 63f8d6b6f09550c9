/// Span names; the agent's, workflow's or model's name follows after a space.
public enum SpanName {
    /// One job.
    public static let workflow = "invoke_workflow"
    /// One agent's run within a job, over all its attempts.
    public static let agent = "invoke_agent"
    /// One call that reached the agent.
    public static let attempt = "coordinator.attempt"
    /// One contribution merged into the blackboard.
    public static let commit = "coordinator.context.commit"
    /// One model call.
    public static let chat = "chat"
    /// One tool call.
    public static let tool = "execute_tool"
    /// One request to a server of tools that is no call of a tool within ``tool``; the method is its name.
    public static let toolServerRequest = "tools/list"
}

/// OpenInference's kinds of spans: values of ``AttributeKey/openInferenceSpanKind``.
public enum OpenInferenceKind {
    /// A job.
    public static let chain = "CHAIN"
    /// An agent's run.
    public static let agent = "AGENT"
    /// A model call.
    public static let llm = "LLM"
    /// A tool's call.
    public static let tool = "TOOL"

    /// Every kind, outermost first.
    public static let all = [chain, agent, llm, tool]
}

/// Where a tool runs: values of ``AttributeKey/toolType``.
public enum ToolTypeName {
    /// In this process.
    public static let function = "function"
    /// On a server of tools.
    public static let `extension` = "extension"

    /// Every type, in the order in which they are documented.
    public static let all = [function, `extension`]
}

/// What carries requests to a server of tools: values of ``AttributeKey/networkTransport``.
public enum TransportName {
    /// The standard streams of a program.
    public static let pipe = "pipe"
    /// HTTP.
    public static let tcp = "tcp"

    /// Every transport, in the order in which they are documented.
    public static let all = [pipe, tcp]
}

/// What is judged: values of ``AttributeKey/evaluationName``.
public enum EvaluationName {
    /// Whether the change meets one requirement of the task.
    public static let requirement = "requirement"
    /// Whether the change meets them all, and what is run on it passes.
    public static let validation = "validation"

    /// Every name, in the order in which they are documented.
    public static let all = [requirement, validation]
}

/// The verdicts: values of ``AttributeKey/evaluationLabel``.
public enum EvaluationLabel {
    /// It is shown to hold.
    public static let pass = "pass"
    /// It is shown not to hold.
    public static let fail = "fail"
    /// Nothing shows either.
    public static let unproven = "unproven"

    /// Every verdict, in the order in which they are documented.
    public static let all = [pass, fail, unproven]
}

/// How an agent's run or attempt ended; the same raw values in results, metrics, spans, logs and the API.
public enum OutcomeName {
    /// The contribution was committed.
    public static let succeeded = "succeeded"
    /// The agent threw, or its contribution was refused.
    public static let failed = "failed"
    /// A timeout of any kind passed.
    public static let timeout = "timeout"
    /// The job or the run was cancelled.
    public static let cancelled = "cancelled"
    /// The run was rejected before it reached the agent.
    public static let rejected = "rejected"
    /// A condition or a dependency said not to run.
    public static let skipped = "skipped"

    /// Every outcome, in the order in which they are documented.
    public static let all = [succeeded, failed, timeout, cancelled, rejected, skipped]
}

/// How a job ended.
public enum JobStatusName {
    /// Every required agent succeeded.
    public static let succeeded = "succeeded"
    /// Some required agents succeeded.
    public static let partial = "partial"
    /// No required agent succeeded, or a policy failed the job.
    public static let failed = "failed"
    /// The job was cancelled.
    public static let cancelled = "cancelled"

    /// Every status, in the order in which they are documented.
    public static let all = [succeeded, partial, failed, cancelled]
}

/// The executors that work may wait for: values of ``AttributeKey/executor``.
public enum ExecutorName: String, Sendable, CaseIterable {
    /// The runtime's own threads, on which agents run.
    case agent
    /// Swift's cooperative pool, on which unstructured tasks of agents and most callers run.
    case cooperative
}

/// How a commit to the blackboard ended.
public enum CommitResultName {
    /// The contribution was merged.
    public static let applied = "applied"
    /// Another writer was there first, and the field's merge rule allows one.
    public static let conflict = "conflict"
    /// The role may not write there, or a value does not fit the field.
    public static let rejected = "rejected"

    /// Every result, in the order in which they are documented.
    public static let all = [applied, conflict, rejected]
}

/// The states of a circuit breaker.
public enum BreakerStateName {
    /// Calls pass.
    public static let closed = "closed"
    /// Calls are rejected.
    public static let open = "open"
    /// A call is tried.
    public static let halfOpen = "half_open"

    /// Every state, in the order in which they are documented.
    public static let all = [closed, open, halfOpen]
}

/// How far a program is confined: values of ``AttributeKey/sandboxLevel``.
public enum SandboxLevelName {
    /// By namespaces of its own.
    public static let bubblewrap = "bubblewrap"
    /// By rules of the kernel on files, and without sockets.
    public static let landlock = "landlock"
    /// Not at all.
    public static let none = "none"

    /// Every level, the strongest first.
    public static let all = [bubblewrap, landlock, none]
}

/// Who wrote the code that a program runs: values of ``AttributeKey/codeOrigin``.
public enum CodeOriginName {
    /// A language model.
    public static let model = "model"
    /// A person.
    public static let person = "person"

    /// Every origin, in the order in which they are documented.
    public static let all = [model, person]
}

/// The files of a store: values of ``AttributeKey/storeFile``.
public enum StoreFileName {
    /// The database.
    public static let database = "database"
    /// Its write-ahead log, which holds what was written last.
    public static let wal = "wal"

    /// Every file, in the order in which they are documented.
    public static let all = [database, wal]
}

/// The values of `error.type` that are Coordinator's own; the same on span, metric and log.
///
/// Applications add the names of their own error types. Anything else is ``other``.
public enum ErrorType {
    /// A timeout of any kind passed.
    public static let timeout = "timeout"
    /// The job or the attempt was cancelled.
    public static let cancelled = "cancelled"
    /// A circuit breaker was open.
    public static let circuitOpen = "circuit_open"
    /// A server or a rate limit asked to wait.
    public static let rateLimited = "rate_limited"
    /// A bounded queue was full.
    public static let queueFull = "queue_full"
    /// The job's budget did not cover another attempt.
    public static let budgetExceeded = "budget_exceeded"
    /// What an agent is to run for is missing, is no list or object, or has too many elements.
    public static let invalidInput = "invalid_input"
    /// The agent's output was not a usable contribution.
    public static let invalidOutput = "invalid_output"
    /// Another writer was there first.
    public static let contextConflict = "context_conflict"
    /// The role may not read or write there.
    public static let accessDenied = "access_denied"
    /// An agent this one needs did not succeed, or vanished.
    public static let dependencyFailed = "dependency_failed"
    /// What the job requires of the blackboard did not hold when its agents had ended.
    public static let conditionUnmet = "condition_unmet"
    /// The process ended before the operation did.
    public static let processCrash = "process_crash"
    /// The job's journal did not keep what happened, so the job stopped.
    public static let storeUnavailable = "store_unavailable"
    /// Another process has taken the job over, so its run stopped here.
    public static let ownershipLost = "ownership_lost"
    /// Nobody knows what an attempt has done whose process ended.
    public static let inDoubt = "in_doubt"
    /// The job was given up while the attempt ran, in good order.
    public static let interrupted = "interrupted"
    /// A language model could not be reached, or its service failed.
    public static let modelUnavailable = "model_unavailable"
    /// A language model's service does not take the request: key, model, address or size are wrong.
    public static let modelRefused = "model_refused"
    /// The working tree, or the copy of it that an agent works on, could not be read or written.
    public static let workspace = "workspace"
    /// A program that a shipped agent uses, such as git, could not be run, or failed.
    public static let tool = "tool"
    /// A tool's call ended in an error of the tool's own.
    public static let toolError = "tool_error"
    /// None of the known types.
    public static let other = "_OTHER"

    /// Every value that is Coordinator's own.
    public static let all = [
        timeout, cancelled, circuitOpen, rateLimited, queueFull, budgetExceeded, invalidInput, invalidOutput,
        contextConflict, accessDenied, dependencyFailed, conditionUnmet, processCrash, storeUnavailable, ownershipLost,
        inDoubt, interrupted, modelUnavailable, modelRefused, workspace, tool, toolError, other,
    ]
}

/// Names of span events and of log events.
public enum EventName {
    /// An agent threw; a warning with the error's type and message.
    public static let agentException = "coordinator.agent.exception"
    /// Another attempt will follow after a pause.
    public static let retryScheduled = "coordinator.retry.scheduled"
    /// A circuit breaker changed its state.
    public static let breakerStateChanged = "coordinator.circuit_breaker.state_changed"
    /// Two writers wrote one field.
    public static let contextConflict = "coordinator.context.conflict"
    /// A job stopped where it is, since its journal did not keep what happened; an error with the reason.
    public static let jobStopped = "coordinator.job.stopped"
    /// An attempt ended while its code still ran.
    public static let attemptAbandoned = "coordinator.attempt.abandoned"
    /// An attempt gave back what it held, to go on later.
    public static let attemptSuspended = "coordinator.attempt.suspended"
    /// A suspended attempt goes on.
    public static let attemptResumed = "coordinator.attempt.resumed"
    /// A model's service refuses options by name; they are left out from then on.
    public static let optionsRefused = "coordinator.model.options_refused"
    /// A model's answer came without an end mark, and is used since it is whole.
    public static let endMarkMissing = "coordinator.model.end_mark_missing"
    /// A verdict on what an agent made.
    public static let evaluation = "gen_ai.evaluation.result"

    /// Every name, in the order in which they are documented.
    public static let all = [
        agentException, retryScheduled, breakerStateChanged, contextConflict, jobStopped, attemptAbandoned,
        attemptSuspended, attemptResumed, optionsRefused, endMarkMissing, evaluation,
    ]
}
