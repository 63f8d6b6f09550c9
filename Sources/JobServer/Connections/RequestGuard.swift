#if Server
    import NIOCore
    import NIOHTTP1

    /// Stands between the parser and the handlers of a connection, and does what ``ConnectionStateMachine`` answers:
    /// refuses what is no request or takes too long, each with its answer, and ends the connection.
    final class RequestGuard: ChannelDuplexHandler, RemovableChannelHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias InboundOut = HTTPServerRequestPart
        typealias OutboundIn = HTTPServerResponsePart
        typealias OutboundOut = HTTPServerResponsePart

        private let lingerTime: Duration
        private var machine: ConnectionStateMachine
        private var context: ChannelHandlerContext?
        private var timer: Scheduled<Void>?
        private var timerDeadline = NIODeadline.distantFuture
        /// Whether the end of the connection has been scheduled.
        private var isLingering = false
        /// Whether the request that arrived last asked for no body.
        private var isForHead = false
        /// Those who asked for the end while it was coming already.
        private var waiting: [EventLoopPromise<Void>] = []
        private var hasInput = true

        init(_ inspection: RequestInspection) {
            lingerTime = inspection.limits.lingerTime
            machine = ConnectionStateMachine(inspection)
        }

        func handlerAdded(context: ChannelHandlerContext) { self.context = context }

        func handlerRemoved(context: ChannelHandlerContext) { finish() }

        func channelInactive(context: ChannelHandlerContext) {
            finish()
            context.fireChannelInactive()
        }

        private func finish() {
            timer?.cancel()
            timer = nil
            context = nil
            machine.close()
            for promise in waiting { promise.succeed() }
            waiting = []
        }

        // MARK: what arrives

        /// Called with all bytes before they are parsed.
        ///
        /// - Returns: whether they are to be parsed.
        func bytesArrived(_ buffer: ByteBuffer) -> Bool {
            guard let context else { return false }
            let action = machine.bytesArrived(buffer.readableBytesView, at: context.eventLoop.now)
            schedule(context)
            return obey(action, context)
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            var part = unwrapInboundIn(data)
            let action: ConnectionStateMachine.InboundAction
            var sendsContinue = false
            switch part {
            case .head(let head):
                isForHead = head.method == .HEAD
                let arrived = machine.headArrived(head, at: context.eventLoop.now)
                action = arrived.action
                if let request = arrived.request {
                    part = .head(request.head)
                    sendsContinue = request.expectsContinue && machine.mayContinue
                    schedule(context)
                }
            case .body(let body): action = machine.bodyArrived(body.readableBytes)
            case .end: action = machine.endArrived()
            }
            guard obey(action, context) else { return }
            context.fireChannelRead(wrapInboundOut(part))
            if sendsContinue {
                context.writeAndFlush(
                    wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: .continue))), promise: nil)
            }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            guard let error = error as? HTTPParserError else { return context.fireErrorCaught(error) }
            _ = obey(machine.parserFailed(error), context)
        }

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            if case ChannelEvent.inputClosed = event {
                hasInput = false
                if isLingering { context.close(promise: nil) }
            } else if event is ChannelShouldQuiesceEvent, let refusal = machine.serverShutsDown() {
                refuse(refusal, context)
            }
            context.fireUserInboundEventTriggered(event)
        }

        /// - Returns: whether what has arrived is passed on.
        private func obey(_ action: ConnectionStateMachine.InboundAction, _ context: ChannelHandlerContext) -> Bool {
            switch action {
            case .pass: return true
            case .discard: return false
            case .refuse(let refusal):
                refuse(refusal, context)
                return false
            }
        }

        private func refuse(_ refusal: ConnectionStateMachine.Refusal, _ context: ChannelHandlerContext) {
            switch refusal.answer {
            case .now(let problem): send(problem, context)
            case .later: break
            case .none: end(context)
            }
            if refusal.interruptsBody {
                context.fireErrorCaught(refusal.problem)
            } else {
                // Handlers finish what they have, and expect nothing more.
                context.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
            }
        }

        // MARK: what is sent

        func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
            switch unwrapOutboundIn(data) {
            case .head(var head):
                let (isWritten, isLast) = machine.responseBegins()
                guard isWritten else { break }
                if isLast { head.headers.replaceOrAdd(name: "Connection", value: "close") }
                return context.write(wrapOutboundOut(.head(head)), promise: promise)
            case .body:
                guard !machine.isEnding else { break }
                return context.write(data, promise: promise)
            case .end:
                guard !machine.isEnding else { break }
                return writeEnd(context, data, promise)
            }
            // The guard has answered this request itself.
            promise?.fail(ChannelError.ioOnClosedChannel)
        }

        private func writeEnd(_ context: ChannelHandlerContext, _ data: NIOAny, _ promise: EventLoopPromise<Void>?) {
            switch machine.responseEnds() {
            case .nothing: context.write(data, promise: promise)
            case .answer(let problem):
                context.write(data, promise: promise)
                send(problem, context)
            case .close:
                let written = promise ?? context.eventLoop.makePromise()
                endOnceWritten(written, context)
                context.writeAndFlush(data, promise: written)
            }
        }

        /// Answers in place of the handlers; the connection ends with that.
        private func send(_ problem: Problem, _ context: ChannelHandlerContext) {
            machine.close()
            let response = RefusalResponse(problem)
            context.write(wrapOutboundOut(.head(response.head)), promise: nil)
            if !isForHead { context.write(wrapOutboundOut(.body(.byteBuffer(response.body))), promise: nil) }
            let written = context.eventLoop.makePromise(of: Void.self)
            endOnceWritten(written, context)
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: written)
        }

        private func endOnceWritten(_ written: EventLoopPromise<Void>, _ context: ChannelHandlerContext) {
            let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
            written.futureResult.whenComplete { _ in
                let handler = bound.value
                if let context = handler.context { handler.end(context) }
            }
        }

        // MARK: the end

        /// Closes the sending half, and the other when the client has closed it or a while has passed: closed at once,
        /// with bytes unread, the connection would be reset, and the client might not see its answer.
        private func end(_ context: ChannelHandlerContext) {
            guard !isLingering else { return }
            isLingering = true
            timer?.cancel()
            guard hasInput else { return context.close(promise: nil) }
            context.close(mode: .output, promise: nil)
            timer = at(context.eventLoop.now + TimeAmount(lingerTime), context) { $1.close(promise: nil) }
            // The handlers no longer read, and what the client still sends is dropped.
            context.read()
        }

        func channelReadComplete(context: ChannelHandlerContext) {
            context.fireChannelReadComplete()
            if isLingering { context.read() }
        }

        func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
            // The client is to get its answer first.
            guard machine.isEnding else { return context.close(mode: mode, promise: promise) }
            if let promise { waiting.append(promise) }
        }

        private func schedule(_ context: ChannelHandlerContext) {
            guard let deadline = machine.deadline, timer == nil || deadline < timerDeadline else { return }
            timer?.cancel()
            timerDeadline = deadline
            timer = at(deadline, context) { $0.deadlinePassed($1) }
        }

        private func deadlinePassed(_ context: ChannelHandlerContext) {
            timer = nil
            switch machine.deadlinePassed(at: context.eventLoop.now) {
            case .nothing, .wait: schedule(context)
            case .refuse(let refusal): refuse(refusal, context)
            }
        }

        private func at(
            _ time: NIODeadline, _ context: ChannelHandlerContext,
            _ body: @escaping @Sendable (RequestGuard, ChannelHandlerContext) -> Void
        ) -> Scheduled<Void> {
            let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
            return context.eventLoop.scheduleTask(deadline: time) {
                let handler = bound.value
                if let context = handler.context { body(handler, context) }
            }
        }
    }

    @available(*, unavailable) extension RequestGuard: Sendable {}
#endif
