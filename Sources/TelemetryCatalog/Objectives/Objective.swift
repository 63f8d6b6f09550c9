/// The service that users may expect over 30 days, and the alerts for when they will not get it.
public struct Objective: Sendable, Hashable {
    /// The time over which an objective holds, and for which its error budget lasts.
    public static let period: Duration = .seconds(30 * 86_400)
    /// How many bad events the long window must hold before an alert fires: in a quiet hour one failure out of one run
    /// is a burn rate of 100, and no reason to wake a person.
    public static let minimumBadEvents = 3
    /// How many events the short window must hold to say whether errors go on. With fewer the wider window says it, and
    /// with none at all the last that was known holds: where nothing runs, nothing has become better.
    public static let minimumEvents = 10

    /// The value of the label `slo`, such as `agent-success`.
    public let name: String
    /// One sentence for people who read a dashboard.
    public let title: String
    /// The events that are counted.
    public let indicator: Indicator
    /// The attribute that names the agent or workflow whose objective it is.
    public let subject: String
    /// The one agent or workflow it is for; `nil` for all that have no objective of their own.
    public let only: String?
    /// The agents or workflows that have one of their own, sorted; empty where ``only`` is set.
    public let except: [String]
    /// The share of good events, above 0 and below 1.
    public let target: Double
    /// The windows that are watched.
    public let windows: [BurnRateWindow]

    /// The share of events that may be bad.
    public var errorBudget: Double { 1 - target }

    /// The name with the subject's, for messages.
    public var fullName: String { only.map { "\(name) of '\($0)'" } ?? name }

    /// The share of bad events above which a window's alert fires.
    public func threshold(_ window: BurnRateWindow) -> Double { window.factor * errorBudget }

    /// How many times faster than allowed errors come.
    ///
    /// - Parameter errorRatio: bad events out of all, from 0 to 1.
    public func burnRate(errorRatio: Double) -> Double { errorRatio / errorBudget }

    /// The share of the period's error budget that is left; below 0 once it is overdrawn.
    ///
    /// - Parameters:
    ///   - bad: bad events of the period.
    ///   - total: all events of the period; without any the whole budget is left.
    public func budgetLeft(bad: Double, total: Double) -> Double {
        total > 0 ? 1 - burnRate(errorRatio: bad / total) : 1
    }

    // Checks nothing: tests check the catalog's own objectives.
    init(
        _ name: String, _ title: String, _ indicator: Indicator, subject: String, only: String? = nil,
        except: [String] = [], target: Double, windows: [BurnRateWindow]
    ) {
        self.name = name
        self.title = title
        self.indicator = indicator
        self.subject = subject
        self.only = only
        self.except = except
        self.target = target
        self.windows = windows
    }

    /// Checks that the objective can be monitored.
    ///
    /// - Throws: for a target that is no share, an alert that could never fire, a latency between two bounds.
    public func check() throws(ObjectiveError) {
        guard target > 0, target < 1 else {
            throw ObjectiveError(
                .targetOutOfRange, objective: fullName, "\(Self.percent(target)) is not between 0 % and 100 %")
        }
        for window in windows where threshold(window) >= 1 {
            // Rounded up to a hundredth of a percent, since the value that is proposed must be accepted.
            let least = (window.leastTarget * 10_000).rounded(.down) / 10_000 + 0.0001
            throw ObjectiveError(
                .deadAlert, objective: fullName,
                "at \(Self.percent(target)) the alert at \(PrometheusNames.number(window.factor)) times the error budget "
                    + "would need \(Self.percent(threshold(window))) of all to fail and could never fire; "
                    + "\(Self.percent(least)) is the least")
        }
        try checkLatency()
    }

    private func checkLatency() throws(ObjectiveError) {
        guard case .latency(let instrument, let within, _) = indicator, let bounds = instrument.bounds,
            !bounds.contains(within)
        else { return }
        let below = bounds.last { $0 < within }
        let above = bounds.first { $0 > within }
        let nearest = [below, above].compactMap { $0.map { "\(PrometheusNames.number($0))s" } }
        throw ObjectiveError(
            .latencyOffBounds, objective: fullName,
            "\(PrometheusNames.number(within))s is no bound of \(instrument.name), between which nothing is known; "
                + "write \(nearest.joined(separator: " or "))")
    }

    private static func percent(_ share: Double) -> String { "\(PrometheusNames.number(share * 100)) %" }
}
