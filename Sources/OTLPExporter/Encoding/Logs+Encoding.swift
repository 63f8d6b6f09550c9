import COTLP
import Telemetry

extension MessageArena {
    /// The request that carries these log lines.
    func request(logs: [LogRecord], resource: TelemetryResource) -> [UInt8] {
        let request = message(otlp__export_logs_service_request__init) { request in
            let resourceLogs = messages(CollectionOfOne(resource), otlp__resource_logs__init) { resource, message in
                message.resource = self.resource(resource)
                let groups = grouped(logs, by: \.scope)
                let scopes = messages(groups, otlp__scope_logs__init) { group, message in
                    message.scope = scope(group.scope)
                    let records = messages(group.records, otlp__log_record__init) { fill(&$1, with: $0) }
                    message.n_log_records = records.count
                    message.log_records = records.values
                }
                message.n_scope_logs = scopes.count
                message.scope_logs = scopes.values
            }
            request.n_resource_logs = resourceLogs.count
            request.resource_logs = resourceLogs.values
        }
        return packed(
            request, size: otlp__export_logs_service_request__get_packed_size,
            pack: otlp__export_logs_service_request__pack)
    }

    private func fill(_ message: inout Otlp__LogRecord, with log: LogRecord) {
        message.time_unix_nano = log.time
        // A line is observed when it is logged: there is no collector in between.
        message.observed_time_unix_nano = log.time
        message.severity_number = Otlp__SeverityNumber(rawValue: UInt32(clamping: min(max(log.severity, 0), 24)))
        message.severity_text = text(log.severityText)
        message.body = value(.string(log.body))
        let attributes = attributes(log.attributes)
        message.n_attributes = attributes.count
        message.attributes = attributes.values
        message.flags = UInt32(log.flags)
        if let trace = log.traceID { message.trace_id = bytes(trace) }
        if let span = log.spanID { message.span_id = bytes(span) }
        message.event_name = text(log.eventName)
    }
}
