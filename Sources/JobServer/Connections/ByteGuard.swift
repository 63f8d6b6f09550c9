#if Server
    import NIOCore

    /// Stands before the parser of a connection: tells ``RequestGuard`` of all bytes, and ends a connection whose client
    /// takes nothing of what it was sent.
    final class ByteGuard: ChannelDuplexHandler, RemovableChannelHandler {
        typealias InboundIn = ByteBuffer
        typealias InboundOut = ByteBuffer
        typealias OutboundIn = IOData
        typealias OutboundOut = IOData

        private let requests: RequestGuard
        private let writeTime: Duration
        /// All bytes that were to be sent.
        private var sent = 0
        private var timer: Scheduled<Void>?

        init(_ requests: RequestGuard, _ limits: ConnectionLimits) {
            self.requests = requests
            writeTime = limits.writeTime
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            if requests.bytesArrived(unwrapInboundIn(data)) { context.fireChannelRead(data) }
        }

        func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
            sent += unwrapOutboundIn(data).readableBytes
            context.write(data, promise: promise)
        }

        func flush(context: ChannelHandlerContext) {
            context.flush()
            if timer == nil { watch(context) }
        }

        func handlerRemoved(context: ChannelHandlerContext) { timer?.cancel() }

        /// Looks again after a while; without a byte taken meanwhile the connection ends.
        private func watch(_ context: ChannelHandlerContext) {
            guard let taken = taken(context), taken < sent else { return }
            let bound = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
            timer = context.eventLoop.scheduleTask(in: TimeAmount(writeTime)) {
                let (handler, context) = bound.value
                handler.timer = nil
                if handler.taken(context) == taken {
                    context.close(promise: nil)
                } else {
                    handler.watch(context)
                }
            }
        }

        /// The bytes that the system has taken; `nil` for a channel that does not say.
        private func taken(_ context: ChannelHandlerContext) -> Int? {
            guard let waiting = try? context.channel.syncOptions?.getOption(.bufferedWritableBytes) else { return nil }
            return sent - waiting
        }
    }

    @available(*, unavailable) extension ByteGuard: Sendable {}
#endif
