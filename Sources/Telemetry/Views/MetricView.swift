/// Changes what the SDK makes of the instruments it selects: the metric's name, description, attributes, aggregation
/// and number of series.
///
/// Views are applied when an instrument is made, so a measurement costs what it costs without them. Every view that
/// selects an instrument makes one metric of it; an instrument that no view selects keeps its own. A view whose values
/// do not fit together is not applied, and the system warns once. A view has no influence on exemplars: there is one
/// for each bucket of a histogram, and one for any other sum.
/// ```swift
/// configuration.views = [
///     MetricView(name: "coordinator.queue.*", attributes: .except(["gen_ai.agent.name"])),
///     MetricView(name: "request.size", aggregation: .histogram(bounds: [1_000, 1_000_000])),
/// ]
/// ```
public struct MetricView: Sendable, Hashable {
    /// The kind of an instrument, as the catalog or the façade's type says.
    public enum InstrumentKind: Sendable, Hashable, CaseIterable {
        /// `Counter` and `FloatingPointCounter`.
        case counter
        /// A `Meter` that the catalog calls an up-down counter.
        case upDownCounter
        /// Any other `Meter`, and a `Recorder` that does not aggregate.
        case gauge
        /// `Timer`, and a `Recorder` that aggregates.
        case histogram
    }

    /// Which attributes a series keeps. Series that no longer differ are merged.
    public enum Attributes: Sendable, Hashable {
        /// All of them.
        case all
        /// Those with these keys.
        case only(Set<String>)
        /// Those without these keys.
        case except(Set<String>)
    }

    /// How measurements become points.
    public enum Aggregation: Sendable, Hashable {
        /// The aggregation that is usual for the kind of instrument.
        case standard
        /// Not at all: nothing is kept.
        case drop
        /// Their sum; not for gauges.
        case sum
        /// The last one.
        case lastValue
        /// Their distribution over these bounds, ascending, in the instrument's unit; not for up-down counters and
        /// gauges.
        case histogram(bounds: [Double])
    }

    /// Selects by the instrument's name, in which `*` stands for any text and `?` for one character; `nil` is any name.
    public var name: String?
    /// Selects by kind; `nil` is any kind.
    public var kind: InstrumentKind?
    /// Selects by the exact UCUM unit, such as `s`; `nil` is any unit.
    public var unit: String?
    /// Selects by the name of the scope that records, such as `coordinator`; `nil` is any scope.
    public var scopeName: String?
    /// Selects by the version of the scope that records; `nil` is any version.
    public var scopeVersion: String?

    /// The metric's new name; only in a view that selects one name, without `*` and `?`.
    public var rename: String?
    /// The metric's new description.
    public var description: String?
    /// The attributes that are kept. When series of a gauge are merged, the last value set is kept.
    public var attributes: Attributes
    /// How measurements become points.
    public var aggregation: Aggregation
    /// Series the metric may have, the overflow series included, at least 2; `nil` is the configuration's limit.
    public var cardinalityLimit: Int?

    /// Makes a view; see the properties. Without a selector it is for every instrument, the SDK's own included.
    public init(
        name: String? = nil, kind: InstrumentKind? = nil, unit: String? = nil, scopeName: String? = nil,
        scopeVersion: String? = nil, rename: String? = nil, description: String? = nil,
        attributes: Attributes = .all, aggregation: Aggregation = .standard, cardinalityLimit: Int? = nil
    ) {
        self.name = name
        self.kind = kind
        self.unit = unit
        self.scopeName = scopeName
        self.scopeVersion = scopeVersion
        self.rename = rename
        self.description = description
        self.attributes = attributes
        self.aggregation = aggregation
        self.cardinalityLimit = cardinalityLimit
    }
}
