import Support
import Telemetry
import TelemetryCatalog

extension MetricFamily {
    /// The families of a cumulative collection, by name.
    ///
    /// When two instruments have the same name and different kinds, or samples of one would read like samples of the
    /// other, the second is left out, as OpenTelemetry's specification for Prometheus says.
    static func families(of records: [MetricRecord], scopeLabels: Bool) -> [String: MetricFamily] {
        var families: [String: MetricFamily] = [:]
        var owners: [String: String] = [:]
        for record in records {
            var family = MetricFamily(record)
            // The name of what is said of the resource.
            guard family.name != PrometheusText.targetInfo else { continue }
            if let known = families[family.name] {
                guard known.kind == family.kind else { continue }
                family = known
            } else {
                let names = family.sampleNames
                guard names.allSatisfy({ owners[$0] == nil }) else { continue }
                for name in names { owners[name] = family.name }
            }
            families[family.name] = nil  // keeps the series uniquely referenced while they are added to
            for point in record.points {
                var labels = LabelText.labels(point.attributes)
                if scopeLabels {
                    labels[PrometheusText.scopeLabel] = record.scope.name
                    labels["otel_scope_version"] = record.scope.version
                }
                let key = LabelText.render(labels)
                if family.series[key] == nil { family.series[key] = MetricSample(point, of: record) }
            }
            families[family.name] = family
        }
        return families
    }

    /// The names at the start of the family's lines.
    var sampleNames: [String] {
        switch kind {
        case .counter, .gauge: [declaredName]
        case .histogram: [name, name + "_bucket", name + "_sum", name + "_count"]
        }
    }

    private init(_ record: MetricRecord) {
        let kind: Kind =
            switch record.kind {
            case .sum(monotonic: true): .counter
            case .sum(monotonic: false), .gauge: .gauge
            case .histogram: .histogram
            }
        self.init(
            name: PrometheusNames.family(
                record.name, unit: record.unit, isGauge: record.kind == .gauge),
            kind: kind,
            help: record.description.allSatisfy(\.isWhitespace) ? "The instrument \(record.name)." : record.description,
            unit: PrometheusNames.unitWord(record.unit, isGauge: record.kind == .gauge))
    }
}

extension MetricSample {
    init(_ point: MetricPoint, of record: MetricRecord) {
        switch point.value {
        case .int(let value):
            self = .number(.whole(value), exemplar: point.exemplars.last.map(PrometheusExemplar.init))
        case .double(let value):
            self = .number(.real(value), exemplar: point.exemplars.last.map(PrometheusExemplar.init))
        case .histogram(_, let sum, _, _, let buckets):
            var bounds: [Double] = []
            if case .histogram(let own) = record.kind { bounds = own }
            bounds.append(.infinity)
            var total: Int64 = 0
            let counts = buckets.map { count -> Int64 in
                total = total.addingSaturated(Int64(clamping: count))
                return total
            }
            var exemplars: [Int: PrometheusExemplar] = [:]
            for exemplar in point.exemplars {
                let bucket = bounds.firstIndex { exemplar.value <= $0 } ?? bounds.count - 1
                exemplars[bucket] = PrometheusExemplar(exemplar)
            }
            self = .distribution(.init(bounds: bounds, counts: counts, sum: .real(sum), exemplars: exemplars))
        }
    }
}

extension PrometheusExemplar {
    init(_ exemplar: Exemplar) {
        let nanoseconds = String(exemplar.time % 1_000_000_000)
        let fraction = String(repeating: "0", count: 9 - nanoseconds.count) + nanoseconds
        self.init(
            labels: [
                exemplar.traceID.map { "trace_id=\"\($0)\"" }, exemplar.spanID.map { "span_id=\"\($0)\"" },
            ].compactMap(\.self).joined(separator: ","), value: exemplar.value,
            time: "\(exemplar.time / 1_000_000_000).\(fraction)")
    }
}
