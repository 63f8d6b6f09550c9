import Coordinator
import Support

/// Reads what a server says of its tools. Nothing of it is believed: names that nobody could call, schemas that are none
/// and tools of a name that was there already are left out, and told.
struct ToolListing: Sendable {
    /// The tools, in the server's order.
    private(set) var tools: [MCPTool] = []
    /// What was left out and why, in words.
    private(set) var omissions: [String] = []
    private var names: Set<ExactString> = []

    init() {}

    /// The most omissions that are told.
    static let omissionLimit = 20

    /// Takes a page of the list.
    ///
    /// - Returns: where the next page begins; `nil` after the last one.
    /// - Throws: ``MCPError`` of code `invalidAnswer`: this is no list of tools, or one of too many.
    mutating func take(_ page: JSONObject) throws(MCPError) -> String? {
        guard let elements = page["tools"]?.arrayValue else {
            throw MCPError(.invalidAnswer, "answered tools/list without a list of tools")
        }
        for element in elements {
            guard tools.count < MCPLimits.tools else {
                throw MCPError(.invalidAnswer, "has more than \(MCPLimits.tools) tools. Let it offer fewer.")
            }
            do throws(Unusable) {
                tools.append(try Self.tool(element, &names))
            } catch {
                if omissions.count < Self.omissionLimit { omissions.append(error.reason) }
            }
        }
        guard let next = page["nextCursor"]?.stringValue else { return nil }
        return next
    }

    private struct Unusable: Error {
        let reason: String
    }

    private static func tool(_ value: JSONValue, _ names: inout Set<ExactString>) throws(Unusable) -> MCPTool {
        guard let name = value["name"]?.stringValue, !name.isEmpty else {
            throw Unusable(reason: "a tool without a name")
        }
        let shown = "the tool \"\(MCPText.line(name, atMost: 60))\""
        guard name.utf8.count <= MCPLimits.name, !name.unicodeScalars.contains(where: ForeignText.acts) else {
            throw Unusable(
                reason: "\(shown): its name has more than \(MCPLimits.name) bytes, or characters that cannot be seen")
        }
        guard let schema = value["inputSchema"], schema.objectValue != nil else {
            throw Unusable(reason: "\(shown): the schema of its arguments is no object")
        }
        guard let canonical = try? schema.jsonBytes(pretty: false), canonical.count <= MCPLimits.schema else {
            throw Unusable(reason: "\(shown): the schema of its arguments has more than \(MCPLimits.schema) bytes")
        }
        guard names.insert(ExactString(name)).inserted else {
            throw Unusable(reason: "\(shown): there is one of this name")
        }
        let description = value["description"]?.stringValue ?? ""
        let (text, omitted) = MCPText.block(description, atMost: MCPLimits.description)
        return MCPTool(
            name: name, description: omitted > 0 ? text + "… (\(omitted) more bytes)" : text, parameters: schema,
            digest: digest(name, description, schema))
    }

    /// Of a document that is the same whatever the order of its members was.
    private static func digest(_ name: String, _ description: String, _ schema: JSONValue) -> String {
        let document: JSONValue = [
            "name": .string(name), "description": .string(description), "inputSchema": schema,
        ]
        // Numbers that JSON does not have are written as texts, so that there is always a document.
        let bytes = (try? document.jsonBytes(pretty: false)) ?? []
        return "sha256:" + SHA256.hexDigits(of: bytes)
    }
}
