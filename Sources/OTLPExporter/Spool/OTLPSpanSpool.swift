import Support
import Telemetry

/// The queue in front of the traces endpoint: a bounded ring of segments that hold spans as OTLP bytes, in files if a
/// folder is given, else in memory.
///
/// A span is encoded on the thread that ends it. Delivery is at least once: spans that were sent but not acknowledged
/// when the process died are sent again by the next process.
final class OTLPSpanSpool: SpanSpool {
    /// The most bytes of one request's spans, unless a single span has more.
    static let mostBatchBytes = 4 << 20

    /// Spans handed out together, and the request with those of them that could be read.
    struct Batch: SpoolBatch {
        fileprivate let start: UInt64
        fileprivate let positions: [SpoolPosition]
        let count: Int
        /// `nil` when no span could be read, or the request would be too large.
        let request: EncodedRequest?
        /// Why some or all spans cannot be sent; empty when all can.
        let refusal: String
    }

    private let configuration: SpoolConfiguration
    private let resource: [UInt8]
    private let maximumRequestBytes: Int
    private let writers = WriterPool()
    private let state: Locked<SpoolState>
    private let warn: @Sendable (String) -> Void
    private let prepare: @Sendable (EncodedRequest) -> EncodedRequest
    private let send: @Sendable (EncodedRequest, Int, ContinuousClock.Instant) async -> SpoolExportResult

    /// - Parameters:
    ///   - prepare: makes a request ready to be sent, once for each batch.
    ///   - send: tries once to send a request; receives the number of the attempt, from 1, and the deadline.
    init(
        configuration: SpoolConfiguration, resource: TelemetryResource, batchSize: Int, maximumRequestBytes: Int,
        warn: @escaping @Sendable (String) -> Void,
        prepare: @escaping @Sendable (EncodedRequest) -> EncodedRequest = { $0 },
        send: @escaping @Sendable (EncodedRequest, Int, ContinuousClock.Instant) async -> SpoolExportResult
    ) {
        self.configuration = configuration
        self.resource = MessageArena().packed(resource).array
        self.maximumRequestBytes = maximumRequestBytes
        self.warn = warn
        self.prepare = prepare
        self.send = send
        state = Locked(
            SpoolState(
                ring: SpoolRing(
                    segmentBytes: configuration.segmentBytes, segmentCount: configuration.segmentCount,
                    batchSize: max(1, batchSize))))
    }

    func open() -> SpoolOpening {
        guard let directory = configuration.directory else { return SpoolOpening() }
        var opening = SpoolOpening()
        do throws(SpoolError) {
            let folder = try SpoolFolder.make(in: directory)
            let hasRoom = state.withLock { state in
                state.segments.folder = folder
                if case .addSegment(let sequence) = state.ring.place(bytes: 0) { _ = state.addSegment(sequence) }
                return !state.segments.hasFallenBack
            }
            // On a full disk, the spans of other processes are safer where they are.
            let abandoned = hasRoom ? folder.abandoned : []
            opening = state.withLock { state in
                var opening = SpoolOpening()
                for folder in abandoned where !state.segments.hasFallenBack { state.adopt(folder, into: &opening) }
                return opening
            }
        } catch {
            warn(
                "telemetry: the spool's folder cannot be used: \(error); spans wait in memory and do not outlive this "
                    + "process")
        }
        perform(state.withLock { $0.takeDeferredWork(isRecording: false) })
        opening.keepsStarts = state.withLock { $0.segments.folder != nil }
        if opening.damaged > 0 {
            warn(
                "telemetry: the spool in \(directory) was damaged in \(opening.damaged) places; the rest of it is sent")
        }
        if opening.crashed > 0 {
            warn(
                "telemetry: an earlier process ended without ending \(opening.crashed) of its spans; they are sent with "
                    + "error.type=process_crash")
        }
        return opening
    }

    func started(_ span: SpanRecord, scope: InstrumentationScope) {
        let work = writers.withBytes(of: span) { bytes in
            state.withLock { state -> SpoolDeferredWork? in
                guard !state.isClosed else { return nil }
                let kept = state.keepStart(
                    id: span.spanID.value, time: span.startTime, bytes, .own(scope, resource: resource))
                state.evictedByStarts += kept.evicted
                return state.takeDeferredWork(isRecording: true)
            }
        }
        perform(work)
    }

