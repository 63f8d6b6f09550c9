/// One way of noticing that an error budget is used up too fast: the same burn rate over a long and a short window.
///
/// The long window shows that the problem matters, the short one that it still goes on, so that the alert ends soon
/// after the problem does.
public struct BurnRateWindow: Sendable, Hashable {
    /// How people are notified.
    public enum Severity: String, Sendable, Hashable, CaseIterable {
        /// A person is woken.
        case critical
        /// A ticket for the next working day.
        case warning
    }

    /// How people are notified.
    public let severity: Severity
    /// How many times faster than the objective allows errors come.
    public let factor: Double
    /// The window that shows that the problem matters.
    public let long: Duration
    /// The window that shows that it still goes on.
    public let short: Duration
    /// The window that shows it where ``short`` holds fewer than ``Objective/minimumEvents`` events: with a run an hour
    /// most of the short windows hold one or none, and one run that ends well is no end of an outage.
    public let wider: Duration
    /// How long both windows must exceed the factor before the alert fires.
    public let hold: Duration
    /// How long an alert that fires goes on after its condition has ended: as long as the condition must hold before it
    /// fires. Otherwise a few runs that end well by chance would end the alert, and the next failure begin another.
    public var keep: Duration { hold }

    /// The share of a period's error budget that is gone once errors have come at ``factor`` for the long window.
    ///
    /// - Parameter period: the objective's period.
    public func budgetShare(of period: Duration = Objective.period) -> Double { factor * (long / period) }

    /// The least objective for which an alert at this factor can fire at all: at a lower one even nothing but errors
    /// burns the budget more slowly.
    public var leastTarget: Double { 1 - 1 / factor }

    /// A fiftieth of the month's budget within one hour.
    public static let hour = BurnRateWindow(
        severity: .critical, factor: 14.4, long: .seconds(3600), short: .seconds(300), wider: .seconds(1800),
        hold: .seconds(120))
    /// A twentieth of the month's budget within six hours.
    public static let sixHours = BurnRateWindow(
        severity: .critical, factor: 6, long: .seconds(6 * 3600), short: .seconds(1800), wider: .seconds(2 * 3600),
        hold: .seconds(900))
    /// A tenth of the month's budget within a day.
    public static let day = BurnRateWindow(
        severity: .warning, factor: 3, long: .seconds(86_400), short: .seconds(2 * 3600), wider: .seconds(6 * 3600),
        hold: .seconds(3600))
    /// A tenth of the month's budget within three days.
    public static let threeDays = BurnRateWindow(
        severity: .warning, factor: 1, long: .seconds(3 * 86_400), short: .seconds(6 * 3600), wider: .seconds(86_400),
        hold: .seconds(3 * 3600))

    /// All four, fastest first.
    public static let all = [hour, sixHours, day, threeDays]
}
