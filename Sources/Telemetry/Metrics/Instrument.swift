import Support
import TelemetryCatalog

/// All series of one metric.
final class Instrument<Series: MetricSeries>: Sendable {
    let definition: StreamDefinition
    private let exemplarFilter: ExemplarFilter
    private let clock: @Sendable () -> UInt64
    private let state: Locked<State>

    private struct State {
        var series: [[Attribute]: Series] = [:]
        var admission: SeriesAdmission
    }

    init(_ definition: StreamDefinition, exemplarFilter: ExemplarFilter, clock: @escaping @Sendable () -> UInt64) {
        self.definition = definition
        self.exemplarFilter = exemplarFilter
        self.clock = clock
        state = Locked(State(admission: SeriesAdmission(limit: definition.limit, places: definition.places)))
    }

    /// The series with these dimensions, and whether the limit on series has taken some of them away.
    func series(_ dimensions: [(String, String)]) -> (series: Series, isLimited: Bool) {
        let attributes = attributes(dimensions)
        return state.withLock { state in
            if let found = state.series[attributes] { return (found, false) }
            let key =
                switch state.admission.admit(attributes) {
                case .own: attributes
                case .renamed(let others): others
                case .overflow: [Attribute(AttributeKey.metricOverflow, .bool(true))]
                }
            if let found = state.series[key] { return (found, true) }
            let new = Series(options)
            state.series[key] = new
            return (new, key != attributes)
        }
    }

    func record(endsInterval: Bool, at time: UInt64) -> MetricRecord {
        let all = state.withLock { $0.series }
        var points: [MetricPoint] = []
        points.reserveCapacity(all.count)
        for (attributes, series) in all {
            guard let value = series.value(endsInterval: endsInterval) else { continue }
            points.append(
                MetricPoint(
                    attributes: attributes, startTime: series.startTime, time: max(time, series.startTime),
                    value: value, exemplars: series.collectExemplars()))
        }
        points.sort { Self.isOrdered($0.attributes, $1.attributes) }
        return MetricRecord(
            name: definition.name, description: definition.description, unit: definition.unit, kind: definition.kind,
            scope: definition.scope, points: points)
    }

    private var options: SeriesOptions {
        var bounds: [Double] = []
        if case .histogram(let own) = definition.kind { bounds = own }
        // A unit in braces is an annotation such as `{span}`: such things are counted in whole numbers.
        return SeriesOptions(
            bounds: bounds, isSum: definition.kind == .sum(monotonic: false),
            wholeNumbers: definition.unit.hasPrefix("{"), exemplarFilter: exemplarFilter, clock: clock)
    }

    /// The dimensions as attributes, sorted by key; of two with the same key the last wins.
    private func attributes(_ dimensions: [(String, String)]) -> [Attribute] {
        var attributes: [Attribute] = []
        attributes.reserveCapacity(dimensions.count)
        for (key, value) in dimensions where definition.attributes.keep(key) {
            attributes.removeAll { $0.key.hasBytes(of: key) }
            attributes.append(Attribute(key, Self.value(value, of: key)))
        }
        return attributes.sorted(byBytesOf: \.key)
    }

    /// The value as an attribute. The façade's dimensions are text, but a port is a number by the conventions.
    private static func value(_ text: String, of key: String) -> AttributeValue {
        if [AttributeKey.serverPort, AttributeKey.httpStatusCode].contains(key), let number = Int64(text) {
            return .int(number)
        }
        let (kept, omitted) = ForeignText.cut(text, to: StreamDefinition.valueLength)
        return .string(omitted > 0 ? "\(kept)…" : text)
    }

    private static func isOrdered(_ left: [Attribute], _ right: [Attribute]) -> Bool {
        for (left, right) in zip(left, right) where left != right {
            let (left, right) = (
                (ExactString(left.key), ExactString(left.value.text)),
                (ExactString(right.key), ExactString(right.value.text))
            )
            return left < right
        }
        return left.count < right.count
    }
}

extension AttributeValue {
    /// The value as text, for sorting and for labels.
    public var text: String {
        switch self {
        case .string(let value): value
        case .bool(let value): value ? "true" : "false"
        case .int(let value): String(value)
        case .double(let value): String(value)
        case .array(let values): "[" + values.map(\.text).joined(separator: ",") + "]"
        }
    }
}
