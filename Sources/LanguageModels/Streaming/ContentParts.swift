import Coordinator

/// The text of a message's content, which protocols have as text and as a list of parts.
enum ContentParts {
    /// The text; parts that hold no text of the answer, such as what the model thought, are left out.
    static func text(_ content: JSONValue?) -> String {
        joined(content, types: ["text", "output_text"], member: "text")
    }

    /// What the model says instead of an answer.
    static func refusal(_ content: JSONValue?) -> String {
        content?.stringValue == nil ? joined(content, types: ["refusal"], member: "refusal") : ""
    }

    private static func joined(_ content: JSONValue?, types: Set<String>, member: String) -> String {
        switch content {
        case .string(let text): return text
        case .array(let parts):
            return parts.map { part in
                part.stringValue.map { member == "text" ? $0 : "" } ?? joined(part, types: types, member: member)
            }.joined()
        case .object(let part):
            if let type = part["type"]?.wireText {
                guard types.contains(type) else { return "" }
            } else if member != "text" {
                return ""
            }
            let value = part[member]
            return value?.stringValue ?? value?["value"]?.stringValue ?? ""
        default: return ""
        }
    }
}
