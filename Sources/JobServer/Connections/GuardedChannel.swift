#if Server
    import HummingbirdCore
    import Logging
    import NIOCore
    import NIOHTTP1

    /// A connection of HTTP/1.1 with a guard on both sides of its parser.
    struct GuardedChannel: ServerChildChannel {
        typealias Value = HTTP1Channel.Value

        private let http: HTTP1Channel
        private let inspection: RequestInspection

        init(_ inspection: RequestInspection, responder: @escaping HTTPChannelHandler.Responder) {
            let limits = inspection.limits
            self.inspection = inspection
            http = HTTP1Channel(
                responder: responder,
                configuration: .init(
                    idleTimeout: TimeAmount(limits.idleTime),
                    httpDecoderConfiguration: .init(
                        maxHeaderFieldSize: limits.headerBytes, maxHeaderListSize: limits.headerBytes,
                        maxHeaderFieldCount: limits.headerFields)))
        }

        func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
            http.setup(channel: channel, logger: logger).flatMapThrowing { value in
                let pipeline = channel.pipeline.syncOperations
                let parser = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
                let requests = RequestGuard(inspection)
                try pipeline.addHandler(requests, position: .after(parser))
                try pipeline.addHandler(ByteGuard(requests, inspection.limits), position: .first)
                return value
            }
        }

        func handle(value: Value, logger: Logger) async { await http.handle(value: value, logger: logger) }
    }
#endif
