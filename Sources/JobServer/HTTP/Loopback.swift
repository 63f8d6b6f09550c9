#if Server
    /// Which names and addresses only this machine can reach.
    enum Loopback {
        /// - Parameter host: a name or an address, IPv6 without brackets.
        static func contains(_ host: some StringProtocol) -> Bool {
            let name = host.lowercased()
            let octets = name.split(separator: ".", omittingEmptySubsequences: false)
            // Octets to the end: a name such as 127.example.org is somebody's.
            return name == "localhost" || name == "::1"
                || octets.count == 4 && octets[0] == "127" && octets.allSatisfy { UInt8($0) != nil }
        }
    }
#endif
