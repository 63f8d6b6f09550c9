import Telemetry

let scope = InstrumentationScope(name: "coordinator", version: "1.0")
let resource = TelemetryResource([
    Attribute("service.name", .string("coordinator")), Attribute("process.pid", .int(7)),
])

func counter(
    _ name: String, _ value: Int64, unit: String = "{run}", _ attributes: [String: String] = [:],
    description: String = "Things counted."
) -> MetricRecord {
    record(name, .sum(monotonic: true), unit: unit, .int(value), attributes, description)
}

func gauge(
    _ name: String, _ value: Double, unit: String = "s", _ attributes: [String: String] = [:]
) -> MetricRecord {
    record(name, .gauge, unit: unit, .double(value), attributes, "A level.")
}

func histogram(
    _ name: String, bounds: [Double] = [0.1, 1], buckets: [UInt64], sum: Double, _ attributes: [String: String] = [:]
) -> MetricRecord {
    record(
        name, .histogram(bounds: bounds), unit: "s",
        .histogram(count: buckets.reduce(0, +), sum: sum, min: 0, max: 1, buckets: buckets), attributes,
        "A distribution.")
}

func record(
    _ name: String, _ kind: MetricRecord.Kind, unit: String, _ value: MetricPoint.Value,
    _ attributes: [String: String], _ description: String, scope: InstrumentationScope = scope
) -> MetricRecord {
    MetricRecord(
        name: name, description: description, unit: unit, kind: kind, scope: scope,
        points: [
            MetricPoint(
                attributes: attributes.sorted { $0.key < $1.key }.map { Attribute($0.key, .string($0.value)) },
                startTime: 1, time: 2, value: value)
        ])
}
