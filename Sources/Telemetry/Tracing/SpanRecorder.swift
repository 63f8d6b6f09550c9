import Locks
import TelemetryCatalog
import Tracing

/// The mutable part of a recording span. After its end nothing changes it any more.
final class SpanRecorder: Sendable {
    private struct State {
        var name: String
        var attributes = SpanAttributes()
        var droppedAttributes = 0
        var events: [SpanRecord.Event] = []
        var droppedEvents = 0
        var links: [SpanRecord.Link] = []
        var droppedLinks = 0
        var status = SpanRecord.Status.unset
        var hasEnded = false
    }

    private let state: Locked<State>
    private let core: TracerCore
    private let parent: SpanContext?
    private let kind: SpanRecord.Kind
    private let startTime: UInt64
    /// `Module/File.swift` of the code that started the span; its module is the span's scope.
    private let fileID: String

    init(
        core: TracerCore, name: String, parent: SpanContext?, kind: SpanRecord.Kind, startTime: UInt64, fileID: String
    ) {
        self.core = core
        self.state = Locked(State(name: name))
        self.parent = parent
        self.kind = kind
        self.startTime = startTime
        self.fileID = fileID
    }

    var isRecording: Bool { state.withLock { !$0.hasEnded } }

    var name: String {
        get { state.withLock { $0.name } }
        set { change { $0.name = newValue } }
    }

    var attributes: SpanAttributes {
        get { state.withLock { $0.attributes } }
        set {
            change { state in
                if newValue.count <= core.limits.attributes {
                    state.attributes = newValue
                } else {
                    state.droppedAttributes += Self.keep(
                        core.limits.attributes, of: newValue, into: &state.attributes)
                }
            }
        }
    }

    func setStatus(_ status: SpanStatus) {
        change { state in
            switch (state.status, status.code) {
            case (.ok, _): break
            case (_, .ok): state.status = .ok
            // `withSpan` sets a bare error after the operation may have set one with a message.
            case (.error, .error) where status.message == nil: break
            case (_, .error): state.status = .error(message: status.message ?? "")
            }
        }
    }

    func add(_ event: SpanEvent) {
        let (attributes, dropped) = FlatAttributes.make(
            event.attributes, limit: core.limits.attributesPerEvent, valueLength: core.limits.valueLength)
        change { state in
            guard state.events.count < core.limits.events else { return state.droppedEvents += 1 }
            state.events.append(
                .init(
                    name: event.name, time: event.nanosecondsSinceEpoch, attributes: attributes,
                    droppedAttributes: dropped))
        }
    }

    func add(_ link: SpanLink) {
        guard let target = link.context.spanContext else { return }
        let (attributes, _) = FlatAttributes.make(
            link.attributes, limit: core.limits.attributesPerLink, valueLength: core.limits.valueLength)
        change { state in
            guard state.links.count < core.limits.links else { return state.droppedLinks += 1 }
            state.links.append(
                .init(
                    traceID: target.traceID, spanID: target.spanID, traceState: target.traceState,
                    attributes: attributes))
        }
    }

    /// Tells the spools that this span is open.
    func announce(_ context: SpanContext) {
        core.started(
            EndedSpan(
                record: SpanRecord(
                    traceID: context.traceID, spanID: context.spanID, parentSpanID: parent?.spanID,
                    flags: context.flags, parentIsRemote: parent?.isRemote ?? false, traceState: context.traceState,
                    name: name, kind: kind, startTime: startTime, endTime: 0),
                fileID: fileID))
    }

    func end(_ context: SpanContext, at time: UInt64) {
        let ended = state.withLock { state -> State? in
            guard !state.hasEnded else { return nil }
            state.hasEnded = true
            let ended = state
            state.attributes = SpanAttributes()
            state.events = []
            state.links = []
            return ended
        }
        guard let ended else { return }
        let (attributes, dropped) = FlatAttributes.make(
            ended.attributes, limit: core.limits.attributes, valueLength: core.limits.valueLength)
        core.finish(
            EndedSpan(
                record: SpanRecord(
                    traceID: context.traceID, spanID: context.spanID, parentSpanID: parent?.spanID,
                    flags: context.flags, parentIsRemote: parent?.isRemote ?? false, traceState: context.traceState,
                    name: ended.name, kind: kind, startTime: startTime, endTime: max(startTime, time),
                    attributes: attributes, droppedAttributes: ended.droppedAttributes + dropped,
                    events: ended.events, droppedEvents: ended.droppedEvents, links: ended.links,
                    droppedLinks: ended.droppedLinks, status: ended.status),
                fileID: fileID))
    }

    private func change(_ body: (inout State) -> Void) {
        state.withLock { state in
            if !state.hasEnded { body(&state) }
        }
    }

    /// Takes over new values of keys already there, then new keys in their order until the limit is reached.
    private static func keep(_ limit: Int, of new: SpanAttributes, into kept: inout SpanAttributes) -> Int {
        var fresh: [(String, SpanAttribute)] = []
        var result = SpanAttributes()
        new.forEach { key, value in
            if kept.get(key) != nil { result.set(key, value: value) } else { fresh.append((key, value)) }
        }
        fresh.sort { $0.0 < $1.0 }
        let room = max(0, limit - result.count)
        for (key, value) in fresh.prefix(room) { result.set(key, value: value) }
        kept = result
        return fresh.count - min(room, fresh.count)
    }
}

/// An ended span on its way to the exporters.
struct EndedSpan: Sendable {
    let record: SpanRecord
    let fileID: String
}
