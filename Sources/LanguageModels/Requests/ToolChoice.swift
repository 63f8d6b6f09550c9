/// Which of the tools on offer a model is to call.
///
/// Services differ in what they take of it. A choice that a service refuses is left out, and the answer's
/// ``ModelResponse/leftOut`` names `tool_choice`; the model then chooses by itself.
public enum ToolChoice: Sendable, Hashable {
    /// The model calls tools or answers, as it sees fit.
    case automatic
    /// The model has to call one or several tools.
    case required
    /// The model has to answer. Tools may still be named to it, since calls of them stand in the conversation.
    case none
    /// The model has to call this tool.
    case named(String)
}

extension ModelRequest {
    /// Whether the service is asked to bind the answer to its form, which none does while the model may call tools.
    var bindsAnswer: Bool { schema != nil && (tools.isEmpty || toolChoice == .none) }

    /// The choice as it can be sent: only among tools that are on offer.
    var sentToolChoice: ToolChoice {
        switch toolChoice {
        case .named(let name): tools.contains { $0.name == name } ? toolChoice : .automatic
        case .automatic, .required, .none: tools.isEmpty ? .automatic : toolChoice
        }
    }
}
