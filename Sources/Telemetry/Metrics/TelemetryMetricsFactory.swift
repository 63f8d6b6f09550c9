import CoreMetrics

/// The metrics backend of a ``TelemetrySystem``.
///
/// A handler is a bound series: equal names and dimensions always give the same object. The catalog, by the
/// instrument's name, and the configuration's views define the name, unit and limits of a series. The factory is a
/// class, so that code that keeps bound series can tell by identity which backend they belong to.
public final class TelemetryMetricsFactory: MetricsFactory {
    let registry: MetricRegistry
    let scope: InstrumentationScope

    init(registry: MetricRegistry, scope: InstrumentationScope) {
        self.registry = registry
        self.scope = scope
    }

    /// A monotonic sum of whole numbers, which starts at 0 and is visible from now on.
    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        registry.counter(label, scope, dimensions)
    }

    /// A monotonic sum of floating-point numbers, which starts at 0 and is visible from now on.
    public func makeFloatingPointCounter(
        label: String, dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        registry.counter(label, scope, dimensions, isDouble: true)
    }

    /// An up-down counter where the catalog says so, else a gauge.
    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        registry.meter(label, scope, dimensions)
    }

    /// A histogram; a gauge when not aggregating.
    public func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        aggregate
            ? registry.histogram(label, scope, dimensions, isTimer: false)
            : registry.gauge(label, scope, dimensions)
    }

    /// A histogram in seconds.
    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        registry.histogram(label, scope, dimensions, isTimer: true)
    }

    // A series outlives its handlers: a sum that vanished and came back would look like a restart of the process.

    /// Keeps the series; see the type's description.
    public func destroyCounter(_ handler: any CounterHandler) {}
    /// Keeps the series; see the type's description.
    public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
    /// Keeps the series; see the type's description.
    public func destroyMeter(_ handler: any MeterHandler) {}
    /// Keeps the series; see the type's description.
    public func destroyRecorder(_ handler: any RecorderHandler) {}
    /// Keeps the series; see the type's description.
    public func destroyTimer(_ handler: any TimerHandler) {}
}
