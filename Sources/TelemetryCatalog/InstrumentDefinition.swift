/// One metric instrument: its name, what it measures, and the attributes its points may carry.
///
/// An instrument's unit, description and bucket bounds are written in the catalog's definitions only: the SDK looks
/// them up by name, and documentation, rules and dashboards are made from them.
public struct InstrumentDefinition: Sendable, Hashable {
    /// How values of an instrument combine.
    public enum Kind: Sendable, Hashable {
        /// A sum that only grows.
        case counter
        /// A sum that grows and shrinks.
        case upDownCounter
        /// The last value observed.
        case gauge
        /// A distribution over fixed bucket bounds, ascending, in the instrument's unit; the last bucket is unbounded.
        case histogram(bounds: [Double])
    }

    /// The OpenTelemetry name, such as `coordinator.agent.runs`.
    public let name: String
    /// How values combine.
    public let kind: Kind
    /// The UCUM unit, such as `s` or `{attempt}`.
    public let unit: String
    /// One sentence for people who read a dashboard.
    public let description: String
    /// The attribute keys a point may carry, in the order in which they are documented.
    public let attributes: [String]
    /// Which series the limit on series keeps, and how; `nil` where the names in its attributes are not other people's.
    package let places: SeriesPlaces?

    init(
        _ name: String, _ kind: Kind, unit: String, _ description: String, attributes: [String] = [],
        places: SeriesPlaces? = nil
    ) {
        self.name = name
        self.kind = kind
        self.unit = unit
        self.description = description
        self.attributes = attributes
        self.places = places
    }

    /// The bucket bounds of a histogram, `nil` for every other kind.
    public var bounds: [Double]? {
        if case .histogram(let bounds) = kind { bounds } else { nil }
    }
}

/// Bucket bounds, in seconds unless they count something, shared by the instruments of the catalog.
public enum BucketBounds {
    /// Whole workflows: one second to two hours.
    public static let workflow: [Double] = [1, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200]
    /// Attempts: 0.1 · 2ⁿ up to 409.6 s.
    public static let agent = doubling(from: 0.1, count: 13)
    /// Runs of agents, and jobs: 0.1 · 2ⁿ up to 6553.6 s. The conventions end at 409.6 s; jobs and people take longer.
    public static let invocation = doubling(from: 0.1, count: 17)
    /// Model calls: 0.01 · 2ⁿ up to 81.92 s.
    public static let inference = doubling(from: 0.01, count: 14)
    /// Time spent waiting for a slot: 0.005 · 2ⁿ up to 40.96 s.
    public static let queue = doubling(from: 0.005, count: 14)

    /// Appends to a store: 0.001 · 2ⁿ up to 8.192 s, which is beyond the time that a job waits for one.
    public static let append = doubling(from: 0.001, count: 14)
    /// Requests to servers of tools: 10 ms to five minutes.
    public static let toolServer: [Double] = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300]
    /// Answers, or calls of tools, in one run: 2ⁿ up to 128.
    public static let calls = doubling(from: 1, count: 8)

    // Multiplying integers keeps 51.2 from becoming 51.2000000000000028.
    private static func doubling(from first: Double, count: Int) -> [Double] {
        (0..<count).map { (first * 1000).rounded() * Double(1 << $0) / 1000 }
    }
}
