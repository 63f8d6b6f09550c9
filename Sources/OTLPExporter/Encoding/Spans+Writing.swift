import COTLP
import Telemetry

// `Span` messages are many, so they are written without protobuf-c. The bytes are the same and in the same order, which
// tests check. All other messages go through `MessageArena`.
extension BackwardWriter {
    /// Writes one `Span` message, as it appears in a request.
    mutating func write(_ span: SpanRecord) {
        shortFixedField(16, span.wireFlags)
        write(span.status)
        writeCount(14, span.droppedLinks)
        for link in span.links.reversed() {
            let end = count
            write(4, link.attributes)
            writeText(3, link.traceState)
            writeID(2, link.spanID)
            writeID(1, link.traceID)
            lengthField(13, since: end)
        }
        writeCount(12, span.droppedEvents)
        for event in span.events.reversed() {
            let end = count
            writeCount(4, event.droppedAttributes)
            write(3, event.attributes)
            writeText(2, event.name)
            writeTime(1, event.time)
            lengthField(11, since: end)
        }
        writeCount(10, span.droppedAttributes)
        write(9, span.attributes)
        writeTime(8, span.endTime)
        writeTime(7, span.startTime)
        varintField(6, UInt64(span.kind.wireValue.rawValue))
        writeText(5, span.name)
        if let parent = span.parentSpanID { writeID(4, parent) }
        writeText(3, span.traceState)
        writeID(2, span.spanID)
        writeID(1, span.traceID)
    }

    /// Writes the status; nothing for "unset".
    private mutating func write(_ status: SpanRecord.Status) {
        let end = count
        switch status {
        case .unset: return
        case .ok: varintField(3, UInt64(OTLP__STATUS__STATUS_CODE__STATUS_CODE_OK.rawValue))
        case .error(let text):
            varintField(3, UInt64(OTLP__STATUS__STATUS_CODE__STATUS_CODE_ERROR.rawValue))
            writeText(2, text)
        }
        lengthField(15, since: end)
    }

    private mutating func write(_ number: UInt8, _ attributes: [Attribute]) {
        attributes.withUnsafeBufferPointer { attributes in
            var index = attributes.count
            while index > 0 {
                index &-= 1
                let end = count
                write(attributes[index].value)
                lengthField(2, since: end)
                writeText(1, attributes[index].key)
                lengthField(number, since: end)
            }
        }
    }

    /// Writes the content of an `AnyValue`.
    @inline(__always) private mutating func write(_ value: AttributeValue) {
        switch value {
        case .string(let text): textField(1, text)
        case .bool(let bool): varintField(2, bool ? 1 : 0)
        case .int(let int): varintField(3, UInt64(bitPattern: int))
        case .double(let double): fixedField(4, double.bitPattern)
        case .array(let elements): write(elements)
        }
    }

    /// Writes an `ArrayValue`, whose elements may be arrays themselves.
    @inline(never) private mutating func write(_ elements: [AttributeValue]) {
        let end = count
        for element in elements.reversed() {
            let end = count
            write(element)
            lengthField(1, since: end)
        }
        lengthField(5, since: end)
    }

    // Empty and zero values are left out, as protobuf does.

    private mutating func writeText(_ number: UInt8, _ text: String) {
        if !text.isEmpty { textField(number, text) }
    }

    private mutating func writeTime(_ number: UInt8, _ time: UInt64) {
        if time != 0 { fixedField(number, time) }
    }

    private mutating func writeCount(_ number: UInt8, _ count: Int) {
        let count = UInt32(clamping: count)
        if count != 0 { varintField(number, UInt64(count)) }
    }

    private mutating func writeID(_ number: UInt8, _ id: TraceID) {
        let end = count
        bigEndian(id.low)
        bigEndian(id.high)
        lengthField(number, since: end)
    }

    private mutating func writeID(_ number: UInt8, _ id: SpanID) {
        let end = count
        bigEndian(id.value)
        lengthField(number, since: end)
    }
}
