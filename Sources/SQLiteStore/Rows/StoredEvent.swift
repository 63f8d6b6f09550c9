import Coordinator
import Foundation

/// An event as its row holds it: the envelope and the payload apart, both as JSON text.
struct StoredEvent: Sendable {
    /// From how many bytes on a payload is kept once, however many events have it.
    static let sharedFrom = 4_096

    let sequence: Int
    let envelope: [UInt8]
    /// `nil` for an event that has none.
    let payload: [UInt8]?
    /// The digest of the payload, or of no bytes.
    let digest: Digest

    /// How many bytes its text has.
    var bytes: Int { envelope.count + (payload?.count ?? 0) }

    /// Whether the payload stands in the table of shared values, and not in the row.
    var isShared: Bool { (payload?.count ?? 0) >= Self.sharedFrom }

    /// Writes an event as JSON.
    ///
    /// - Throws: an `EncodingError` for numbers that JSON does not have.
    init(_ event: JobEvent) throws {
        guard case .object(var members) = try JSONValue(encoding: event) else {
            throw StoreError(.unavailable, "event \(event.sequence) of job '\(event.jobID)' is no JSON object")
        }
        payload = try members.removeValue(forKey: "payload").map { try $0.jsonBytes(pretty: false) }
        envelope = try JSONValue.object(members).jsonBytes(pretty: false)
        digest = try Digest(payload ?? [])
        sequence = event.sequence
    }

    /// Reads the event again.
    ///
    /// - Throws: a `DecodingError`.
    static func event(envelope: [UInt8], payload: [UInt8]?) throws -> JobEvent {
        let json = try JSONValue(json: envelope)
        guard let payload, case .object(var members) = json else { return try json.decoded() }
        members["payload"] = try JSONValue(json: payload)
        return try JSONValue.object(members).decoded()
    }
}
