import Coordinator

/// The JSON Schema (draft 2020-12) of job files, made from the same tables that read them.
public enum JobFileSchema {
    /// The schema as a JSON document.
    public static let document: JSONValue = {
        var schema = JobKeys.form.schema
        schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
        schema["title"] = "Coordinator job file"
        schema["description"] = "A job: what it is about, its inputs and limits, and the agents that work on it."
        schema["$defs"] = [
            "agent": definition(AgentKeys.form, "One agent of the job."),
            "role": definition(RoleKeys.form, "What an agent may see and write."),
            "condition": definition(ConditionKeys.form, "A condition on the blackboard, with one operator."),
            "breaker": definition(BreakerKeys.form, "When a circuit breaker opens and closes."),
        ]
        return .object(schema)
    }()

    /// The schema as text, indented, with keys in alphabetical order.
    public static let json: String = (try? document.json(pretty: true)) ?? "{}"

    static func definition<Value>(_ form: Form<Value>, _ about: String) -> JSONValue {
        var schema = form.schema
        schema["description"] = .string(about)
        return .object(schema)
    }
}

/// The JSON Schema (draft 2020-12) of manifests, made from the same tables that read them.
public enum AgentManifestSchema {
    /// The schema as a JSON document.
    public static let document: JSONValue = {
        var schema = ManifestKeys.form.schema
        schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
        schema["title"] = "Coordinator agent manifest"
        schema["description"] = "An agent in any language: what it is, what it can do, and what it may see and write."
        schema["$defs"] = [
            "role": JobFileSchema.definition(RoleKeys.form, "What an agent may see and write."),
            "breaker": JobFileSchema.definition(BreakerKeys.form, "When a circuit breaker opens and closes."),
        ]
        return .object(schema)
    }()

    /// The schema as text, indented, with keys in alphabetical order.
    public static let json: String = (try? document.json(pretty: true)) ?? "{}"
}
