/// Arithmetic on figures from outside: sums and products stop at the largest and the smallest number, where Swift's own
/// operators would end the process.
extension FixedWidthInteger {
    /// The sum, at most ``max`` and at least ``min``.
    @inlinable package func addingSaturated(_ other: Self) -> Self {
        let (sum, overflows) = addingReportingOverflow(other)
        guard overflows else { return sum }
        return other > 0 ? .max : .min
    }

    /// The difference, at most ``max`` and at least ``min``.
    @inlinable package func subtractingSaturated(_ other: Self) -> Self {
        let (difference, overflows) = subtractingReportingOverflow(other)
        guard overflows else { return difference }
        return other > 0 ? .min : .max
    }

    /// The product, at most ``max`` and at least ``min``.
    @inlinable package func multipliedSaturated(by other: Self) -> Self {
        let (product, overflows) = multipliedReportingOverflow(by: other)
        guard overflows else { return product }
        return (self < 0) == (other < 0) ? .max : .min
    }

    /// The whole part of a number: the nearest integer there is beyond the bounds, 0 for what is not a number.
    @inlinable package init(saturating value: Double) {
        if value.isNaN {
            self = 0
        } else if value >= Double(Self.max) {
            self = .max
        } else if value <= Double(Self.min) {
            self = .min
        } else {
            self = Self(value)
        }
    }
}

extension Double {
    /// The sum, which is always finite: JSON has no infinity, and no subtraction makes an infinite sum finite again.
    @inlinable package func addingSaturated(_ other: Double) -> Double {
        let sum = self + other
        return sum.isFinite ? sum : (saturated + other.saturated).saturated
    }

    /// The number itself; the largest or smallest finite one for infinity, 0 for what is not a number.
    @inlinable package var saturated: Double {
        if isNaN { return 0 }
        return Swift.min(.greatestFiniteMagnitude, Swift.max(-.greatestFiniteMagnitude, self))
    }
}
