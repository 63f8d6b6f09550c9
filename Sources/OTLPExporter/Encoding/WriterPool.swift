import Support
import Telemetry

/// Writers that are used again, so that encoding one span allocates nothing.
struct WriterPool: Sendable {
    /// The most writers that are kept; each has the memory of its largest span, at most 256 KiB. Threads beyond that number
    /// make their own.
    static let most = 16

    private let idle = Locked<[IdleWriter]>([])

    /// How many wait for their next use.
    var idleCount: Int { idle.withLock { $0.count } }

    /// Lends one span's message, as it stands in a request, for the time of a call.
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

    private final class IdleWriter: @unchecked Sendable {  // Nobody uses a writer that lies in the pool.
        var writer = BackwardWriter()
    }
}
