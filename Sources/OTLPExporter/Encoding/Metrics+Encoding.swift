import COTLP
import Telemetry

extension MessageArena {
    /// The request that carries these metrics; every point's value must suit its metric's kind.
    func request(metrics: [MetricRecord], resource: TelemetryResource) -> [UInt8] {
        let request = message(otlp__export_metrics_service_request__init) { request in
            (request.n_resource_metrics, request.resource_metrics) =
                messages(CollectionOfOne(resource), otlp__resource_metrics__init) { resource, message in
                    message.resource = self.resource(resource)
                    (message.n_scope_metrics, message.scope_metrics) =
                        messages(grouped(metrics, by: \.scope), otlp__scope_metrics__init) { fill(&$1, with: $0) }
                }
        }
        return packed(
            request, size: otlp__export_metrics_service_request__get_packed_size,
            pack: otlp__export_metrics_service_request__pack)
    }

    private func fill(_ message: inout Otlp__ScopeMetrics, with group: ScopedRecords<MetricRecord>) {
        message.scope = scope(group.scope)
        (message.n_metrics, message.metrics) =
            messages(group.records, otlp__metric__init) { fill(&$1, with: $0) }
    }

    private func fill(_ message: inout Otlp__Metric, with metric: MetricRecord) {
        message.name = text(metric.name)
        message.description = text(metric.description)
        message.unit = text(metric.unit)
        switch metric.kind {
        case .sum(let isMonotonic):
            message.data_case = OTLP__METRIC__DATA_SUM
            message.sum = self.message(otlp__sum__init) { sum in
                (sum.n_data_points, sum.data_points) =
                    messages(metric.points, otlp__number_data_point__init) { fill(&$1, with: $0) }
                sum.aggregation_temporality = temporality(metric.temporality)
                sum.is_monotonic = isMonotonic ? 1 : 0
            }
        case .gauge:
            message.data_case = OTLP__METRIC__DATA_GAUGE
            message.gauge = self.message(otlp__gauge__init) { gauge in
                (gauge.n_data_points, gauge.data_points) =
                    messages(metric.points, otlp__number_data_point__init) { fill(&$1, with: $0) }
            }
        case .histogram(let bounds):
            message.data_case = OTLP__METRIC__DATA_HISTOGRAM
            message.histogram = self.message(otlp__histogram__init) { histogram in
                let bounds = numbers(bounds)
                (histogram.n_data_points, histogram.data_points) =
                    messages(metric.points, otlp__histogram_data_point__init) { fill(&$1, with: $0, bounds: bounds) }
                histogram.aggregation_temporality = temporality(metric.temporality)
            }
        }
    }

    private func fill(_ message: inout Otlp__NumberDataPoint, with point: MetricPoint) {
        (message.n_attributes, message.attributes) = attributes(point.attributes)
        message.start_time_unix_nano = point.startTime
        message.time_unix_nano = point.time
        switch point.value {
        case .int(let value):
            message.value_case = OTLP__NUMBER_DATA_POINT__VALUE_AS_INT
            message.as_int = value
        case .double(let value):
            message.value_case = OTLP__NUMBER_DATA_POINT__VALUE_AS_DOUBLE
            message.as_double = value
        case .histogram: break  // Removed before encoding: see SignalBatch.suitable.
        }
        (message.n_exemplars, message.exemplars) = exemplars(point.exemplars)
    }

    private func fill(
        _ message: inout Otlp__HistogramDataPoint, with point: MetricPoint, bounds: RepeatedField<Double>
    ) {
        (message.n_attributes, message.attributes) = attributes(point.attributes)
        message.start_time_unix_nano = point.startTime
        message.time_unix_nano = point.time
        // Other values are removed before encoding: see SignalBatch.suitable.
        guard case .histogram(let count, let sum, let min, let max, let buckets) = point.value else { return }
        message.count = count
        message._sum_case = OTLP__HISTOGRAM_DATA_POINT___SUM_SUM
        message.sum = sum
        if count > 0 {
            // Without measurements there is no minimum and no maximum.
            message._min_case = OTLP__HISTOGRAM_DATA_POINT___MIN_MIN
            message.min = min
            message._max_case = OTLP__HISTOGRAM_DATA_POINT___MAX_MAX
            message.max = max
        }
        (message.n_bucket_counts, message.bucket_counts) = numbers(buckets)
        (message.n_explicit_bounds, message.explicit_bounds) = bounds
        (message.n_exemplars, message.exemplars) = exemplars(point.exemplars)
    }

    private func exemplars(_ exemplars: [Exemplar]) -> RepeatedField<UnsafeMutablePointer<Otlp__Exemplar>?> {
        messages(exemplars, otlp__exemplar__init) { exemplar, message in
            message.value_case = OTLP__EXEMPLAR__VALUE_AS_DOUBLE
            message.as_double = exemplar.value
            message.time_unix_nano = exemplar.time
            if let trace = exemplar.traceID { message.trace_id = bytes(trace) }
            if let span = exemplar.spanID { message.span_id = bytes(span) }
        }
    }

    private func temporality(_ temporality: MetricRecord.Temporality) -> Otlp__AggregationTemporality {
        switch temporality {
        case .cumulative: OTLP__AGGREGATION_TEMPORALITY__AGGREGATION_TEMPORALITY_CUMULATIVE
        case .delta: OTLP__AGGREGATION_TEMPORALITY__AGGREGATION_TEMPORALITY_DELTA
        }
    }
}
