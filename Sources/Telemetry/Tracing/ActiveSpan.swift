import Support
import TelemetryCatalog
import Tracing

/// The active span of a `ServiceContext`: its ids and, when it is recorded here, its name, attributes, events and
/// status so far. It is a class, since a context allocates memory for it anyway. After its end a span does not change.
final class ActiveSpan: Sendable {
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

    let context: SpanContext
    /// `nil` when the span is not recorded here.
    private let recording: (state: Locked<State>, core: TracerCore)?
    private let parent: SpanContext?
    private let kind: SpanRecord.Kind
    private let startTime: UInt64
    /// `Module/File.swift` of the code that started the span; its module is the span's scope.
    private let fileID: String

    /// A span that is recorded elsewhere, or nowhere.
    init(_ context: SpanContext) {
        self.context = context
        recording = nil
        parent = nil
        kind = .internal
        startTime = 0
        fileID = ""
    }

    /// A span that is recorded here.
    init(
        _ context: SpanContext, core: TracerCore, name: String, parent: SpanContext?, kind: SpanRecord.Kind,
        startTime: UInt64, fileID: String
    ) {
        self.context = context
        recording = (Locked(State(name: name)), core)
        self.parent = parent
        self.kind = kind
        self.startTime = startTime
        self.fileID = fileID
    }

    /// The context `base` with this span as the active one.
    func context(from base: ServiceContext) -> ServiceContext {
        var context = base
        context[ActiveSpanKey.self] = self
        return context
    }

    /// Whether the span is recorded here, or was.
    var isRecorded: Bool { recording != nil }

    var isRecording: Bool { recording?.state.withLock { !$0.hasEnded } ?? false }

    /// `nil` when the span is not recorded here.
    var name: String? { recording?.state.withLock { $0.name } }

    func rename(_ name: String) { change { state, _ in state.name = name } }

    var attributes: SpanAttributes {
        get { recording?.state.withLock { $0.attributes } ?? [:] }
        set {
            change { state, core in
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
        change { state, _ in
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
        guard let core = recording?.core else { return }
        let (attributes, dropped) = FlatAttributes.make(
            event.attributes, limit: core.limits.attributesPerEvent, valueLength: core.limits.valueLength)
        change { state, _ in
            guard state.events.count < core.limits.events else { return state.droppedEvents += 1 }
            state.events.append(
                .init(
                    name: event.name, time: event.nanosecondsSinceEpoch, attributes: attributes,
                    droppedAttributes: dropped))
        }
    }

    func add(_ link: SpanLink) {
        guard let core = recording?.core, let target = link.context.spanContext else { return }
        let (attributes, _) = FlatAttributes.make(
            link.attributes, limit: core.limits.attributesPerLink, valueLength: core.limits.valueLength)
        change { state, _ in
            guard state.links.count < core.limits.links else { return state.droppedLinks += 1 }
            state.links.append(
                .init(
                    traceID: target.traceID, spanID: target.spanID, traceState: target.traceState,
                    attributes: attributes))
        }
    }

    /// Passes the start of this span to the spools that keep starts.
    func announce() {
        guard let (state, core) = recording else { return }
        core.started(
            SpanRecord(
                traceID: context.traceID, spanID: context.spanID, parentSpanID: parent?.spanID, flags: context.flags,
                parentIsRemote: parent?.isRemote ?? false, traceState: context.traceState,
                name: state.withLock { $0.name }, kind: kind, startTime: startTime, endTime: 0),
            fileID: fileID)
    }

    func end(at time: UInt64) {
        guard let (state, core) = recording else { return }
        let ended = state.withLock { state -> State? in
            guard !state.hasEnded else { return nil }
            // The state is moved out, not copied; the name stays, since it may still be read.
            var ended = State(name: state.name)
            swap(&ended, &state)
            state.hasEnded = true
            return ended
        }
        guard let ended else { return }
        let (attributes, dropped) = FlatAttributes.make(
            ended.attributes, limit: core.limits.attributes, valueLength: core.limits.valueLength)
        core.finish(
            SpanRecord(
                traceID: context.traceID, spanID: context.spanID, parentSpanID: parent?.spanID, flags: context.flags,
                parentIsRemote: parent?.isRemote ?? false, traceState: context.traceState, name: ended.name, kind: kind,
                startTime: startTime, endTime: max(startTime, time), attributes: attributes,
                droppedAttributes: ended.droppedAttributes + dropped, events: ended.events,
                droppedEvents: ended.droppedEvents, links: ended.links, droppedLinks: ended.droppedLinks,
                status: ended.status),
            fileID: fileID)
    }

    private func change(_ body: (inout State, TracerCore) -> Void) {
        guard let (state, core) = recording else { return }
        state.withLock { state in
            if !state.hasEnded { body(&state, core) }
        }
    }

    /// Updates the values of keys already there, then adds new keys in their order until the limit is reached.
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
