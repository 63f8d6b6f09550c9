import Synchronization
import Telemetry

/// A spool in a list, whose exports end as told; the last answer again and again.
final class ScriptedSpool: SpanSpool {
    struct Batch: SpoolBatch {
        let start: UInt64, names: [String]
        var count: Int { names.count }
    }

    struct State {
        var waiting: [String] = []
        var accepted: UInt64 = 0
        var drainThrough: UInt64 = 0
        var underWay: [UInt64] = []
        var answers: [SpoolExportResult]
        var attempts: [Int] = []
        var delivered: [String] = []
        var started: [String] = []
        var isClosed = false
        var hasEnded = false
    }

    let state: Mutex<State>
    let opening: SpoolOpening
    let remainder: SpoolRemainder
    let admission: SpoolAdmission?

    /// - Parameters:
    ///   - admission: the answer to every span; `nil` keeps them.
    init(
        _ answers: SpoolExportResult..., opening: SpoolOpening = SpoolOpening(), admission: SpoolAdmission? = nil,
        remainder: SpoolRemainder = SpoolRemainder()
    ) {
        state = Mutex(State(answers: answers))
        self.opening = opening
        self.admission = admission
        self.remainder = remainder
    }

    var attempts: [Int] { state.withLock { $0.attempts } }
    var delivered: [String] { state.withLock { $0.delivered } }
    var started: [String] { state.withLock { $0.started } }
    var hasEnded: Bool { state.withLock { $0.hasEnded } }

    func open() -> SpoolOpening {
        var opening = opening
        opening.keepsStarts = true
        return opening
    }

    func started(_ span: SpanRecord, scope: InstrumentationScope) {
        state.withLock { $0.started.append("\(span.name) in \(scope.name)") }
    }

    func append(_ span: SpanRecord, scope: InstrumentationScope) -> SpoolAdmission {
        if let admission { return admission }
        return state.withLock { state in
            guard !state.isClosed else { return .refused(errorType: "already_shutdown", message: "closed") }
            state.waiting.append(span.name)
            state.accepted += 1
            return .stored(isBatchReady: state.waiting.count % 2 == 0, evicted: 0)
        }
    }

    func take() -> Batch? {
        state.withLock { state in
            let first = state.accepted - UInt64(state.waiting.count)
            guard state.waiting.count >= 2 || (!state.waiting.isEmpty && state.drainThrough > first) else { return nil }
            let names = Array(state.waiting.prefix(2))
            state.waiting.removeFirst(names.count)
            state.underWay.append(first)
            return Batch(start: first, names: names)
        }
    }

    func export(_ batch: Batch, attempt: Int, deadline: ContinuousClock.Instant) async -> SpoolExportResult {
        state.withLock { state in
            state.attempts.append(attempt)
            let answer = state.answers.count > 1 ? state.answers.removeFirst() : state.answers[0]
            if case .finished(.delivered) = answer { state.delivered += batch.names }
            return answer
        }
    }

    func finish(_ batch: Batch) { state.withLock { $0.underWay.removeAll { $0 == batch.start } } }

    func requestDrain() -> UInt64 {
        state.withLock { state in
            state.drainThrough = state.accepted
            return state.accepted
        }
    }

    var status: SpoolStatus {
        state.withLock { state in
            let first = state.accepted - UInt64(state.waiting.count)
            return SpoolStatus(
                waiting: state.waiting.count, inFlight: state.underWay.count, capacity: 77,
                hasBatch: state.waiting.count >= 2 || (!state.waiting.isEmpty && state.drainThrough > first),
                oldestUnfinished: state.underWay.min() ?? first,
                keepsRemainder: remainder.kept > 0 && remainder.lost == 0)
        }
    }

    func close(isFinal: Bool) -> SpoolRemainder {
        state.withLock { state in
            state.isClosed = true
            state.hasEnded = state.hasEnded || isFinal
        }
        return isFinal ? remainder : SpoolRemainder()
    }
}

extension SpoolExportResult {
    static func delivered(rejected: Int, message: String, httpStatus: Int? = nil) -> SpoolExportResult {
        .finished(.delivered(rejected: rejected, message: message, httpStatus: httpStatus))
    }

    static func refused(errorType: String, message: String) -> SpoolExportResult {
        .finished(.failed(errorType: errorType, message: message))
    }
}

/// An exporter in front of that spool; metrics and logs go to another one, or nowhere.
struct ScriptedSpoolExporter: SpoolingExporter {
    let spool: ScriptedSpool
    var destination: ExportDestination?
    var others: HangingExporter?

    func destination(of batch: SignalBatch) -> ExportDestination? { destination }
    func componentType(for batch: SignalBatch) -> String { "spooling_exporter" }

    func export(
        _ batch: SignalBatch, resource: TelemetryResource, deadline: ContinuousClock.Instant
    ) async -> ExportResult {
        await others?.export(batch, resource: resource, deadline: deadline) ?? .delivered()
    }

    func makeSpanSpool(
        resource: TelemetryResource, batchSize: Int, warn: @escaping @Sendable (String) -> Void
    ) -> (any SpanSpool)? { spool }
}
