#if Server
    /// What one connection may cost a server, and how long each step of a request may take whatever trickles in.
    package struct ConnectionLimits: Sendable {
        /// The longest request target, in bytes; 8 KiB by default. A longer one is answered with 414.
        package var target = 8 << 10
        /// The most bytes of a request's header fields, target and trailers included; 64 KiB by default. More are
        /// answered with 431.
        package var headerBytes = 64 << 10
        /// The most header fields of a request, trailers included; 128 by default. More are answered with 431.
        package var headerFields = 128
        /// The most bytes of a request's body; 1 MiB by default. More are answered with 413, before they are read where
        /// they are announced.
        package var bodyBytes = 1 << 20
        /// The most bytes that the framing of a chunked body may have beyond that of chunks of one byte each, such as
        /// extensions of chunks; 64 KiB by default.
        package var framingBytes = 64 << 10
        /// From the first byte of a request to the end of its header fields; 10 s by default, then 408.
        package var headTime = Duration.seconds(10)
        /// From there to the end of the body; 30 s by default, then 408.
        package var bodyTime = Duration.seconds(30)
        /// How long a client may accept nothing of a response that it has been sent; 30 s by default.
        package var writeTime = Duration.seconds(30)
        /// How long a connection may be idle between requests; 60 s by default.
        package var idleTime = Duration.seconds(60)
        /// How long what a client still sends is read and dropped after the last response, so that the response reaches
        /// it; 2 s by default.
        package var lingerTime = Duration.seconds(2)

        package init() {}
    }
#endif
