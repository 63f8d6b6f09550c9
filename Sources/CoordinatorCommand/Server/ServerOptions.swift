#if Server
    import ArgumentParser
    import Glibc
    import JobServer
    import Support
    import Telemetry

    /// Where a server listens, and the token its callers need.
    struct ServerOptions: ParsableArguments {
        @Option(help: ArgumentHelp("The address to listen on.", valueName: "address"))
        var host = "127.0.0.1"

        @Option(help: ArgumentHelp("The port to listen on; 0 takes a free one.", valueName: "port"))
        var port = 8080

        @Option(
            help: ArgumentHelp(
                "A file with the bearer token that callers must show; required when --host is not loopback.",
                valueName: "file"), completion: .file())
        var tokenFile: String?

        @Option(
            help: ArgumentHelp(
                "A name by which the server may be asked, beside those of this machine, such as that of a proxy before it; "
                    + "may be repeated. Off loopback without it: any name.", valueName: "name"))
        var allowedHost: [String] = []

        @Option(
            help: ArgumentHelp(
                "How long running jobs may go on after SIGTERM before they are cancelled.", valueName: "duration"),
            transform: DurationArgument.any)
        var drainTimeout = JobService.Limits().drainTime

        @Option(help: "How log lines are written to standard error.")
        var logFormat = ConsoleLogHandler.Format.text

        func validate() throws {
            guard (0...65535).contains(port) else {
                throw ValidationError("--port \(port): a port is a number from 0 to 65535.")
            }
            guard !host.isEmpty, !host.hasPrefix("[") else {
                throw ValidationError(
                    "--host \(host): a host is a name or an address such as 127.0.0.1 or ::1, without brackets.")
            }
            for name in allowedHost where !JobServer.Configuration.isHost(name) {
                throw ValidationError(
                    "--allowed-host \(name): a host is a name or an address, without http:// and without a port.")
            }
        }

        /// - Parameter made: the token that was made for a store, which counts where none is given.
        /// - Throws: an exit code, after printing what is wrong with the token.
        func configuration(_ made: BearerToken? = nil) throws -> JobServer.Configuration {
            var configuration = JobServer.Configuration(host: host, port: port, allowedHosts: allowedHost)
            configuration.token = try tokenFile.map(token) ?? made
            guard configuration.token != nil || configuration.isLoopback else {
                throw Self.unusable(
                    "--host \(host) can be reached from other machines, and whoever reaches the server runs jobs on "
                        + "this one: give --token-file, or listen on 127.0.0.1")
            }
            return configuration
        }

        private func token(_ path: String) throws -> BearerToken {
            let bytes: [UInt8]
            do {
                // A file with more bytes than the longest token is recognised as too long.
                bytes = try FileBytes.read(path: path, limit: BearerToken.maximumLength + 1) {
                    Console.error("\(path) is a pipe; waiting for the token that is written to it")
                }
            } catch {
                // A file that is there may hold the token that callers know: nothing is said that would replace it.
                let remedy =
                    error.isMissing
                    ? "make one with: openssl rand -hex 32 > \(path)" : "give a file that this user may read"
                throw Self.unusable("--token-file \(path): \(error); \(remedy)")
            }
            var status = stat()
            if stat(path, &status) == 0, status.st_mode & 0o077 != 0 {
                Console.error("warning: \(path) can be read by others; chmod 600 \(path)")
            }
            guard let token = BearerToken(String(decoding: bytes, as: UTF8.self).filter { !$0.isNewline }) else {
                throw Self.unusable(
                    "--token-file \(path): a token is one line of \(BearerToken.minimumLength) to "
                        + "\(BearerToken.maximumLength) visible ASCII characters; openssl rand -hex 32 prints one")
            }
            return token
        }

        private static func unusable(_ words: String) -> any Error {
            Console.error("error: \(words)")
            return Exit.unusable
        }
    }
#endif
