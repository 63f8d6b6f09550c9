import Coordinator
import Support

/// Reads what a call came to.
enum CallReading {
    /// An answer, or the wish to be called again without a person's having been asked.
    enum Outcome: Sendable, Hashable {
        case answer(MCPAnswer)
        case again(state: String)
    }

    /// - Throws: ``MCPError`` of code `invalidAnswer`.
    static func outcome(_ result: JSONObject) throws(MCPError) -> Outcome {
        switch result["resultType"]?.stringValue ?? "complete" {
        case "complete": return .answer(try complete(result))
        case "input_required": return try InputRequests.outcome(result)
        case let other:
            throw MCPError(.invalidAnswer, "answered with a result of type \"\(MCPText.line(other, atMost: 60))\"")
        }
    }

    private static func complete(_ result: JSONObject) throws(MCPError) -> MCPAnswer {
        guard let content = result["content"]?.arrayValue ?? (result["structuredContent"] == nil ? nil : []) else {
            throw MCPError(.invalidAnswer, "answered tools/call without content")
        }
        var structured = result["structuredContent"]
        if structured == .null { structured = nil }
        var text = ""
        var omitted = 0
        for block in content {
            let words = words(of: block)
            // What there is no room for is not even looked at.
            guard text.utf8.count < MCPLimits.text else {
                omitted += words.utf8.count
                continue
            }
            let (kept, rest) = MCPText.block(words, atMost: MCPLimits.text - text.utf8.count)
            text += (text.isEmpty ? "" : "\n") + kept
            omitted += rest
        }
        if let value = structured {
            let bytes = (try? value.jsonBytes(pretty: false)) ?? []
            if bytes.count > MCPLimits.text {
                structured = nil
                omitted += bytes.count
            } else if text.isEmpty {
                text = ForeignText.json(String(decoding: bytes, as: UTF8.self))
            }
        }
        if omitted > 0 { text += "\n[\(omitted) more bytes were left out]" }
        return .result(text: text, structured: structured, isError: result["isError"]?.boolValue ?? false)
    }

    /// What a part of the content says; of what is no text, what it is.
    private static func words(of block: JSONValue) -> String {
        let kind = block["type"]?.stringValue ?? ""
        switch kind {
        case "text": return block["text"]?.stringValue ?? ""
        case "image", "audio": return media(kind, block["mimeType"], block["data"])
        case "resource":
            let resource = block["resource"]
            if let text = resource?["text"]?.stringValue { return text }
            return media("resource \(short(resource?["uri"]))", resource?["mimeType"], resource?["blob"])
        case "resource_link": return "[link to \(short(block["uri"])) \(short(block["name"]))]"
        default: return "[content of type \"\(short(block["type"]))\" left out]"
        }
    }

    private static func media(_ what: String, _ type: JSONValue?, _ data: JSONValue?) -> String {
        // Four digits of base64 are three bytes.
        let size = (data?.stringValue?.utf8.count ?? 0) / 4 * 3
        return "[\(what) of type \(short(type)), about \(size) bytes, left out]"
    }

    private static func short(_ value: JSONValue?) -> String { MCPText.line(value?.stringValue ?? "", atMost: 200) }
}
