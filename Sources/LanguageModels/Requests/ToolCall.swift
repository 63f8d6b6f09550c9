import Coordinator
import Support

/// A call that a model asks for.
///
/// It is one that the service tells apart from the answer's text. What a small model writes into its text instead, such as
/// `<tool_call>{"name": …}</tool_call>`, stays text: nobody can tell it from an example that the model gives, or from words
/// of a file that it repeats. A server that is set up for its model takes it out of the text itself.
public struct ToolCall: Sendable, Hashable {
    /// The most characters of a name that are kept of an answer. 256; no service takes more.
    public static let nameLength = 256
    /// The most bytes of JSON that ``attachment`` may have. 1 MiB; a larger one is left out.
    public static let attachmentBytes = 1 << 20

    /// The service's name for this call; the result goes back under it. In an answer no two calls have the same.
    public var id: String
    /// The tool; empty where the model named none.
    public var name: String
    /// The arguments as JSON text, as the model wrote it: it may not be valid. See ``readArguments()``.
    public var arguments: String
    /// What the service wants back with the call, in its own form, such as what the model thought before it, or a
    /// signature of that; `nil` for nothing. Services refuse the conversation without it, so that whoever keeps a
    /// conversation keeps it too.
    public var attachment: JSONValue?

    /// Describes a call.
    public init(id: String, name: String, arguments: String, attachment: JSONValue? = nil) {
        self.id = id
        self.name = name
        self.arguments = arguments
        self.attachment = attachment
    }
}

extension ToolCall {
    /// Why arguments cannot be used, in words that the model can mend them by.
    public struct ArgumentsError: Error, Sendable, Hashable, CustomStringConvertible {
        /// The most characters of the arguments that are quoted. 200.
        public static let quotedLength = 200

        /// What is wrong, where, and how the arguments begin.
        public let description: String

        init(_ what: String, _ text: String) {
            let start = text.prefix(Self.quotedLength)
            description =
                "\(what); arguments are one JSON object, such as {\"path\": \"README.md\"}, and these "
                + (start.isEmpty
                    ? "are empty"
                    : "\(start.count < text.count ? "begin with" : "are") \(String(start).debugDescription)")
        }
    }

    /// How often a text may hold the text of another document, until it is no longer looked into. 3.
    private static let encodingLimit = 3

    /// The arguments as an object.
    ///
    /// Some services encode the object once more, as JSON text within JSON text, or send `{}` before it: these are
    /// understood. `null` stands for no arguments.
    ///
    /// - Throws: ``ArgumentsError`` for anything else than one object.
    public func readArguments() throws(ArgumentsError) -> JSONObject {
        var text = arguments
        for _ in 0..<Self.encodingLimit {
            let value: JSONValue
            do {
                value = try JSONValue(json: text.utf8)
            } catch {
                let rest = text.trimmingWhitespace()
                if rest.hasPrefix("{}"), let later = (try? JSONValue(json: rest.utf8.dropFirst(2)))?.objectValue {
                    return later
                }
                throw ArgumentsError("the arguments are no JSON: \(error.jsonFault)", arguments)
            }
            switch value {
            case .object(let members): return members
            case .null: return [:]
            case .string(let inner): text = inner
            default: throw ArgumentsError("the arguments are a JSON \(value.kindName)", arguments)
            }
        }
        throw ArgumentsError("the arguments are JSON text within JSON text", arguments)
    }
}
