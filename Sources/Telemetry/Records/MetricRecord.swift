/// One measurement kept beside an aggregated point, so that a reader can go from a metric to a trace.
public struct Exemplar: Sendable, Hashable {
    /// The measured value.
    public var value: Double
    /// When it was measured, in nanoseconds since 1970.
    public var time: UInt64
    /// The trace that was active, `nil` when none was.
    public var traceID: TraceID?
    /// The span that was active, `nil` when none was.
    public var spanID: SpanID?

    /// Makes an exemplar.
    public init(value: Double, time: UInt64, traceID: TraceID?, spanID: SpanID?) {
        self.value = value
        self.time = time
        self.traceID = traceID
        self.spanID = spanID
    }
}

/// One series of an instrument at one collection.
public struct MetricPoint: Sendable, Hashable {
    /// The series' value.
    public enum Value: Sendable, Hashable {
        /// A sum of whole numbers.
        case int(Int64)
        /// A sum or a last value.
        case double(Double)
        /// A distribution: `buckets` has one count more than the instrument has bounds.
        case histogram(count: UInt64, sum: Double, min: Double, max: Double, buckets: [UInt64])
    }

    /// The series' attributes, sorted by key.
    public var attributes: [Attribute]
    /// Start of the interval the value covers, in nanoseconds since 1970.
    public var startTime: UInt64
    /// When the value was read, in nanoseconds since 1970.
    public var time: UInt64
    /// The value.
    public var value: Value
    /// Exemplars taken since the last collection.
    public var exemplars: [Exemplar]

    /// Makes a point.
    public init(
        attributes: [Attribute], startTime: UInt64, time: UInt64, value: Value, exemplars: [Exemplar] = []
    ) {
        self.attributes = attributes
        self.startTime = startTime
        self.time = time
        self.value = value
        self.exemplars = exemplars
    }
}

/// One instrument with all its series at one collection.
public struct MetricRecord: Sendable, Hashable {
    /// How the points of a metric combine over time.
    public enum Temporality: Sendable, Hashable {
        /// Since the start of the series.
        case cumulative
        /// Since the last collection.
        case delta
    }

    /// How the values of a metric combine.
    public enum Kind: Sendable, Hashable {
        /// A sum; a monotonic one never decreases.
        case sum(monotonic: Bool)
        /// A last value.
        case gauge
        /// A distribution over the given ascending bounds.
        case histogram(bounds: [Double])
    }

    /// The OpenTelemetry name.
    public var name: String
    /// One sentence for people.
    public var description: String
    /// The UCUM unit, empty when unknown.
    public var unit: String
    /// How values combine.
    public var kind: Kind
    /// How points combine over time; gauges have none, and read `cumulative`.
    public var temporality: Temporality
    /// The instrumented library that recorded.
    public var scope: InstrumentationScope
    /// The series, sorted by their attributes.
    public var points: [MetricPoint]

    /// Makes a record.
    public init(
        name: String, description: String, unit: String, kind: Kind, temporality: Temporality = .cumulative,
        scope: InstrumentationScope, points: [MetricPoint]
    ) {
        self.name = name
        self.description = description
        self.unit = unit
        self.kind = kind
        self.temporality = temporality
        self.scope = scope
        self.points = points
    }
}
