/// What one paid call of an attempt may use at most, reserved in the job's budget; see ``AttemptContext/reserve(_:)``.
public struct UsageReservation: Sendable {
    private let settled: @Sendable (Contribution.Usage) -> Void

    init(_ settled: @escaping @Sendable (Contribution.Usage) -> Void) { self.settled = settled }

    /// Replaces the reservation by what the call used. Only the first time counts.
    ///
    /// A call that is never settled, because nobody knows what it used, counts as having used its whole reservation.
    ///
    /// - Parameter used: what the call used; nothing when it was not made, or is not paid for.
    public func settle(_ used: Contribution.Usage) { settled(used) }
}
