import InMemoryTracing

/// Each span as its path of names with its attributes, without ids, versions and times.
func spanTree(_ spans: [FinishedInMemorySpan]) -> [String] {
    let byID = Dictionary(spans.map { ($0.spanID, $0) }, uniquingKeysWith: { first, _ in first })
    return spans.map { span in
        var path = [span.operationName]
        var parent = span.parentSpanID
        while let id = parent, let above = byID[id] {
            path.append(above.operationName)
            parent = above.parentSpanID
        }
        var attributes: [String] = []
        span.attributes.forEach { key, value in
            if !key.contains("version"), !key.contains("duration") { attributes.append("\(key)=\(value)") }
        }
        return path.reversed().joined(separator: "/") + " " + attributes.sorted().joined(separator: ",")
    }.sorted()
}
