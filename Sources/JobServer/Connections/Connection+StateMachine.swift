#if Server
    import NIOCore
    import NIOHTTP1

    /// What happens on one connection: which request is being read, which responses are owed, and what is refused. Pure:
    /// time comes in as an argument, and the handlers do what it answers.
    ///
    /// Requests may follow each other before the first has its response, so a refusal waits for the responses before it.
    struct ConnectionStateMachine {
        private enum Reading {
            /// Between requests.
            case idle
            /// The head has begun and not ended.
            case head(since: NIODeadline, RequestOpening)
            /// The head was passed on, and the body has not ended.
            case body(since: NIODeadline, Transfer)
            /// Nothing is read any more.
            case ended
        }

        /// How much of a body has arrived.
        private struct Transfer {
            /// Bytes as they came, framing included.
            var wire = 0
            /// Bytes of the body itself.
            var payload = 0
        }

        private enum Stage {
            case open
            /// The refusal is sent when so many responses have been written.
            case refusing(Problem, afterResponses: Int)
            /// The last response has been written.
            case closing
        }

        /// What to do with something that has arrived.
        enum InboundAction {
            case pass
            case discard
            case refuse(Refusal)
        }

        /// A request, or what should have been one, that is not answered by a handler.
        struct Refusal {
            enum Answer {
                /// Now.
                case now(Problem)
                /// After the responses that are owed.
                case later
                /// Never, since a response has begun already: the connection ends.
                case none
            }

            let answer: Answer
            /// Whether a handler has the request and must learn that its body does not end.
            let interruptsBody: Bool
            /// Why, for that handler.
            let problem: Problem
        }

        /// What to do after a response.
        enum ResponseEndAction {
            case nothing
            case answer(Problem)
            case close
        }

        /// What to do at a deadline.
        enum DeadlineAction {
            case nothing
            case wait(until: NIODeadline)
            case refuse(Refusal)
        }

        private let inspection: RequestInspection
        private var limits: ConnectionLimits { inspection.limits }
        private var reading = Reading.idle
        private var stage = Stage.open
        /// Requests that were passed on and whose responses have not ended.
        private var owed = 0
        /// Whether the first of those responses has begun.
        private var hasBegunResponse = false
        /// Whether no request is accepted after those.
        private var isLastRequest = false

        init(_ inspection: RequestInspection) { self.inspection = inspection }

        /// Whether responses of handlers are dropped, and the connection ends by itself.
        var isEnding: Bool {
            switch stage {
            case .open: false
            case .refusing(_, let responses): responses == 0
            case .closing: true
            }
        }

        /// Whether something must have arrived by a deadline.
        var deadline: NIODeadline? {
            switch reading {
            case .idle, .ended: nil
            case .head(let since, _): since + TimeAmount(limits.headTime)
            case .body(let since, _): since + TimeAmount(limits.bodyTime)
            }
        }

        mutating func bytesArrived(_ bytes: ByteBufferView, at now: NIODeadline) -> InboundAction {
            switch reading {
            case .idle:
                var opening = RequestOpening()
                opening.append(bytes)
                reading = .head(since: now, opening)
            case .head(let since, var opening):
                opening.append(bytes)
                reading = .head(since: since, opening)
            case .body(let since, var transfer):
                transfer.wire += bytes.count
                // The shortest chunk has five bytes of framing around one of the body; one buffer may be on its way.
                let framing = transfer.wire - bytes.count - transfer.payload
                guard framing <= limits.framingBytes + 5 * transfer.payload else {
                    return .refuse(refuse(.largeFraming(limits)))
                }
                reading = .body(since: since, transfer)
            case .ended: return .discard
            }
            return .pass
        }

        /// - Returns: what to do, and the request to pass on.
        mutating func headArrived(
            _ head: HTTPRequestHead, at now: NIODeadline
        ) -> (action: InboundAction, request: RequestInspection.Accepted?) {
            if case .ended = reading { return (.discard, nil) }
            do throws(Problem) {
                let request = try inspection.check(head)
                // Requests that came in one piece have no beginning of their own.
                reading = .body(since: now, Transfer())
                isLastRequest = request.isLast
                owed += 1
                return (.pass, request)
            } catch {
                reading = .idle
                return (.refuse(refuse(error)), nil)
            }
        }

        /// Whether the client may be told to go on with its body: no response is owed before.
        var mayContinue: Bool { owed == 1 && !hasBegunResponse }

        mutating func bodyArrived(_ count: Int) -> InboundAction {
            guard case .body(let since, var transfer) = reading else { return .discard }
            transfer.payload += count
            guard transfer.payload <= limits.bodyBytes else { return .refuse(refuse(.largeBody(limits))) }
            reading = .body(since: since, transfer)
            return .pass
        }

        mutating func endArrived() -> InboundAction {
            guard case .body = reading else { return .discard }
            reading = isLastRequest ? .ended : .idle
            return .pass
        }

        mutating func parserFailed(_ error: HTTPParserError) -> InboundAction {
            switch reading {
            case .ended: return .discard
            // The rest of a request that came in one piece with the one before it.
            case .idle, .body: return .refuse(refuse(Problem(error, opening: nil, limits: limits)))
            case .head(_, let opening): return .refuse(refuse(Problem(error, opening: opening, limits: limits)))
            }
        }

        mutating func deadlinePassed(at now: NIODeadline) -> DeadlineAction {
            guard let deadline else { return .nothing }
            guard now >= deadline else { return .wait(until: deadline) }
            if case .head = reading { return .refuse(refuse(.slowHead(limits))) }
            return .refuse(refuse(.slowBody(limits)))
        }

        /// The server is shutting down: it does not wait for the rest of a request, which could take its time.
        mutating func serverShutsDown() -> Refusal? {
            switch reading {
            case .idle, .ended: nil
            case .head, .body: refuse(.shuttingDown)
            }
        }

        /// Whether the head of a handler's response is written, and with `Connection: close`.
        mutating func responseBegins() -> (isWritten: Bool, isLast: Bool) {
            if isEnding { return (false, false) }
            hasBegunResponse = true
            return (true, isLastRequest && owed == 1)
        }

        mutating func responseEnds() -> ResponseEndAction {
            owed -= 1
            hasBegunResponse = false
            if case .refusing(let problem, let responses) = stage {
                stage = .refusing(problem, afterResponses: responses - 1)
                return responses == 1 ? .answer(problem) : .nothing
            }
            guard isLastRequest, owed == 0 else { return .nothing }
            reading = .ended
            stage = .closing
            return .close
        }

        /// The refusal was sent, or nothing more will be.
        mutating func close() {
            reading = .ended
            stage = .closing
        }

        private mutating func refuse(_ problem: Problem) -> Refusal {
            var interruptsBody = false
            var responses = owed
            var mayAnswer = true
            if case .body = reading {
                interruptsBody = true
                // The request that is being read is the last of those owed, unless its response has ended already.
                responses = max(0, owed - 1)
                mayAnswer = owed > 1 || owed == 1 && !hasBegunResponse
            }
            reading = .ended
            guard mayAnswer else {
                stage = .closing
                return Refusal(answer: .none, interruptsBody: interruptsBody, problem: problem)
            }
            stage = .refusing(problem, afterResponses: responses)
            return Refusal(
                answer: responses == 0 ? .now(problem) : .later, interruptsBody: interruptsBody, problem: problem)
        }
    }

    extension TimeAmount {
        init(_ duration: Duration) { self = .nanoseconds(Int64(duration / .nanoseconds(1))) }
    }
#endif
