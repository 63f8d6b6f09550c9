import Support

/// A log line for machines: one JSON object.
enum JSONLogLine {
    static func render(_ record: LogRecord) -> String {
        var line =
            "{\"time\":\(JSONQuotation.quoted(timestamp(record.time))),\"level\":\(JSONQuotation.quoted(record.severityText))"
        line +=
            ",\"message\":\(JSONQuotation.quoted(record.body)),\"logger\":\(JSONQuotation.quoted(record.scope.name))"
        if !record.eventName.isEmpty { line += ",\"event\":\(JSONQuotation.quoted(record.eventName))" }
        if let traceID = record.traceID { line += ",\"trace_id\":\"\(traceID)\"" }
        if let spanID = record.spanID { line += ",\"span_id\":\"\(spanID)\"" }
        if !record.attributes.isEmpty {
            let members = record.attributes.map { "\(JSONQuotation.quoted($0.key)):\(value($0.value))" }
            line += ",\"attributes\":{\(members.joined(separator: ","))}"
        }
        return line + "}\n"
    }

    private static func value(_ value: AttributeValue) -> String {
        switch value {
        case .string(let text): JSONQuotation.quoted(text)
        case .bool(let value): value ? "true" : "false"
        case .int(let value): String(value)
        // JSON has no infinity and no NaN.
        case .double(let value): value.isFinite ? String(value) : JSONQuotation.quoted(String(value))
        case .array(let values): "[" + values.map(self.value).joined(separator: ",") + "]"
        }
    }

    /// RFC 3339 in UTC with milliseconds.
    private static func timestamp(_ nanoseconds: UInt64) -> String {
        CalendarTime(nanoseconds, in: .utc).map { "\($0.date)T\($0.time)Z" } ?? ""
    }
}
