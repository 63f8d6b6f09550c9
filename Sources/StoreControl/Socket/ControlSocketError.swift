/// Why the control socket of a store cannot be used.
package struct ControlSocketError: Error, Sendable, CustomStringConvertible {
    package enum Code: Sendable, Hashable {
        /// Nobody listens there: no process holds the store, or its holder does not listen yet.
        case nobodyListens
        /// It cannot be made, reached, read or written.
        case unusable
        /// The holder did not answer in time, or in another form: nobody knows whether it did what was asked.
        case noAnswer
    }

    package let code: Code
    /// What is wrong, where, and what to do.
    package let description: String

    init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}
