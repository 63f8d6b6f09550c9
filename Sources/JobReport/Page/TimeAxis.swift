/// The time axis that all rows share: its length and its ticks.
struct TimeAxis: Equatable {
    struct Tick: Equatable {
        let milliseconds: Double
        let label: String
    }

    /// The axis' length; positive.
    let lengthMS: Double
    let ticks: [Tick]

    /// An axis for this many milliseconds, with five to ten ticks at round times.
    init(lengthMS: Double) {
        let length = lengthMS.isFinite && lengthMS > 0.001 ? lengthMS : 1
        self.lengthMS = length
        let step = Self.step(for: length)
        ticks = (0...Int(length / step)).map { index in
            let milliseconds = Double(index) * step
            return Tick(milliseconds: milliseconds, label: Self.label(milliseconds, step: step))
        }
    }

    /// A position on the axis in percent of its length, clamped to 0...100.
    func percent(_ milliseconds: Double) -> Double {
        guard milliseconds.isFinite else { return 0 }
        return min(max(milliseconds / lengthMS * 100, 0), 100)
    }

    private static let minute = 60_000.0
    private static let hour = 3_600_000.0

    private static func step(for length: Double) -> Double {
        let least = length / 9
        if least > 12 * hour { return roundStep(atLeast: least / hour) * hour }
        let clockSteps = [15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200].map { $0 * 1000.0 }
        if least > 10_000 { return clockSteps.first { $0 >= least } ?? 12 * hour }
        return roundStep(atLeast: least)
    }

    /// The smallest of 1, 2, 5 times a power of ten that is not below the value.
    private static func roundStep(atLeast value: Double) -> Double {
        var power = 1.0
        while power > value { power /= 10 }
        while power * 10 <= value { power *= 10 }
        return [1, 2, 5, 10].map { $0 * power }.first { $0 >= value * 0.999_999 } ?? power * 10
    }

    private static func label(_ milliseconds: Double, step: Double) -> String {
        if milliseconds == 0 { return "0" }
        if step >= hour { return DurationText.trimmed(milliseconds / hour, digits: 1) + " h" }
        if step >= minute / 4, milliseconds >= minute || step >= minute {
            let seconds = Int((milliseconds / 1000).rounded())
            return seconds % 60 == 0
                ? "\(seconds / 60) min" : "\(seconds / 60):\(seconds % 60 < 10 ? "0" : "")\(seconds % 60)"
        }
        if step >= 100 { return DurationText.trimmed(milliseconds / 1000, digits: 1) + " s" }
        return DurationText.trimmed(milliseconds, digits: 4) + " ms"
    }
}
