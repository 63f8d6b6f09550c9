import Foundation
import Synchronization
import Telemetry
import TestSupport

@testable import OTLPExporter

/// Spools over one folder, and what they say. What is sent is taken at once.
final class SpoolRig: Sendable {
    let folder: TemporaryFolder
    private let warned = Mutex<[String]>([])

    init() throws { folder = try TemporaryFolder() }

    var warnings: [String] { warned.withLock { $0 } }
    var directory: String { folder.url.path }

    /// A spool that is open, and what it found.
    func spool(
        _ configuration: SpoolConfiguration? = nil, batchSize: Int = 10, maximumRequestBytes: Int = 20 << 20,
        resource: TelemetryResource = anyResource
    ) -> (spool: OTLPSpanSpool, opening: SpoolOpening) {
        let spool = OTLPSpanSpool(
            configuration: configuration
                ?? SpoolConfiguration(directory: directory, segmentBytes: 4096, segmentCount: 4),
            resource: resource, batchSize: batchSize, maximumRequestBytes: maximumRequestBytes,
            warn: { text in self.warned.withLock { $0.append(text) } },
            send: { _, _, _ in .finished(.delivered()) })
        return (spool, spool.open())
    }

    /// The files of all segments in the folder.
    func segmentFiles() throws -> [URL] {
        try FileManager.default.subpathsOfDirectory(atPath: directory).filter { $0.contains("segment-") }.sorted()
            .map { folder.file($0) }
    }

    func isEmpty() throws -> Bool { try FileManager.default.contentsOfDirectory(atPath: directory).isEmpty }
}

extension SpoolOpening {
    /// Whether nothing was found, be it whole or damaged.
    var isEmpty: Bool { adopted == 0 && crashed == 0 && evicted == 0 && damaged == 0 }
}

func span(_ id: UInt64, name: String = "span", bytes: Int = 0) -> SpanRecord {
    SpanRecord(
        traceID: TraceID(high: 1, low: 2), spanID: SpanID(id), name: name, startTime: 10, endTime: 20,
        attributes: bytes > 0 ? [Attribute("text", .string(String(repeating: "x", count: bytes)))] : [])
}

extension OTLPSpanSpool {
    /// Keeps spans with these ids.
    @discardableResult
    func append(_ ids: some Sequence<UInt64>, bytes: Int = 0) -> [SpoolAdmission] {
        ids.map { append(span($0, bytes: bytes), scope: anyScope) }
    }

    /// Takes and finishes everything.
    func drain() -> [SentSpan] {
        _ = requestDrain()
        var sent: [SentSpan] = []
        while let batch = take() {
            sent += SentSpan.all(in: batch.request?.body ?? [])
            finish(batch)
        }
        return sent
    }
}

/// A span in a request, read by hand.
struct SentSpan: Hashable {
    let resource: [UInt8]
    let scope: [UInt8]
    let bytes: [UInt8]

    /// The field with the span's id.
    var id: UInt64 { Self.fields(bytes).first { $0.number == 2 }?.bytes.reduce(0) { $0 << 8 | UInt64($1) } ?? 0 }
    var isCrashed: Bool { String(decoding: bytes, as: UTF8.self).contains("process_crash") }

    static func all(in request: [UInt8]) -> [SentSpan] {
        var spans: [SentSpan] = []
        for resourceSpans in fields(request) {
            let parts = fields(resourceSpans.bytes)
            for scopeSpans in parts where scopeSpans.number == 2 {
                let fields = fields(scopeSpans.bytes)
                for span in fields where span.number == 2 {
                    spans.append(
                        SentSpan(resource: first(in: parts), scope: first(in: fields), bytes: span.bytes))
                }
            }
        }
        return spans
    }

    private static func first(in fields: [(number: UInt64, bytes: [UInt8])]) -> [UInt8] {
        fields.first { $0.number == 1 }?.bytes ?? []
    }

    /// The fields of a message; numbers have no bytes.
    private static func fields(_ message: [UInt8]) -> [(number: UInt64, bytes: [UInt8])] {
        var rest = message[...]
        func varint() -> UInt64 {
            var value: UInt64 = 0
            var shift: UInt64 = 0
            while let byte = rest.popFirst() as UInt8? {
                value |= UInt64(byte & 0x7F) << shift
                if byte < 0x80 { break }
                shift += 7
            }
            return value
        }
        var fields: [(UInt64, [UInt8])] = []
        while !rest.isEmpty {
            let tag = varint()
            switch tag & 7 {
            case 0: _ = varint()
            case 1: rest = rest.dropFirst(8)
            case 5: rest = rest.dropFirst(4)
            default:
                let length = Int(varint())
                fields.append((tag >> 3, Array(rest.prefix(length))))
                rest = rest.dropFirst(length)
            }
        }
        return fields
    }
}
