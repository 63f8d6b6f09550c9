import CoreMetrics
import Support
import TelemetryCatalog

/// Notices which metrics have reached their limit on series, warns once about each, and counts the measurements that
/// are recorded without their own attributes.
final class SeriesLimitWatch: Sendable {
    private let counters = Locked<[String: LimitedMeasurements]>([:])
    private let warn: @Sendable (String) -> Void

    init(warn: @escaping @Sendable (String) -> Void) { self.warn = warn }

    /// What counts the measurements of a metric beyond its limit.
    ///
    /// - Parameter makeCounter: makes the counter for the metric with this name; called once for each.
    func reached(_ definition: StreamDefinition, _ makeCounter: (String) -> any CounterHandler) -> LimitedMeasurements?
    {
        let name = definition.name
        // The counters are a metric too; what goes beyond its limit is not counted again.
        guard name != Instruments.seriesOverflow.name else { return nil }
        if let known = counters.withLock({ $0[name] }) { return known }
        let new = LimitedMeasurements(makeCounter(name))
        let (kept, isNew) = counters.withLock { counters in
            if let known = counters[name] { return (known, false) }
            counters[name] = new
            return (new, true)
        }
        // Not under the lock: the closure may make instruments.
        if isNew { warn(Self.warning(definition)) }
        return kept
    }

    private static func warning(_ definition: StreamDefinition) -> String {
        let name = definition.name
        guard let places = definition.places, !places.names.isEmpty else {
            return
                "\(name) has reached its limit of \(definition.limit) series: what is recorded with further attributes "
                + "is added up under \(AttributeKey.metricOverflow)=true; drop an attribute by a view, or raise "
                + "TelemetryConfiguration.cardinalityLimit"
        }
        let subjects = places.subjects.isEmpty ? "" : " and of \(SeriesPlaces.nameLimit) names"
        return "\(name) has reached its limit of \(definition.limit) series\(subjects): further values of "
            + "\(places.names.joined(separator: ", ")) are recorded as \(SeriesPlaces.other); use fewer names, "
            + "and none that is new with each job"
    }
}

/// Counts measurements, whatever their value.
final class LimitedMeasurements: CounterHandler, FloatingPointCounterHandler, MeterHandler, RecorderHandler,
    TimerHandler
{
    private let counter: any CounterHandler

    init(_ counter: any CounterHandler) { self.counter = counter }

    private func count() { counter.increment(by: 1) }

    func increment(by amount: Int64) { count() }
    func increment(by amount: Double) { count() }
    func decrement(by amount: Double) { count() }
    func set(_ value: Int64) { count() }
    func set(_ value: Double) { count() }
    func record(_ value: Int64) { count() }
    func record(_ value: Double) { count() }
    func recordNanoseconds(_ duration: Int64) { count() }
    func reset() {}
}
