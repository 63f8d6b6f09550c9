import Support
import Telemetry

/// Records with the values that encoders get wrong.
struct RandomRecords {
    var generator: SeededGenerator

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    mutating func span() -> SpanRecord {
        SpanRecord(
            traceID: traceID(), spanID: spanID(), parentSpanID: chance(2) ? spanID() : nil,
            flags: UInt8(number() & 0xFF),
            parentIsRemote: chance(2), traceState: text(), name: text(),
            kind: pick([.internal, .server, .client, .producer, .consumer]), startTime: number(), endTime: number(),
            attributes: attributes(), droppedAttributes: dropped(),
            events: list(3) { $0.event() }, droppedEvents: dropped(),
            links: list(3) { $0.link() }, droppedLinks: dropped(),
            status: pick([.unset, .ok, .error(message: ""), .error(message: text())]))
    }

    /// A metric whose points suit its kind.
    mutating func metric() -> MetricRecord {
        let bounds = list(4) { _ in 0.0 }.indices.map { Double($0) * 2.5 - 3 }
        let kind = pick([
            MetricRecord.Kind.sum(monotonic: true), .sum(monotonic: false), .gauge, .histogram(bounds: bounds),
        ])
        return MetricRecord(
            name: text(), description: text(), unit: text(), kind: kind,
            temporality: kind == .gauge ? .cumulative : pick([.cumulative, .delta]), scope: scope(),
            points: list(4) { $0.point(kind) })
    }

    mutating func log() -> LogRecord {
        let isTraced = chance(2)
        return LogRecord(
            time: number(), severity: pick([0, 1, 9, 17, 21, 24, 25, -1, .min, .max]), severityText: text(),
            body: text(), eventName: text(), attributes: attributes(), traceID: isTraced ? traceID() : nil,
            spanID: isTraced ? spanID() : nil, flags: UInt8(number() & 0xFF), scope: scope())
    }

    /// One of few scopes, so that records share some.
    mutating func scope() -> InstrumentationScope {
        pick([
            InstrumentationScope(name: "a"), InstrumentationScope(name: "a", version: "1"),
            InstrumentationScope(name: ""), InstrumentationScope(name: "ü\0", version: "日本"),
        ])
    }

    mutating func resource() -> TelemetryResource { TelemetryResource(attributes()) }

    private mutating func point(_ kind: MetricRecord.Kind) -> MetricPoint {
        MetricPoint(
            attributes: attributes(), startTime: number(), time: number(), value: pointValue(kind),
            exemplars: list(2) {
                Exemplar(value: $0.double(), time: $0.number(), traceID: $0.traceID(), spanID: $0.spanID())
            })
    }

    private mutating func pointValue(_ kind: MetricRecord.Kind) -> MetricPoint.Value {
        guard case .histogram(let bounds) = kind else { return chance(2) ? .int(whole()) : .double(double()) }
        return .histogram(
            count: number(), sum: double(), min: double(), max: double(),
            buckets: (0...bounds.count).map { _ in number() })
    }

    private mutating func event() -> SpanRecord.Event {
        .init(name: text(), time: number(), attributes: attributes(), droppedAttributes: dropped())
    }

    private mutating func link() -> SpanRecord.Link {
        .init(traceID: traceID(), spanID: spanID(), traceState: text(), attributes: attributes())
    }

    private mutating func attributes() -> [Attribute] {
        list(6) { Attribute($0.text(), $0.value(depth: 0)) }
    }

    private mutating func value(depth: Int) -> AttributeValue {
        switch Int.random(in: 0..<(depth < 4 ? 5 : 4), using: &generator) {
        case 0: .string(text())
        case 1: .bool(chance(2))
        case 2: .int(whole())
        case 3: .double(double())
        default: .array(list(4) { $0.value(depth: depth + 1) })
        }
    }

    private mutating func whole() -> Int64 { pick([0, 1, -1, .min, .max, Int64(bitPattern: number())]) }

    private mutating func double() -> Double {
        pick([
            0, -0.0, 1.5, .infinity, -.infinity, .nan, .leastNonzeroMagnitude, .greatestFiniteMagnitude,
            Double(bitPattern: number()),
        ])
    }

    private mutating func text() -> String {
        pick([
            "", "plain", "\0", "a\0b\0", "ü", "u\u{308}", "👩‍👩‍👧", "\u{10FFFF}", "\r\n\t\u{1B}\u{7F}", "\"\\/", " ", "日本語",
            String(repeating: "long ", count: 100), String(number(), radix: 36),
        ])
    }

    private mutating func number() -> UInt64 {
        pick([0, 1, .max, UInt64(Int64.max), UInt64(Int64.max) + 1, generator.next()])
    }

    private mutating func dropped() -> Int { pick([0, 0, 1, Int(UInt32.max), Int.max]) }
    private mutating func traceID() -> TraceID { TraceID(high: number(), low: number()) }
    private mutating func spanID() -> SpanID { SpanID(number()) }
    private mutating func chance(_ oneIn: Int) -> Bool { Int.random(in: 0..<oneIn, using: &generator) == 0 }

    private mutating func pick<T>(_ choices: [T]) -> T {
        choices[Int.random(in: 0..<choices.count, using: &generator)]
    }

    private mutating func list<T>(_ most: Int, _ make: (inout RandomRecords) -> T) -> [T] {
        let count = Int.random(in: 0...most, using: &generator)
        return (0..<count).map { _ in make(&self) }
    }
}
