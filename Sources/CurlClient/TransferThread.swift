import CCurl

/// The work of the I/O thread: starts waiting transfers, advances running ones, and delivers the results of finished
/// ones.
///
/// It is used on that thread only. Every transfer it receives is finished exactly once, however the thread ends.
struct TransferThread {
    private let loop: TransferLoop
    private var waiting: [PendingTransfer] = []
    private var running: [UInt: Transfer] = [:]
    private var idleHandles: [EasyHandle] = []

    init(loop: TransferLoop) { self.loop = loop }

    consuming func run() {
        var failure = HTTPClientError.wasShutDown
        do throws(HTTPClientError) {
            while try step() {}
        } catch {
            failure = error
        }
        for transfer in running.values {
            // A handle that cannot be removed is released with the multi handle, when the loop ends below.
            try? loop.multi.remove(transfer.handle)
            transfer.pending.finish(.failure(failure))
        }
        idleHandles.removeAll()
        for pending in waiting + loop.end() { pending.finish(.failure(failure)) }
    }

    /// Runs one round of the loop. Returns `false` when the loop is to end.
    private mutating func step() throws(HTTPClientError) -> Bool {
        let inbox = loop.takeInbox()
        accept(inbox.submitted)
        for identifier in inbox.cancelled { try cancel(identifier) }
        for identifier in inbox.resumed { try resume(identifier) }
        guard !inbox.isStopping else { return false }
        let nextDeadline = try startWaiting()
        try loop.multi.perform()
        while let finished = loop.multi.nextFinished() {
            guard let transfer = running.removeValue(forKey: finished.identity) else { continue }
            let outcome = transfer.outcome(of: finished.result, configuration: loop.configuration)
            try retire(transfer)
            transfer.pending.finish(outcome)
        }
        let hasRoom = running.count < maximumRunning
        try loop.multi.wait(milliseconds: hasRoom && !waiting.isEmpty ? 0 : nextDeadline)
        return true
    }

    private var maximumRunning: Int { max(1, loop.configuration.maximumConcurrentRequests) }

    private mutating func accept(_ submitted: [PendingTransfer]) {
        for pending in submitted {
            if pending.ticket.isCancelled {
                pending.finish(.failure(.wasCancelled(pending.request)))
            } else if running.count + waiting.count
                >= maximumRunning + max(0, loop.configuration.maximumWaitingRequests)
            {
                pending.finish(
                    .failure(
                        HTTPClientError(
                            .queueFull,
                            "\(waiting.count) requests wait already, the last one for \(pending.request.address): send "
                                + "fewer at a time, or raise maximumWaitingRequests")))
            } else {
                waiting.append(pending)
            }
        }
    }

    private mutating func cancel(_ identifier: PendingTransfer.Identifier) throws(HTTPClientError) {
        if let index = waiting.firstIndex(where: { $0.ticket.identifier == identifier }) {
            let pending = waiting.remove(at: index)
            pending.finish(.failure(.wasCancelled(pending.request)))
        } else if let transfer = running.values.first(where: { $0.pending.ticket.identifier == identifier }) {
            running[transfer.handle.identity] = nil
            try retire(transfer)
            transfer.pending.finish(.failure(.wasCancelled(transfer.pending.request)))
        }
    }

    private mutating func resume(_ identifier: PendingTransfer.Identifier) throws(HTTPClientError) {
        guard let transfer = running.values.first(where: { $0.pending.ticket.identifier == identifier }) else { return }
        let result = transfer.handle.resume()
        guard result != CURLE_OK else { return }
        running[transfer.handle.identity] = nil
        let outcome = transfer.outcome(of: result, configuration: loop.configuration)
        try retire(transfer)
        transfer.pending.finish(outcome)
    }

    /// Starts the transfers there is room for, and fails those whose deadline has passed. Returns the milliseconds
    /// until the next deadline of the rest.
    private mutating func startWaiting() throws(HTTPClientError) -> Int {
        var rest: [PendingTransfer] = []
        var nearest = Duration.seconds(60)
        for pending in waiting {
            let remaining = ContinuousClock.now.duration(to: pending.deadline)
            if remaining <= .zero {
                pending.finish(
                    .failure(
                        HTTPClientError(.timeout, "the request to \(pending.request.address) could not start in time")))
            } else if running.count < maximumRunning {
                start(pending, remaining: remaining)
            } else {
                nearest = min(nearest, remaining)
                rest.append(pending)
            }
        }
        waiting = rest
        return nearest.wholeMilliseconds
    }

    private mutating func start(_ pending: PendingTransfer, remaining: Duration) {
        do throws(HTTPClientError) {
            let handle = try idleHandle()
            let transfer = Transfer(pending, handle: handle, configuration: loop.configuration)
            try handle.prepare(
                pending.request, configuration: loop.configuration, remaining: remaining, receiver: transfer)
            try loop.multi.add(handle)
            running[handle.identity] = transfer
        } catch {
            pending.finish(.failure(error))
        }
    }

    private mutating func idleHandle() throws(HTTPClientError) -> EasyHandle {
        if let handle = idleHandles.popLast() { return handle }
        return try EasyHandle()
    }

    private mutating func retire(_ transfer: Transfer) throws(HTTPClientError) {
        do throws(HTTPClientError) {
            try loop.multi.remove(transfer.handle)
        } catch {
            transfer.pending.finish(.failure(error))
            throw error
        }
        transfer.handle.reset()
        idleHandles.append(transfer.handle)
    }
}

extension HTTPClientError {
    fileprivate static func wasCancelled(_ request: ValidatedRequest) -> HTTPClientError {
        HTTPClientError(.cancelled, "the request to \(request.address) was cancelled")
    }
}
