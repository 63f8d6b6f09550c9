/// A 16-byte trace id; all zero is invalid.
public struct TraceID: Sendable, Hashable {
    /// The first eight bytes, big-endian.
    public let high: UInt64
    /// The last eight bytes, big-endian.
    public let low: UInt64

    /// Makes an id from its two halves.
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }
}

/// An 8-byte span id; zero is invalid.
public struct SpanID: Sendable, Hashable {
    /// The eight bytes, big-endian.
    public let value: UInt64

    /// Makes an id.
    public init(_ value: UInt64) { self.value = value }
}

/// One ended span, as exporters receive it.
public struct SpanRecord: Sendable, Hashable {
    /// The role of a span in a call.
    public enum Kind: Sendable, Hashable {
        /// An operation within the process.
        case `internal`
        /// The handling of a request that came from elsewhere.
        case server
        /// A request to elsewhere whose answer is waited for.
        case client
        /// The making of a message that is handled later, without waiting for that.
        case producer
        /// The handling of such a message.
        case consumer
    }

    /// Whether the span's operation succeeded.
    public enum Status: Sendable, Hashable {
        /// Nobody said; by the specification no error.
        case unset
        /// Somebody said that it succeeded.
        case ok
        /// It failed, with this message; empty when none was given.
        case error(message: String)
    }

    /// Something that happened at one instant.
    public struct Event: Sendable, Hashable {
        /// The event's name.
        public var name: String
        /// Nanoseconds since 1970.
        public var time: UInt64
        /// The event's attributes, in no particular order.
        public var attributes: [Attribute]
        /// Attributes left out by a limit.
        public var droppedAttributes: Int

        /// Makes an event.
        public init(name: String, time: UInt64, attributes: [Attribute] = [], droppedAttributes: Int = 0) {
            self.name = name
            self.time = time
            self.attributes = attributes
            self.droppedAttributes = droppedAttributes
        }
    }

    /// A reference to another span.
    public struct Link: Sendable, Hashable {
        /// The other span's trace.
        public var traceID: TraceID
        /// The other span.
        public var spanID: SpanID
        /// The W3C trace state, empty when there is none.
        public var traceState: String
        /// The link's attributes, in no particular order.
        public var attributes: [Attribute]

        /// Makes a link.
        public init(traceID: TraceID, spanID: SpanID, traceState: String = "", attributes: [Attribute] = []) {
            self.traceID = traceID
            self.spanID = spanID
            self.traceState = traceState
            self.attributes = attributes
        }
    }

    /// The trace the span belongs to.
    public var traceID: TraceID
    /// The span's own id.
    public var spanID: SpanID
    /// The parent's id, `nil` for a root.
    public var parentSpanID: SpanID?
    /// W3C trace flags; bit 0 is "sampled", bit 1 says that the trace's id is random.
    public var flags: UInt8
    /// Whether the parent lives in another process.
    public var parentIsRemote: Bool
    /// The W3C trace state, empty when there is none.
    public var traceState: String
    /// The span's name.
    public var name: String
    /// The span's kind.
    public var kind: Kind
    /// Start, in nanoseconds since 1970.
    public var startTime: UInt64
    /// End, in nanoseconds since 1970; never before the start.
    public var endTime: UInt64
    /// The span's attributes, in no particular order.
    public var attributes: [Attribute]
    /// Attributes left out by a limit.
    public var droppedAttributes: Int
    /// The span's events, in the order in which they were added.
    public var events: [Event]
    /// Events left out by a limit.
    public var droppedEvents: Int
    /// The span's links.
    public var links: [Link]
    /// Links left out by a limit.
    public var droppedLinks: Int
    /// The span's status.
    public var status: Status

    /// Makes a record.
    public init(
        traceID: TraceID, spanID: SpanID, parentSpanID: SpanID? = nil, flags: UInt8 = 1, parentIsRemote: Bool = false,
        traceState: String = "", name: String, kind: Kind = .internal, startTime: UInt64, endTime: UInt64,
        attributes: [Attribute] = [], droppedAttributes: Int = 0, events: [Event] = [], droppedEvents: Int = 0,
        links: [Link] = [], droppedLinks: Int = 0, status: Status = .unset
    ) {
        self.traceID = traceID
        self.spanID = spanID
        self.parentSpanID = parentSpanID
        self.flags = flags
        self.parentIsRemote = parentIsRemote
        self.traceState = traceState
        self.name = name
        self.kind = kind
        self.startTime = startTime
        self.endTime = endTime
        self.attributes = attributes
        self.droppedAttributes = droppedAttributes
        self.events = events
        self.droppedEvents = droppedEvents
        self.links = links
        self.droppedLinks = droppedLinks
        self.status = status
    }
}
