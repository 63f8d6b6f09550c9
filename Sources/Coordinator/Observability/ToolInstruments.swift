import CoreMetrics
import Support
import TelemetryCatalog

/// The durations of calls of tools and of requests to their servers, bound once for each set of attributes.
///
/// Tools, servers and types of errors are named by other people, so there may be any number of them.
final class ToolInstruments: Sendable {
    /// The most series that are kept. Later tools, servers and errors are recorded as `_OTHER`. 256.
    static let seriesLimit = 256

    private let given: (any MetricsFactory)?
    /// Asked for at the first use: a job file's check makes agents before the program's metrics are set up.
    private var factory: any MetricsFactory { given ?? MetricsSystem.factory }
    private let recorders = Locked<[String: any RecorderHandler]>([:])

    init(factory: (any MetricsFactory)? = nil) { given = factory }

    /// - Parameters:
    ///   - named: the attributes whose values come from outside, with their values.
    ///   - others: those that have few values.
    func recorder(
        _ definition: InstrumentDefinition, _ named: [(String, String)], _ others: [(String, String)] = [],
        errorType: String?
    ) -> any RecorderHandler {
        recorders.withLock { recorders in
            let error = errorType.map { [(AttributeKey.errorType, $0)] } ?? []
            let key = Self.key(definition, others + named + error)
            if let known = recorders[key] { return known }
            if recorders.count < Self.seriesLimit {
                let new = factory.recorder(definition, others + named + error)
                recorders[key] = new
                return new
            }
            // Cancellations stay what they are: they are nobody's failure.
            let kind = errorType.map { $0 == ErrorType.cancelled ? $0 : ErrorType.other }
            let rest =
                others + named.map { ($0.0, SeriesPlaces.other) } + (kind.map { [(AttributeKey.errorType, $0)] } ?? [])
            return factory.recorder(definition, rest)
        }
    }

    private static func key(_ definition: InstrumentDefinition, _ dimensions: [(String, String)]) -> String {
        definition.name + dimensions.map { "\n\($0.0)=\($0.1)" }.joined()
    }
}
