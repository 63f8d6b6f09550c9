/// The part of a span that W3C trace context carries from one process to the next.
public struct SpanContext: Sendable, Hashable {
    /// The trace.
    public let traceID: TraceID
    /// The span.
    public let spanID: SpanID
    /// W3C trace flags; bit 0 is "sampled", bit 1 says that the trace's id is random.
    public let flags: UInt8
    /// The W3C trace state, empty when there is none.
    public let traceState: String
    /// Whether the span lives in another process.
    public let isRemote: Bool

    /// Makes a context.
    public init(traceID: TraceID, spanID: SpanID, flags: UInt8, traceState: String = "", isRemote: Bool = false) {
        self.traceID = traceID
        self.spanID = spanID
        self.flags = flags
        self.traceState = traceState
        self.isRemote = isRemote
    }

    /// Whether the span is recorded.
    public var isSampled: Bool { flags & 1 == 1 }
}

extension TraceID: CustomStringConvertible {
    /// 32 lowercase hexadecimal digits.
    public var description: String { Hexadecimal.string(high) + Hexadecimal.string(low) }
}

extension SpanID: CustomStringConvertible {
    /// 16 lowercase hexadecimal digits.
    public var description: String { Hexadecimal.string(value) }
}
