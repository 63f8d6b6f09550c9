import InMemoryTracing
import MetricsTestKit
import Tracing

/// What reached the backends: spans and counters are printed first, then what is looked for among them.
struct Received {
    private let spans: [FinishedInMemorySpan]
    private let counters: [TestCounter]
    private(set) var isComplete = true

    init(spans: [FinishedInMemorySpan], counters: [TestCounter]) {
        (self.spans, self.counters) = (spans, counters)
        for span in spans {
            print("span \(span.operationName) below \(parent(of: span) ?? "none", attributes(of: span))")
        }
        for counter in counters where counter.totalValue > 0 {
            print("counter \(counter.label, dimensions(of: counter)) is \(counter.totalValue)")
        }
    }

    /// A span of this name, below one of that name in the same trace, with these attributes.
    mutating func expect(_ name: String, below parent: String, _ attributes: String...) {
        let found = spans.contains {
            $0.operationName == name && self.parent(of: $0) == parent
                && self.attributes(of: $0).isSuperset(of: attributes)
        }
        expect("span \(name) below \(parent, Set(attributes))", found)
    }

    /// The sum of the counters of this name with these dimensions, whatever others they have.
    mutating func expect(_ total: Int64, of name: String, _ dimensions: String...) {
        let found = counters.filter { $0.label == name && self.dimensions(of: $0).isSuperset(of: dimensions) }
        expect("counter \(name, Set(dimensions)) is \(total)", found.reduce(0) { $0 + $1.totalValue } == total)
    }

    mutating func expect(_ what: String, _ holds: Bool) {
        print(holds ? "✓ \(what)" : "✗ missing: \(what)")
        if !holds { isComplete = false }
    }

    private func parent(of span: FinishedInMemorySpan) -> String? {
        spans.first { $0.spanID == span.parentSpanID && $0.traceID == span.traceID }?.operationName
    }

    private func dimensions(of counter: TestCounter) -> Set<String> {
        Set(counter.dimensions.map { "\($0)=\($1)" })
    }

    private func attributes(of span: FinishedInMemorySpan) -> Set<String> {
        var texts: Set<String> = []
        span.attributes.forEach { key, value in
            switch value {
            case .string(let text): texts.insert("\(key)=\(text)")
            case .int64(let number): texts.insert("\(key)=\(number)")
            case .double(let number): texts.insert("\(key)=\(number)")
            case .bool(let flag): texts.insert("\(key)=\(flag)")
            default: texts.insert("\(key)=\(value)")
            }
        }
        return texts
    }
}

extension DefaultStringInterpolation {
    /// A name, and what it has in parentheses.
    fileprivate mutating func appendInterpolation(_ name: String, _ attributes: Set<String>) {
        appendLiteral(attributes.isEmpty ? name : "\(name) (\(attributes.sorted().joined(separator: ", ")))")
    }
}
