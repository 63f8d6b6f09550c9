/// What happened to a run before its process ended.
///
/// A class, since it is large and most runs have none.
final class PastRun: Sendable {
    let history: RunHistory

    init(_ history: RunHistory) { self.history = history }

    /// When the run was ready, on this process's clock, as if the job had been owned all the time.
    func ready(in timeFrame: JobRun.TimeFrame) -> Duration? { history.ready.map { timeFrame.started + $0 } }
}
