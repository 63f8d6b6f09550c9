/// A way to tell people something, tried once by each call.
package protocol NoticeSender: Sendable {
    /// Where it goes, as messages show it.
    var address: String { get }

    /// Sends a notice once.
    ///
    /// - Throws: ``NoticeFailure``, or `CancellationError`.
    func send(_ notice: JobNotice) async throws
}

/// Why a notice did not arrive, or nobody knows whether it did.
package struct NoticeFailure: Error, CustomStringConvertible {
    /// Whether another try cannot help.
    package let isFinal: Bool
    /// What happened.
    package let message: String

    package init(isFinal: Bool = false, _ message: String) {
        self.isFinal = isFinal
        self.message = message
    }

    package var description: String { message }
}

/// A key that two sides share; it is never printed.
package struct SigningKey: Sendable, CustomStringConvertible, CustomReflectable {
    let bytes: [UInt8]

    package init(_ text: String) { bytes = Array(text.utf8) }

    package var description: String { "<hidden>" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
