#if Server
    /// The token that callers must send: `Authorization: Bearer TOKEN` (RFC 6750). Its description hides it.
    package struct BearerToken: Sendable, CustomStringConvertible, CustomReflectable {
        /// The shortest token that is accepted, in bytes.
        package static let minimumLength = 16
        /// The longest token that is accepted, in bytes, since headers are limited too.
        package static let maximumLength = 4096

        /// The name under which the journal keeps what its owner did.
        let name: String
        private let bytes: [UInt8]

        /// - Parameter name: the name under which the journal keeps what its owner did.
        /// - Returns: `nil` when the text is shorter than ``minimumLength``, longer than ``maximumLength``, or has
        ///   characters that a header cannot carry.
        package init?(_ text: String, name: String = "token") {
            let bytes = Array(text.utf8)
            guard (Self.minimumLength...Self.maximumLength).contains(bytes.count),
                bytes.allSatisfy({ (0x21...0x7E).contains($0) })
            else {
                return nil
            }
            self.name = name
            self.bytes = bytes
        }

        /// Whether a text is the token; takes the same time wherever the two differ.
        func matches(_ text: some StringProtocol) -> Bool {
            let other = Array(text.utf8)
            var difference = UInt8(other.count == bytes.count ? 0 : 1)
            for index in bytes.indices { difference |= bytes[index] ^ (index < other.count ? other[index] : 0) }
            return difference == 0
        }

        package var description: String { "<token>" }
        package var customMirror: Mirror { Mirror(self, children: []) }
    }
#endif
