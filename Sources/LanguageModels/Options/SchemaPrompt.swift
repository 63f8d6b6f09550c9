import Coordinator

/// The words that ask for an answer in a form where the service does not bind answers to it.
enum SchemaPrompt {
    /// A system prompt with the form.
    static func system(_ system: String, _ schema: OutputSchema) -> String {
        let form: JSONValue = schema.sent
        let text = (try? form.json()) ?? ""
        let words = "Answer with one JSON document that fits this JSON Schema, and with nothing else:\n\(text)"
        return system.isEmpty ? words : system + "\n\n" + words
    }
}
