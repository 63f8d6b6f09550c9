extension TelemetrySystem {
    /// Exports everything recorded so far, metrics included, and waits for it at most `duration`.
    ///
    /// What is not settled by then stays queued and goes on being exported.
    public func flush(within duration: Duration) async -> FlushResult {
        guard !isShutDown.isUp else { return result(.ok) }
        return await settle(within: duration, isFinal: false)
    }

    /// Exports everything recorded so far, then stops. Metrics are collected for the last time, exactly once.
    ///
    /// What is not settled after `duration` is given up and counted as lost, but for spans that an exporter's spool keeps
    /// for the next process; where it keeps all of them and the receiver cannot be reached, nobody waits. What is recorded
    /// from now on is lost too. A second call does nothing.
    public func shutdown(within duration: Duration) async -> FlushResult {
        guard isShutDown.raise() else { return result(.ok) }
        stopTickers()
        let settled = await settle(within: duration, isFinal: true)
        let isParked = spanChannels.contains { $0.isParked }
        guard settled.outcome == .timedOut || isParked else {
            for channel in spanChannels { channel.finish() }
            return settled
        }
        // Where nobody listens, that is the reason, and it is noted.
        let reason = settled.outcome == .timedOut ? "shutdown did not finish in time" : ""
        let remainders = spanChannels.map { $0.abandon(reason) }
        for channel in logChannels { channel.abandon(reason) }
        for channel in metricChannels { channel.abandon(reason) }
        var ended = result(settled.outcome == .timedOut ? .timedOut : .kept)
        ended.keptSpans = remainders.reduce(0) { $0 + $1.kept }
        ended.keptAt = remainders.first { $0.kept > 0 }?.place ?? ""
        return ended
    }

    private func settle(within duration: Duration, isFinal: Bool) async -> FlushResult {
        let before = tally.current.lost.total
        let isInTime = await Deadline.meets(duration, clock: clock) { [self] in
            // Spans and logs go first, so that the metrics can count them; but metrics do not wait for a deaf exporter.
            let spans = spanChannels.map { ($0 as any Drainable, $0.drainNumber(isFinal: isFinal)) }
            let logs = logChannels.map { ($0.pipeline as any Drainable, $0.pipeline.drainNumber(isFinal: isFinal)) }
            _ = await Deadline.meets(duration / 2, clock: clock) { [self] in
                for (pipeline, number) in spans { await pipeline.drained(through: number) }
                for channel in logChannels where isParked(channel.destination) { channel.abandon("") }
                for (pipeline, number) in logs { await pipeline.drained(through: number) }
            }
            Channels(spans: spanChannels, logs: logChannels, metrics: metricChannels)
                .push(from: pushReader, isFinal: isFinal)
            let collected = metricChannels.map {
                ($0.pipeline as any Drainable, $0.pipeline.drainNumber(isFinal: isFinal))
            }
            for channel in metricChannels where isParked(channel.destination) { channel.abandon("") }
            for (pipeline, number) in collected + spans + logs { await pipeline.drained(through: number) }
        }
        guard isInTime else { return result(.timedOut) }
        return result(tally.current.lost.total > before ? .failed : .ok)
    }

    /// Whether a server is known not to be there, and the spans for it are safe.
    private func isParked(_ destination: ExportDestination?) -> Bool {
        destination != nil && spanChannels.contains { $0.isParked && $0.destination == destination }
    }

    private func result(_ outcome: FlushResult.Outcome) -> FlushResult {
        let (lost, message) = tally.current
        return FlushResult(outcome: outcome, lost: lost, message: message)
    }
}
