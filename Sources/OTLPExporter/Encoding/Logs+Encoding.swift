import COTLP
import Telemetry

extension MessageArena {
    /// The request that carries these log lines.
    func request(logs: [LogRecord], resource: TelemetryResource) -> [UInt8] {
        let request = message(otlp__export_logs_service_request__init) { request in
            (request.n_resource_logs, request.resource_logs) =
                messages(CollectionOfOne(resource), otlp__resource_logs__init) { resource, message in
                    message.resource = self.resource(resource)
                    (message.n_scope_logs, message.scope_logs) =
                        messages(grouped(logs, by: \.scope), otlp__scope_logs__init) { fill(&$1, with: $0) }
                }
        }
        return packed(
            request, size: otlp__export_logs_service_request__get_packed_size,
            pack: otlp__export_logs_service_request__pack)
    }

    private func fill(_ message: inout Otlp__ScopeLogs, with group: ScopedRecords<LogRecord>) {
        message.scope = scope(group.scope)
        (message.n_log_records, message.log_records) =
            messages(group.records, otlp__log_record__init) { fill(&$1, with: $0) }
    }

    private func fill(_ message: inout Otlp__LogRecord, with log: LogRecord) {
        message.time_unix_nano = log.time
        // A line is observed when it is logged: there is no collector in between.
        message.observed_time_unix_nano = log.time
        message.severity_number = Otlp__SeverityNumber(rawValue: UInt32(clamping: min(max(log.severity, 0), 24)))
        message.severity_text = text(log.severityText)
        message.body = value(.string(log.body))
        (message.n_attributes, message.attributes) = attributes(log.attributes)
        message.flags = UInt32(log.flags)
        if let trace = log.traceID { message.trace_id = bytes(trace) }
        if let span = log.spanID { message.span_id = bytes(span) }
        message.event_name = text(log.eventName)
    }
}
