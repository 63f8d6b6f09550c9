/// The most that is taken from a server of tools, whatever it sends.
package enum MCPLimits {
    /// The longest message, in bytes. 8 MiB.
    package static let message = 8 << 20
    /// The most bytes that one answer of a service may have, with all that comes before it. 32 MiB.
    package static let answer = 32 << 20
    /// The most calls that are open at a time on one connection. 64.
    package static let calls = 64
    /// The most messages of a connection that belong to no open call or are none: lines of text, answers to nothing,
    /// requests of the server, notifications. A server that sends more is ended. 10,000.
    package static let strays = 10_000
    /// The most notices of progress of one call that are passed on; further ones are dropped. 1,000.
    package static let progress = 1_000
    /// The most characters of a notice of progress. 300.
    package static let progressText = 300
    /// The most pages of a list of tools. 100.
    package static let pages = 100
    /// The most tools of a server. 1,000.
    package static let tools = 1_000
    /// The most characters of a tool's name. 128.
    package static let name = 128
    /// The most bytes of a tool's description that are shown. 2 KiB.
    package static let description = 2 << 10
    /// The most bytes of the schema of a tool's arguments. 64 KiB.
    package static let schema = 64 << 10
    /// The most bytes of a result's text, and of its structured part. 256 KiB.
    package static let text = 256 << 10
    /// The most bytes of a question to a person, and of the form in which it is answered. 16 KiB.
    package static let question = 16 << 10
    /// The most characters of a server's words in an error. 500.
    package static let words = 500
    /// The most lines of a server's standard error that are logged. 1,000.
    package static let logLines = 1_000
    /// How often a call is made again without a person, for a server that only asks to be called again. 10.
    package static let rounds = 10
    /// How long a server may take to be ready, where the first call of it would not wait so long: others may. 60 s.
    package static let opening = Duration.seconds(60)
    /// How long a server may take to say which versions it knows, until it is taken for one of the era before. 5 s.
    package static let probe = Duration.seconds(5)
    /// How long a program may take to end when its input is closed. 2 s.
    package static let closing = Duration.seconds(2)
    /// How long a program has between SIGTERM and SIGKILL. 1 s.
    package static let terminationGrace = Duration.seconds(1)
    /// How long a service may take to hear that a call or a session is given up. 2 s.
    package static let farewell = Duration.seconds(2)
}
