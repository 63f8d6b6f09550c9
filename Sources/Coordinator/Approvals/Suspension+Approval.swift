// An agent that asks a person in the course of its work, and goes on with the answer.

extension Suspension {
    /// Describes a suspension that asks somebody: it is listed and answered as approvals are.
    ///
    /// - Parameters:
    ///   - request: what is asked; its state is handed back with it.
    ///   - timeout: how long the attempt waits at most.
    ///   - usage: what the attempt has used of the job's budget since it was called.
    /// - Throws: ``AgentError``, permanent, when the request has no JSON form.
    public init(
        asking request: ApprovalRequest, timeout: Duration? = nil,
        usage: Contribution.Usage = Contribution.Usage()
    ) throws(AgentError) {
        let state: JSONValue
        do {
            state = try JSONValue(encoding: request)
        } catch {
            throw AgentError(.permanent, "what is asked has no JSON form: \(error)")
        }
        self.init(state: state, reason: request.question, timeout: timeout, usage: usage)
    }
}

extension Resumption {
    /// What was asked, where the attempt was suspended by ``Suspension/init(asking:timeout:usage:)``; `nil` elsewhere.
    public var request: ApprovalRequest? { ApprovalRequest(state: state) }

    /// What somebody decided; `nil` where nobody answered, or where the answer is no decision.
    public var decision: ApprovalDecision? { try? value?.decoded(as: ApprovalDecision.self) }
}
