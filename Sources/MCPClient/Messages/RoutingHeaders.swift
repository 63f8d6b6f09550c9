import Coordinator
import CurlClient
import Foundation
import Support

/// What a request says of itself outside of its body, so that whoever passes it on need not read that.
///
/// The names are those of the protocol's transport over HTTP, version ``MCPVersion/stateless``; a server refuses a request
/// whose headers are missing or say something else than its body.
enum RoutingHeaders {
    static let version = "mcp-protocol-version"
    static let session = "mcp-session-id"

    /// The most members of a tool's schema that are looked at for arguments to repeat. 1,000.
    static let schemaLimit = 1_000

    /// The headers of a message.
    ///
    /// - Parameter schemas: the schemas of the tools that are known, by name.
    static func of(_ message: RPCMessage, _ schemas: [ExactString: JSONValue]) -> [HTTPHeader] {
        guard case .request(_, let method, let params) = message else { return [] }
        var headers = [HTTPHeader("mcp-method", method)]
        guard method == "tools/call", let name = params["name"]?.stringValue else { return headers }
        headers.append(HTTPHeader("mcp-name", encoded(name)))
        if let schema = schemas[ExactString(name)] {
            headers += arguments(params["arguments"] ?? [:], named: schema)
        }
        return headers
    }

    /// The arguments that a tool's schema wants repeated, by the names that it gives them (`x-mcp-header`).
    private static func arguments(_ arguments: JSONValue, named schema: JSONValue) -> [HTTPHeader] {
        var headers: [HTTPHeader] = []
        var seen: Set<String> = []
        // Only what is reached by properties of properties counts.
        var rest = [(schema, arguments)]
        var looked = 0
        while let (schema, value) = rest.popLast() {
            for (name, property) in (schema["properties"]?.objectValue ?? [:]).sorted(by: { $0.key < $1.key }) {
                looked += 1
                guard looked <= schemaLimit else { return [] }
                guard let given = value[name.string], given != .null else { continue }
                rest.append((property, given))
                guard let header = property["x-mcp-header"]?.stringValue, let text = scalar(given) else { continue }
                guard isToken(header), seen.insert(header.lowercased()).inserted else { return [] }
                headers.append(HTTPHeader("mcp-param-" + header, encoded(text)))
            }
        }
        return headers
    }

    private static func scalar(_ value: JSONValue) -> String? {
        switch value {
        case .string(let text): text
        case .bool(let value): value ? "true" : "false"
        case .integer(let number): "\(number)"
        default: nil
        }
    }

    private static func isToken(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                    || "!#$%&'*+-.^_`|~".utf8.contains(byte)
            }
    }

    /// A text as it is, or in base64 where it could not be a header's value.
    static func encoded(_ text: String) -> String {
        let isPlain =
            text.utf8.allSatisfy { (0x20...0x7E).contains($0) } && text.utf8.first != 0x20 && text.utf8.last != 0x20
            && !(text.hasPrefix("=?base64?") && text.hasSuffix("?="))
        return isPlain ? text : "=?base64?\(Data(text.utf8).base64EncodedString())?="
    }
}
