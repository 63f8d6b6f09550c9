extension TelemetrySystem {
    /// Exports all records so far, metrics included, and waits for that at most `duration`.
    ///
    /// Records that are not exported by then stay queued, and their export goes on.
    public func flush(within duration: Duration) async -> FlushResult {
        guard !isShutDown.isUp else { return result(.ok) }
        return await drain(within: duration, isFinal: false)
    }

    /// Exports all records so far, then stops. Metrics are collected for the last time, exactly once.
    ///
    /// Records that are not exported after `duration` are given up and counted as lost, except spans that an exporter's
    /// spool keeps for the next process. When the spool keeps all of them and the receiver cannot be reached, the call
    /// returns without waiting further. Records made after the call are lost too. A second call does nothing.
    public func shutdown(within duration: Duration) async -> FlushResult {
        guard isShutDown.raise() else { return result(.ok) }
        stopTickers()
        problems.stopAnnouncing()
        let drained = await drain(within: duration, isFinal: true)
        let leavesRest = channels.spans.contains { $0.leavesRestToNextProcess }
        guard drained.outcome == .timedOut || leavesRest else {
            for channel in channels.spans { channel.finish() }
            return drained
        }
        let waited = drained.outcome == .timedOut ? duration : nil
        let remainders = channels.spans.map { $0.abandon(after: waited) }
        for channel in channels.logs { channel.abandon(after: waited, since: unreachable(channel.destination)) }
        for channel in channels.metrics { channel.abandon(after: waited, since: unreachable(channel.destination)) }
        var ended = result(drained.outcome == .timedOut ? .timedOut : .kept)
        ended.keptSpans = remainders.reduce(0) { $0 + $1.kept }
        ended.keptAt = remainders.first { $0.kept > 0 }?.location ?? ""
        return ended
    }

    private func drain(within duration: Duration, isFinal: Bool) async -> FlushResult {
        let before = problems.lost.total
        let isInTime = await TimeLimit.meets(duration, clock: clock) { [self] in
            // Spans and logs go first, so that the metrics count them; but an exporter that hangs must not hold up the
            // metrics.
            let spans = channels.spans.map { ($0 as any Drainable, $0.drainNumber(isFinal: isFinal)) }
            let logs = channels.logs.map { ($0.pipeline as any Drainable, $0.pipeline.drainNumber(isFinal: isFinal)) }
            _ = await TimeLimit.meets(duration / 2, clock: clock) { [self] in
                for (pipeline, number) in spans { await pipeline.drained(through: number) }
                for channel in channels.logs {
                    if let cause = unreachable(channel.destination) { channel.abandon(after: nil, since: cause) }
                }
                for (pipeline, number) in logs { await pipeline.drained(through: number) }
            }
            channels.push(from: pushReader, isFinal: isFinal)
            let collected = channels.metrics.map {
                ($0.pipeline as any Drainable, $0.pipeline.drainNumber(isFinal: isFinal))
            }
            for channel in channels.metrics {
                if let cause = unreachable(channel.destination) { channel.abandon(after: nil, since: cause) }
            }
            for (pipeline, number) in collected + spans + logs { await pipeline.drained(through: number) }
        }
        guard isInTime else { return result(.timedOut) }
        return result(problems.lost.total > before ? .failed : .ok)
    }

    /// Why a server cannot be reached while the spans for it are kept for the next process; `nil` when that is not known.
    private func unreachable(_ destination: ExportDestination?) -> DeliveryCause? {
        guard destination != nil else { return nil }
        return channels.spans.first { $0.leavesRestToNextProcess && $0.destination == destination }?.pending
    }

    private func result(_ outcome: FlushResult.Outcome) -> FlushResult {
        let (problems, lost) = problems.current
        // The first of equals: a later reason does not push an earlier one aside.
        let main = problems.max { $0.weight < $1.weight }
        var result = FlushResult(outcome: outcome, lost: lost)
        result.problems = problems
        result.message = main.flatMap { $0.weight > 0 ? $0.reason : nil } ?? channels.pending?.reason ?? ""
        return result
    }
}

extension DeliveryProblem {
    /// How many records are not delivered because of it.
    fileprivate var weight: Int { kind == .undelivered ? records.total + keptSpans : 0 }
}
