import Coordinator

/// One call of a tool, with all the requests that it takes.
struct ToolCalling: Sendable {
    /// How long to wait before a call is made again that only asked for that, at first and at most.
    private static let pauses: (first: Duration, most: Duration) = (.milliseconds(50), .milliseconds(250))

    let session: MCPSession
    let tool: String
    let arguments: JSONObject
    let deadline: ContinuousClock.Instant
    let report: @Sendable (String) -> Void

    /// What the call comes to.
    ///
    /// - Parameter reply: what a person answered to the question that this call asked before.
    func answer(_ reply: MCPReply?) async throws(MCPError) -> MCPAnswer {
        guard let reply else { return try await answer(with: [:]) }
        do {
            return try await answer(with: InputRequests.members(answering: reply))
        } catch {
            // What a server has to keep of a question may have gone with its process. Then it is asked again, and where it
            // asks the same of the person, it gets the same answer. After a "no" nothing is asked again.
            guard error.code == .refused, reply.isAccepted, session.version == .stateless else { throw error }
            guard case .inputRequired(let question) = try await answer(with: [:]),
                question.asksTheSame(as: reply.question)
            else { throw error }
            let again = MCPReply(question: question, isAccepted: true, content: reply.content)
            return try await answer(with: InputRequests.members(answering: again))
        }
    }

    private func answer(with members: JSONObject) async throws(MCPError) -> MCPAnswer {
        var members = members
        var pause = Self.pauses.first
        for _ in 0...MCPLimits.rounds {
            var params: JSONObject = ["name": .string(tool), "arguments": .object(arguments)]
            params.merge(members) { own, _ in own }
            let request = ServerRequest(session, "tools/call", target: tool)
            let reply = try await request.reply(params, isReported: true, until: deadline, reporting: report)
            switch reply.answer {
            case .failure(let fault): throw MCPError(fault, "the call of \(MCPText.line(tool, atMost: 60))")
            case .success(let result):
                switch try CallReading.outcome(result) {
                case .answer(let answer): return answer.telling(of: reply.questions)
                case .again(let state):
                    members = ["requestState": .string(state)]
                    do {
                        try await Task.sleep(for: pause)
                    } catch {
                        throw MCPError(.cancelled, "was not waited for: the task was cancelled")
                    }
                    pause = min(pause * 2, Self.pauses.most)
                }
            }
        }
        throw MCPError(.invalidAnswer, "wanted to be called again more than \(MCPLimits.rounds) times")
    }
}

extension MCPQuestion {
    /// Whether a person would see the same.
    fileprivate func asksTheSame(as other: MCPQuestion) -> Bool { message == other.message && schema == other.schema }
}

extension MCPAnswer {
    /// The answer, with what the tool wanted to ask a person while the call was open.
    fileprivate func telling(of questions: [String]) -> MCPAnswer {
        guard case .result(let text, let structured, let isError) = self, !questions.isEmpty else { return self }
        let notes = questions.map {
            "[The tool wanted to ask a person: \"\($0)\". Nobody can be asked during a call, and it was told so.]"
        }
        return .result(text: text + "\n" + notes.joined(separator: "\n"), structured: structured, isError: isError)
    }
}
