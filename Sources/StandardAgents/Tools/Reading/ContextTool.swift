import Coordinator
import Support

/// Reads the blackboard, as far as the agent's role may.
struct ContextTool: AgentTool {
    let view: RoleView

    let name = "context"
    let description =
        "Reads what the job knows at a path: names with dots between them. Without `path` it tells which you may read."
    let hasEffects = false
    let parameters = JSONValue.arguments(["path": .text("The path, such as task.requirements or artifacts.review.")])

    func call(_ arguments: JSONObject, _ call: ToolContext) async throws -> ToolResult {
        let readable = view.role.reads.map(\.description).joined(separator: ", ")
        guard let text = arguments["path"]?.stringValue, !text.isEmpty else {
            return ToolResult("You may read: \(readable).")
        }
        let shown = ForeignText.line(text, atMost: 200)
        do {
            guard let value = try view.value(at: try ContextPath(text)) else {
                return ToolResult("There is nothing at \(shown).")
            }
            return ToolResult(try value.stringValue ?? value.json())
        } catch let error as ContextPathError {
            return ToolRefusal("\(shown) is no path: \(error.problem). Write names with dots between them.").result
        } catch is ContextError {
            return ToolRefusal("You may not read \(shown). You may read: \(readable).").result
        }
    }
}
