#if canImport(Glibc)
    import Support
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

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
        var seconds = time_t(nanoseconds / 1_000_000_000)
        var parts = tm()
        guard gmtime_r(&seconds, &parts) != nil else { return "" }
        func digits(_ value: Int, _ width: Int) -> String {
            let text = String(value)
            return String(repeating: "0", count: max(0, width - text.count)) + text
        }
        let date = [Int(parts.tm_year) + 1900, Int(parts.tm_mon) + 1, Int(parts.tm_mday)]
            .map { digits($0, 2) }.joined(separator: "-")
        let time = [Int(parts.tm_hour), Int(parts.tm_min), Int(parts.tm_sec)]
            .map { digits($0, 2) }.joined(separator: ":")
        return "\(date)T\(time).\(digits(Int(nanoseconds / 1_000_000 % 1000), 3))Z"
    }
}
