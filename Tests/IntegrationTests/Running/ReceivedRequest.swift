import Coordinator

/// One request the sink decoded; numbers of 64 bits are text, as protobuf's JSON form has them.
struct ReceivedRequest: Decodable, Sendable {
    let signal: String
    let message: JSONValue
}

/// A span as it arrived.
struct ReceivedSpan: Sendable {
    let json: JSONValue

    var name: String { json["name"]?.stringValue ?? "" }
    var traceID: String { json["trace_id"]?.stringValue ?? "" }
    var spanID: String { json["span_id"]?.stringValue ?? "" }
    var parentSpanID: String? { json["parent_span_id"]?.stringValue }
    var durationNanoseconds: Int64 { time("end_time_unix_nano") - time("start_time_unix_nano") }

    private func time(_ key: String) -> Int64 { json[key]?.stringValue.flatMap { Int64($0) } ?? 0 }

    subscript(attribute: String) -> JSONValue? { json["attributes"]?.attribute(attribute) }
}

extension JSONValue {
    /// The value of one key in a list of OTLP attributes: a string, a boolean, or a number.
    func attribute(_ key: String) -> JSONValue? {
        guard let entry = arrayValue?.first(where: { $0["key"]?.stringValue == key })?["value"]?.objectValue else {
            return nil
        }
        if let text = entry["int_value"]?.stringValue { return Int64(text).map { .integer($0) } }
        return entry.values.first
    }
}

extension [ReceivedRequest] {
    var spans: [ReceivedSpan] {
        filter { $0.signal == "traces" }
            .flatMap { $0.message.list("resource_spans", "scope_spans", "spans") }.map { ReceivedSpan(json: $0) }
    }

    /// The points of a metric by name, from the last collection that had it.
    func points(of metric: String) -> [JSONValue] {
        let found = filter { $0.signal == "metrics" }
            .flatMap { $0.message.list("resource_metrics", "scope_metrics", "metrics") }
            .filter { $0["name"]?.stringValue == metric }
        guard let last = found.last else { return [] }
        return ["sum", "gauge", "histogram"].compactMap { last[$0]?["data_points"]?.arrayValue }.flatMap { $0 }
    }
}

extension JSONValue {
    /// The elements at the end of nested lists.
    fileprivate func list(_ keys: String...) -> [JSONValue] {
        keys.reduce([self]) { values, key in values.flatMap { $0[key]?.arrayValue ?? [] } }
    }
}
