import Coordinator
import Support
import TelemetryCatalog

/// The tools of which a person is asked before each call, by their names, or by `server.*` for all of a server.
struct ApprovedTools: Sendable {
    let names: Set<String>

    /// Whether a person is asked before this tool is called.
    func contains(_ tool: String) -> Bool { names.contains(tool) || Self.all(of: tool).map(names.contains) ?? false }

    /// - Throws: ``AgentError``, permanent, when a name is none of the tools': whoever wrote it believes that a person is
    ///   asked, and nobody would be.
    func check(_ tools: [String]) throws(AgentError) {
        let known = Set(tools).union(tools.compactMap(Self.all))
        guard let name = names.subtracting(known).min() else { return }
        throw AgentError(
            .permanent, errorType: ErrorType.invalidInput,
            "a person is to approve each call of '\(ForeignText.line(name, atMost: 120))', and there is no such tool, so nobody "
                + "would ever be asked" + Suggestion.ending(for: name, among: known.sorted(), known: "there are")
                + "; the model was not asked")
    }

    /// The name that stands for all tools of this one's server. It is cut at its bytes: for `Character` a dot and an accent
    /// after it are one, so that a server could name its tools past it.
    private static func all(of tool: String) -> String? {
        tool.utf8.firstIndex(of: UInt8(ascii: ".")).map { tool[..<$0] + ".*" }
    }
}