    func append(_ span: SpanRecord, scope: InstrumentationScope) -> SpoolAdmission {
        let (admission, work) = writers.withBytes(of: span) { bytes in
            state.withLock { state in
                (self.append(span, bytes, scope, to: &state), state.takeDeferredWork(isRecording: true))
            }
        }
        perform(work)
        return admission
    }

    private func append(
        _ span: SpanRecord, _ bytes: PackedBytes, _ scope: InstrumentationScope, to state: inout SpoolState
    ) -> SpoolAdmission {
        guard !state.isClosed else {
            return .refused(errorType: "already_shutdown", message: "recorded after shutdown")
        }
        if let most = configuration.maximumSpans, state.ring.progress.waiting + state.ring.progress.inFlight >= most {
            return .refused(
                errorType: "queue_full",
                message: "the queue of \(most) spans was full; check the receiver, or raise OTEL_BSP_MAX_QUEUE_SIZE")
        }
        let kept = state.keepEnded(
            id: span.spanID.value, time: span.endTime, bytes, .own(scope, resource: resource))
        guard kept.isKept else {
            state.evictedByStarts += kept.evicted
            return .refused(errorType: "too_large", message: kept.problem)
        }
        let evicted = kept.evicted + state.evictedByStarts
        state.evictedByStarts = 0
        return .stored(isBatchReady: kept.isBatchReady, evicted: evicted)
    }

    // MARK: batches

    func take() -> Batch? {
        let mostBytes = min(maximumRequestBytes, Self.mostBatchBytes)
        let (taken, work) = state.withLock { ($0.take(mostBytes: mostBytes), $0.takeDeferredWork(isRecording: false)) }
        perform(work)
        guard let (start, parts) = taken else { return nil }
        // Reading needs no lock: written records do not change, and the parts keep their memory alive.
        var assembly = TraceRequestAssembly()
        for part in parts {
            var last: (offset: Int, origin: SpoolOrigin)?
            part.segment.walk(part.range) { record in
                guard record.kind == .ended, part.segment.isIntact(record) else { return true }
                if last?.offset != record.origin {
                    last = SpoolOrigin(part.segment, at: record.origin).map { (record.origin, $0) }
                }
                if let last { assembly.add(part.segment.memory.bytes(record.payload), last.origin) }
                return true
            }
        }
        let count = parts.reduce(0) { $0 + $1.count }
        let body = assembly.body
        var refusal = ""
        if assembly.count < count { refusal = "\(count - assembly.count) spans were damaged in the spool" }
        if body.count > maximumRequestBytes {
            refusal =
                "a span of \(body.count) bytes is larger than a request may be (\(maximumRequestBytes) bytes): limit its "
                + "attributes, or raise maximumRequestBytes"
        }
        let isSendable = assembly.count > 0 && body.count <= maximumRequestBytes
        return Batch(
            start: start, positions: parts.map(\.position), count: count,
            request: isSendable
                ? prepare(EncodedRequest(signal: .traces, body: body, recordCount: assembly.count)) : nil,
            refusal: refusal)
    }

    func export(_ batch: Batch, attempt: Int, deadline: ContinuousClock.Instant) async -> SpoolExportResult {
        guard let request = batch.request else {
            return .finished(.delivered(rejected: batch.count, message: batch.refusal))
        }
        let result = await send(request, attempt, deadline)
        guard case .finished(.delivered(let rejected, let message, let status)) = result,
            batch.count > request.recordCount
        else {
            return result
        }
        return .finished(
            .delivered(
                rejected: rejected + batch.count - request.recordCount,
                message: message.isEmpty ? batch.refusal : message, httpStatus: status))
    }

    func finish(_ batch: Batch) {
        let work = state.withLock { state in
            let lost = state.finish(batch.start, batch.positions)
            state.evictedByStarts += lost
            return state.takeDeferredWork(isRecording: false)
        }
        perform(work)
    }

    // MARK: drains and shutdown

    func requestDrain() -> UInt64 { state.withLock { $0.ring.requestDrain() } }

    var status: SpoolStatus { state.withLock { $0.status } }

    func close(isFinal: Bool) -> SpoolRemainder { state.withLock { $0.close(isFinal: isFinal) } }

    /// Does the deferred work; the lock must not be held.
    private func perform(_ work: SpoolDeferredWork?) {
        guard let work else { return }
        if let memory = work.perform(), !state.withLock({ $0.offer(memory) }) { work.discard(memory) }
        for warning in work.warnings { warn(warning) }
    }
}
