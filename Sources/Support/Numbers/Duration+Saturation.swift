extension Duration {
    /// The longest duration that is made of a figure from outside: 146 years, half of what 64 bits of nanoseconds hold, so
    /// that the instant after such a time from now can be counted too.
    package static let longest = Duration.nanoseconds(Int64.max / 2)

    /// The duration, held between zero and ``longest``.
    package var bounded: Duration { min(max(self, .zero), .longest) }

    /// Nanoseconds of a figure from outside, rounded; between zero and ``longest``, and zero for what is not a number.
    package static func bounded(nanoseconds: Double) -> Duration {
        min(.nanoseconds(Int64(saturating: max(0, nanoseconds.saturated).rounded())), .longest)
    }

    /// Milliseconds of a figure from outside; as ``bounded(nanoseconds:)``.
    package static func bounded(milliseconds: Double) -> Duration { .bounded(nanoseconds: milliseconds * 1e6) }

    /// The product with a factor of 0 or more; at most ``longest``.
    package func multipliedSaturated(by factor: Double) -> Duration {
        let product = self / .nanoseconds(1) * factor
        return product < Duration.longest / .nanoseconds(1) ? self * factor : .longest
    }

    /// The sum, held at ``longest``; of durations that are themselves no longer.
    package func addingSaturated(_ other: Duration) -> Duration { min(bounded + other.bounded, .longest) }

    /// Whole milliseconds, at least 0.
    package var boundedMilliseconds: Int64 { Int64(saturating: max(0, self / .milliseconds(1))) }
}
