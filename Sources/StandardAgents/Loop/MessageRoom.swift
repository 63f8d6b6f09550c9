import LanguageModels

/// Makes room in a long conversation: what tools answered long ago goes first.
enum MessageRoom {
    /// What stands in place of a result that was left out.
    static let note = "(left out, to make room; call the tool again if you need it)"

    /// The messages of a request, with the oldest results of tools left out until all fit the model's context.
    static func fitted(_ request: ModelRequest, to model: AgentModel) -> [ModelMessage] {
        var messages = request.messages
        let room = (model.contextTokens - model.answerTokens) * TokenEstimate.bytesPerToken
        var size = request.textBytes
        guard size > room else { return messages }
        // Those of the last answer are what the model waits for.
        let last = messages.lastIndex { if case .assistant = $0 { true } else { false } } ?? messages.count
        for index in messages.indices where index < last && size > room {
            guard case .toolResult(let id, let content, let isError) = messages[index],
                content.utf8.count > note.utf8.count
            else { continue }
            size -= content.utf8.count - note.utf8.count
            messages[index] = .toolResult(callID: id, content: note, isError: isError)
        }
        return messages
    }
}
