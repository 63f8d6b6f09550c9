#if Server
    import Glibc

    /// The host of an authority such as `localhost:8080` or `[::1]:8080` (RFC 3986, 3.2), without its port.
    struct HostName: Equatable {
        /// The name or address in lower case, IPv6 without brackets.
        let name: String
        /// Whether it is an address and no name. No web page can make the browser send an address that is not its own.
        let isAddress: Bool

        /// - Returns: `nil` for what is no host with an optional port.
        init?(authority: some StringProtocol) {
            let text = authority.lowercased()
            let end: String.Index
            if text.hasPrefix("[") {
                guard let bracket = text.firstIndex(of: "]") else { return nil }
                name = String(text[text.index(after: text.startIndex)..<bracket])
                guard Self.isIPv6(name) else { return nil }
                isAddress = true
                end = text.index(after: bracket)
            } else {
                end = text.firstIndex(of: ":") ?? text.endIndex
                name = String(text[..<end])
                guard !name.isEmpty, name.utf8.allSatisfy(Self.isPlain) else { return nil }
                isAddress = Self.isIPv4(name)
            }
            guard Self.isPort(text[end...]) else { return nil }
        }

        /// Letters, digits and what else stands in names; of escapes and user names there are none.
        private static func isPlain(_ byte: UInt8) -> Bool {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
            case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"): true
            default: false
            }
        }

        /// Nothing, or a colon and a port, which may be empty.
        private static func isPort(_ text: Substring) -> Bool {
            guard let colon = text.utf8.first else { return true }
            let digits = text.dropFirst()
            guard colon == UInt8(ascii: ":") else { return false }
            return digits.isEmpty || digits.utf8.allSatisfy { (0x30...0x39).contains($0) } && UInt16(digits) != nil
        }

        private static func isIPv4(_ text: String) -> Bool {
            var address = in_addr()
            return inet_pton(AF_INET, text, &address) == 1
        }

        private static func isIPv6(_ text: String) -> Bool {
            var address = in6_addr()
            return inet_pton(AF_INET6, text, &address) == 1
        }
    }
#endif
