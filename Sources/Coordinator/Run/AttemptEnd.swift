/// How an attempt ended, for its run.
struct AttemptEnd: Sendable {
    let record: AttemptRecord
    /// Why it did not succeed; `nil` for a success.
    let failure: Failure?
    /// When the run ended with it, if the run's end was kept together with the attempt's.
    var runEnded: Duration?
}
