import Coordinator
import Support
import Tracing

/// The trace that a request belongs to, as it stands in the request's `_meta`, by the names of the W3C's headers.
enum TraceFields {
    private static let names: Set<String> = ["traceparent", "tracestate", "baggage"]

    /// The fields of the current span.
    static var current: JSONObject {
        guard let context = ServiceContext.current else { return [:] }
        var fields: JSONObject = [:]
        InstrumentationSystem.tracer.inject(context, into: &fields, using: FieldInjector())
        return fields
    }

    private struct FieldInjector: Injector {
        func inject(_ value: String, forKey key: String, into carrier: inout JSONObject) {
            let name = key.lowercased()
            if names.contains(name) { carrier[ExactString(name)] = .string(value) }
        }
    }
}
