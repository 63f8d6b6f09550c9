import Coordinator
import CurlClient
import Support

/// What one event of a stream holds.
enum EventContent: Sendable, Hashable {
    /// A piece of the answer.
    case document(JSONObject)
    /// The mark that ends a stream, `[DONE]`.
    case end
}

extension ServerSentEvents.Event {
    /// The words with which services keep a connection alive that has nothing to say.
    private static let signsOfLife: Set<String> = ["ping", "[ping]", "pong", "keepalive", "keep-alive", "heartbeat"]

    /// What the event holds; nothing for one that only keeps the connection alive.
    ///
    /// - Parameter service: the service's name, for messages.
    /// - Throws: ``ModelError`` for text that is no JSON object.
    func contents(_ service: String) throws(ModelError) -> [EventContent] {
        let text = data.trimmingWhitespace()
        if text.isEmpty || Self.signsOfLife.contains(text.lowercased()) { return [] }
        if let content = Self.content(text) { return [content].compactMap(\.self) }
        if name == "error" {
            throw ServiceFailure(status: nil, document: .null, service: service, otherwise: text).error
        }
        // Some services leave out the blank line between events, so that their lines become one.
        let lines = text.split(whereSeparator: \.isNewline).map { Self.content(String($0)) }
        if lines.count > 1, lines.allSatisfy({ $0 != nil }) { return lines.compactMap { $0 ?? nil } }
        throw ModelError(.invalidResponse, "\(service) sent an event that is not a JSON object")
    }

    /// - Returns: `nil` for text that is no JSON object, `.some(nil)` for `null`.
    private static func content(_ text: String) -> EventContent?? {
        if text.uppercased() == "[DONE]" { return .some(.end) }
        guard let document = try? JSONValue(json: text.utf8) else { return nil }
        if document == .null { return .some(nil) }
        guard let members = document.objectValue else { return nil }
        return .some(.document(members))
    }
}
