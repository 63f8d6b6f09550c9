import Coordinator
import Support

/// A job's document as it is kept: with the instructions and schemas that it names files for written out, so that the job
/// can be taken up wherever those files are by then, and is the same job whatever they hold.
enum KeptDocument {
    static func of(_ document: JSONValue, _ job: JobSpecification) -> JSONValue {
        guard var members = document.objectValue,
            case .array(var agents)? = members[ExactString(JobKeys.agents.name)], agents.count == job.agents.count
        else { return document }
        for (index, agent) in job.agents.enumerated() {
            guard case .model(let model) = agent.uses, case .object(let keys) = agents[index] else { continue }
            agents[index] = .object(written(keys, model))
        }
        members[ExactString(JobKeys.agents.name)] = .array(agents)
        return .object(members)
    }

    private static func written(_ keys: JSONObject, _ model: ModelAgentSpecification) -> JSONObject {
        var keys = keys
        if model.instructions.file != nil, !model.instructions.text.isEmpty {
            keys[ExactString(ModelAgentKeys.instructions.name)] = .string(model.instructions.text)
        }
        let output = ExactString(ModelAgentKeys.output.name)
        if model.output.schemaFile != nil, let schema = model.output.schema,
            case .object(var members)? = keys[output]
        {
            members[ExactString(ModelOutputKeys.schema.name)] = schema
            keys[output] = .object(members)
        }
        return keys
    }
}
