import CurlClient
import Tracing

/// The headers that carry the current span to a service.
enum TraceHeaders {
    static var current: [HTTPHeader] {
        guard let context = ServiceContext.current else { return [] }
        var headers: [HTTPHeader] = []
        InstrumentationSystem.tracer.inject(context, into: &headers, using: HeaderInjector())
        return headers
    }

    private struct HeaderInjector: Injector {
        func inject(_ value: String, forKey key: String, into carrier: inout [HTTPHeader]) {
            carrier.append(HTTPHeader(key, value))
        }
    }
}
