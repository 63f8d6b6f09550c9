import COTLP
import Telemetry

extension MessageArena {
    /// One `Resource` message.
    func packed(_ resource: TelemetryResource) -> PackedBytes {
        packedInPlace(
            self.resource(resource), size: otlp__resource__get_packed_size, pack: otlp__resource__pack)
    }

    /// One `InstrumentationScope` message.
    func packed(_ scope: InstrumentationScope) -> PackedBytes {
        packedInPlace(
            self.scope(scope), size: otlp__instrumentation_scope__get_packed_size,
            pack: otlp__instrumentation_scope__pack)
    }

    /// The fields that end a span, to be put behind a `Span` message that has none of them: on the wire, the two are one
    /// message.
    func packedEnd(time: UInt64, attributes: [Attribute], status: SpanRecord.Status) -> PackedBytes {
        let message = message(otlp__span__init) { message in
            message.end_time_unix_nano = time
            (message.n_attributes, message.attributes) = self.attributes(attributes)
            message.status = self.status(status)
        }
        return packedInPlace(message, size: otlp__span__get_packed_size, pack: otlp__span__pack)
    }

    /// No message at all stands for "unset".
    func status(_ status: SpanRecord.Status) -> UnsafeMutablePointer<Otlp__Status>? {
        switch status {
        case .unset: nil
        case .ok: message(otlp__status__init) { $0.code = OTLP__STATUS__STATUS_CODE__STATUS_CODE_OK }
        case .error(let text):
            message(otlp__status__init) { message in
                message.code = OTLP__STATUS__STATUS_CODE__STATUS_CODE_ERROR
                message.message = self.text(text)
            }
        }
    }
}

extension SpanRecord {
    /// The W3C flags, and that we know whether the parent is remote.
    var wireFlags: UInt32 {
        let isRemote = parentIsRemote ? OTLP__SPAN_FLAGS__SPAN_FLAGS_CONTEXT_IS_REMOTE_MASK.rawValue : 0
        return UInt32(flags) | OTLP__SPAN_FLAGS__SPAN_FLAGS_CONTEXT_HAS_IS_REMOTE_MASK.rawValue | isRemote
    }
}

extension SpanRecord.Kind {
    var wireValue: Otlp__Span__SpanKind {
        switch self {
        case .internal: OTLP__SPAN__SPAN_KIND__SPAN_KIND_INTERNAL
        case .server: OTLP__SPAN__SPAN_KIND__SPAN_KIND_SERVER
        case .client: OTLP__SPAN__SPAN_KIND__SPAN_KIND_CLIENT
        case .producer: OTLP__SPAN__SPAN_KIND__SPAN_KIND_PRODUCER
        case .consumer: OTLP__SPAN__SPAN_KIND__SPAN_KIND_CONSUMER
        }
    }
}
