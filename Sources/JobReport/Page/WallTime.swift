import Coordinator

/// Durations as they stand on the wall's clock: those of a result count only time in which somebody ran the job.
struct WallTime {
    /// When the job began.
    let start: Timestamp
    /// When nobody ran the job, in order.
    let gaps: [Timeline.Span]

    init(_ start: Timestamp, _ gaps: [ReportHistory.Gap]) {
        self.start = start
        self.gaps = gaps.map {
            Timeline.Span($0.from.milliseconds(since: start), $0.to.milliseconds(since: $0.from))
        }
    }

    /// The shortest time after which something that runs when a gap begins is taken to go on after it: what ended with its
    /// process ended at that instant, but for rounding.
    private static let rounding = 1.0

    /// A stretch that takes this long of the job's own time: the gaps in it come on top.
    func span(_ startMS: Double, _ durationMS: Double) -> Timeline.Span {
        let plain = Timeline.Span(startMS, durationMS)
        var end = plain.endMS
        for gap in gaps where gap.startMS >= plain.startMS && gap.startMS < end - Self.rounding {
            end += gap.durationMS
        }
        return Timeline.Span(plain.startMS, end - plain.startMS)
    }
}
