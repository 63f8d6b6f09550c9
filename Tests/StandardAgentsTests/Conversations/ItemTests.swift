import Coordinator
import StandardAgents
import Testing

/// Agents made of a model that work on each of a list, or of the members of an object.
@Suite(.timeLimit(.minutes(5))) struct ItemsOfModelAgents {
    @Test func modelIsToldTheKeyOfItsElement() async throws {
        let model = SpokenModel([.text("Good.")])
        let agent = ModelAgent(
            model: model, contextTokens: 8_192, instructions: "Say what you think of it.", input: ["file"],
            output: "artifacts.said")
        let context = JobContext(
            id: "j", task: JobTask(description: "Look."), artifacts: ["files": ["src/calc.py": "x = 1"]],
            fields: [FieldDeclaration("artifacts.said", merge: .merge)])
        let coordinator = JobCoordinator(context)
        try coordinator.register(
            AgentTask(
                "reader", role: Role(name: "reader", reads: ["**"], writes: ["artifacts.said"]),
                forEach: ForEach("artifacts.files", as: "file"), agent: agent))
        let result = try await coordinator.executeParallel()
        #expect(result["reader"]?.outcome == .succeeded, "\(result["reader"]?.error ?? "")")
        guard case .user(let prompt) = try #require(model.requests.first).messages.first else {
            return #expect(Bool(false))
        }
        #expect(prompt.contains("src/calc.py") && prompt.contains("x = 1"), "\(prompt)")
    }
}
