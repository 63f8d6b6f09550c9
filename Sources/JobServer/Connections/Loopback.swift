#if Server
    /// The names and addresses that only this machine can reach.
    enum Loopback {
        /// - Parameter host: a name or an address, IPv6 without brackets.
        static func contains(_ host: some StringProtocol) -> Bool {
            let name = host.lowercased()
            let octets = name.split(separator: ".", omittingEmptySubsequences: false)
            // All four parts must be octets: 127.example.org is the name of another machine.
            return name == "localhost" || name == "::1"
                || octets.count == 4 && octets[0] == "127" && octets.allSatisfy { UInt8($0) != nil }
        }
    }
#endif
