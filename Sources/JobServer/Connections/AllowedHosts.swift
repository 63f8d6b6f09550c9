#if Server
    /// The names by which a server may be asked.
    ///
    /// A web page whose name was made to resolve to this machine (DNS rebinding) sends that name as `Host`, and could
    /// run jobs by it where no token is required.
    struct AllowedHosts: Sendable {
        /// Whether only this machine can reach the server.
        let isLoopback: Bool
        /// The further names that the operator has given.
        let names: Set<String>

        init(isLoopback: Bool, names: [String]) {
            self.isLoopback = isLoopback
            self.names = Set(names.map { $0.lowercased() })
        }

        /// On loopback the names of this machine and those given. Elsewhere a token is required: any name if none was
        /// given, else those and every address, since probes ask by address.
        func contains(_ host: HostName) -> Bool {
            if Loopback.contains(host.name) || names.contains(host.name) { return true }
            return !isLoopback && (names.isEmpty || host.isAddress)
        }
    }
#endif
