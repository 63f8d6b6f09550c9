import Coordinator

/// The JSON Schema (draft 2020-12) of job files, made from the same tables that read them.
public enum JobFileSchema {
    /// The schema as a JSON document.
    public static let document = SchemaDocument.make(
        JobKeys.form, title: "Coordinator job file",
        about: "A job: what it is about, its inputs and limits, and the agents that work on it.",
        definitions: [
            "agent": SchemaDocument.definition(AgentKeys.form, "One agent of the job."),
            "role": SchemaDocument.role,
            "condition": SchemaDocument.definition(
                ConditionKeys.form, "A condition on the blackboard, with one operator."),
            "breaker": SchemaDocument.breaker, "sandbox": SchemaDocument.sandbox,
        ])

    /// The schema as text, indented, with keys in alphabetical order.
    public static let json = SchemaDocument.text(document)
}

/// The JSON Schema (draft 2020-12) of manifests, made from the same tables that read them.
public enum AgentManifestSchema {
    /// The schema as a JSON document.
    public static let document = SchemaDocument.make(
        ManifestKeys.form, title: "Coordinator agent manifest",
        about: "An agent in any language: what it is, what it can do, and what it may see and write.",
        definitions: [
            "role": SchemaDocument.role, "breaker": SchemaDocument.breaker, "sandbox": SchemaDocument.sandbox,
        ])

    /// The schema as text, indented, with keys in alphabetical order.
    public static let json = SchemaDocument.text(document)
}

/// What schemas of files are made of.
private enum SchemaDocument {
    static let role = definition(RoleKeys.form, "What an agent may see and write.")
    static let sandbox = definition(SandboxKeys.form, "How a program is confined.")
    static let breaker = definition(BreakerKeys.form, "When a circuit breaker opens and closes.")

    static func make<Value>(
        _ form: Form<Value>, title: String, about: String, definitions: JSONObject
    ) -> JSONValue {
        var schema = form.schema
        schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
        schema["title"] = .string(title)
        schema["description"] = .string(about)
        schema["$defs"] = .object(definitions)
        return .object(schema)
    }

    static func definition<Value>(_ form: Form<Value>, _ about: String) -> JSONValue {
        var schema = form.schema
        schema["description"] = .string(about)
        return .object(schema)
    }

    static func text(_ document: JSONValue) -> String { (try? document.json(pretty: true)) ?? "{}" }
}
