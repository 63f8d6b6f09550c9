import Coordinator

/// Which single tool a refusal is about.
///
/// The schemas of tools come from many hands, and one that a service does not take is no reason to do without the others.
extension Refusal {
    /// - Parameter tools: the tools in the order in which they were sent.
    /// - Returns: the index of the one that the refusal names by its place, `tools[3].function.parameters`, or by its name,
    ///   `Invalid schema for function 'look'`; `nil` where it names none.
    func tool(among tools: [ModelTool]) -> Int? {
        for path in paths {
            guard let list = path.firstIndex(of: "tools"), list + 1 < path.count, let index = Int(path[list + 1]) else {
                continue
            }
            return tools.indices.contains(index) ? index : nil
        }
        // A text of a service has a bound, and so has a path in it.
        if let match = text.firstMatch(of: /tools(?:\.|\[)(\d{1,4})(?:\.|\])/), let index = Int(match.1) {
            return tools.indices.contains(index) ? index : nil
        }
        return tools.firstIndex { tool in
            ["function", "tool"].contains { noun in
                ["'", "\"", "`"].contains { text.contains("\(noun) \($0)\(tool.name)\($0)") }
            }
        }
    }
}
