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

    /// The fields that end a span, to be appended to a `Span` message that has none of them: concatenated, the two
    /// parse as one message.
    func packedEnd(time: UInt64, attributes: [Attribute], status: SpanRecord.Status) -> PackedBytes {
        let message = message(otlp__span__init) { message in
            message.end_time_unix_nano = time
            (message.n_attributes, message.attributes) = self.attributes(attributes)
            message.status = self.status(status)
        }
        return packedInPlace(message, size: otlp__span__get_packed_size, pack: otlp__span__pack)
    }

    /// The status; `nil`, which means no message, for "unset".
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
    /// The W3C flags, with OTLP's bits that say whether the parent is remote and that this is known.
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
