/// What came of a request: one JSON object on one line of the control socket.
package struct StoreAnswer: Sendable, Hashable, Codable {
    /// The version of the form.
    package static let schemaVersion = 1

    /// Whether it was done, and is kept.
    package let isDone: Bool
    /// What was done, or why not and what to do, in sentences.
    package let message: String
    private let schemaVersion: Int

    private init(isDone: Bool, message: String) {
        self.isDone = isDone
        self.message = message
        schemaVersion = Self.schemaVersion
    }

    package static func done(_ message: String) -> StoreAnswer { StoreAnswer(isDone: true, message: message) }
    package static func refused(_ message: String) -> StoreAnswer { StoreAnswer(isDone: false, message: message) }

    private enum CodingKeys: String, CodingKey {
        case isDone = "done"
        case message
        case schemaVersion = "schema_version"
    }
}

/// Does what requests ask, in the process that holds the store.
package protocol StoreRequestHandler: Sendable {
    /// - Parameters:
    ///   - request: what is asked.
    ///   - by: who asks, as the kernel knows it.
    /// - Returns: what was done and is kept, or why it was not, in sentences.
    func answer(_ request: StoreRequest, by: String) async -> StoreAnswer
}
