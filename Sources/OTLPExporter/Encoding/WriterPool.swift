import Support
import Telemetry

/// Writers that are reused, so that encoding one span allocates nothing.
struct WriterPool: Sendable {
    /// The most writers that are kept; each keeps the memory of its largest span, at most 256 KiB. When more threads
    /// encode at once, the others make a new writer each time.
    static let most = 16

    private let idle = Locked<[IdleWriter]>([])

    /// The number of writers in the pool.
    var idleCount: Int { idle.withLock { $0.count } }

    /// Passes one span's message, as it appears in a request, to `body`; the bytes are valid during the call only.
    func withBytes<Result>(of span: SpanRecord, _ body: (PackedBytes) -> Result) -> Result {
        let idleWriter = idle.withLock { $0.popLast() } ?? IdleWriter()
        idleWriter.writer.write(span)
        let result = idleWriter.writer.withBytes { body(PackedBytes($0, of: nil)) }
        idleWriter.writer.reset()
        idle.withLock { idle in
            if idle.count < Self.most { idle.append(idleWriter) }
        }
        return result
    }

    private final class IdleWriter: @unchecked Sendable {  // A writer in the pool is not in use.
        var writer = BackwardWriter()
    }
}
