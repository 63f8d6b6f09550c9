import TelemetryCatalog

// What an attempt keeps of its agent's conversation.

extension AgentRun {
    /// The run's conversation, what was kept before its process ended included.
    var keptConversation: Conversation {
        conversation.load() ?? conversation.storeIfNil(Conversation(past?.history.steps ?? []))
    }

    /// The calls with effects that its attempts have left open; `nil` for none.
    var openCalls: OpenCalls? {
        guard let open = conversation.load()?.open, !open.isEmpty else { return nil }
        return open
    }
}

extension SupervisedAttempt {
    var steps: [ConversationStep] { run.conversation.load()?.steps ?? run.past?.history.steps ?? [] }

    func keep(_ step: ConversationStep) async throws(AgentError) {
        let payload = step.payload
        let bytes = payload.estimatedBytes
        if let fault = step.fault(bytes: bytes) { throw Self.refusal(fault) }
        let keeping = step.isAwaited ? Keeping(in: job.context.connection) : nil
        // A step is a sign of life.
        showProgress(nil)
        let conversation = run.keptConversation
        let at = runtime.timestamp(at: runtime.now)
        let refusal: AgentError? = job.context.hand(bytes, keeping?.kept) { heads in
            // Under the blackboard's lock, by which the attempt's end is handed over too: no step comes after that.
            if isCounted {
                return AgentError(
                    .transient, errorType: ErrorType.cancelled, "the attempt has ended; nothing of it is kept any more")
            }
            if let full = conversation.add(step, bytes: bytes) { return Self.refusal(full) }
            heads.add(payload, of: job.context.id, from: origin, at: at)
            return nil
        }
        if let refusal { throw refusal }
        guard let keeping, let stop = await Self.refusal(of: keeping) else { return }
        // Its caller does not make the call. What the journal has of it is a doubt more than there is.
        if case .toolStarted(let start) = step { conversation.withdraw(start) }
        throw AgentError(.transient, errorType: stop.failure.errorType, stop.failure.message)
    }

    func pin(_ digests: [String: String]) async -> [String: JournalPin] {
        guard !digests.isEmpty, let connection = job.context.connection else { return [:] }
        return await connection.pin(digests)
    }

    /// Why it is not kept; waits no longer than its task may run.
    private static func refusal(of keeping: Keeping) async -> Interruption? {
        await withTaskCancellationHandler {
            await keeping.refusal()
        } onCancel: {
            keeping.giveUp(.cancelled("the attempt was ended before its journal had kept a step of it"))
        }
    }

    private static func refusal(_ fault: String) -> AgentError {
        AgentError(.permanent, errorType: ErrorType.invalidOutput, fault)
    }

    /// Ends a call of the agent: it can keep nothing any more.
    ///
    /// - Returns: what the turns of this call have used; `nil` if it had none.
    @inline(never)  // Keeps what it needs out of the frames of tasks.
    func endConversation() -> Contribution.Usage? {
        guard let conversation = run.conversation.load() else { return nil }
        isCounted = true
        return conversation.endCall()
    }
}
