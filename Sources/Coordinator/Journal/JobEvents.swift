/// A job's events in order, from the first one asked for on; ends with the job.
///
/// There are no gaps: a reader that is further behind than the context keeps events gets a ``ContextError`` with code
/// `eventsMissed` instead of a later event.
public struct JobEvents: AsyncSequence, Sendable {
    /// The only error of reading: that events were missed.
    public typealias Failure = ContextError

    private let stream: EventStream
    private let start: @Sendable (EventStream) -> Int
    private let isIncluded: @Sendable (JobEvent) -> Bool

    init(
        _ stream: EventStream, from start: @escaping @Sendable (EventStream) -> Int,
        where isIncluded: @escaping @Sendable (JobEvent) -> Bool = { _ in true }
    ) {
        self.stream = stream
        self.start = start
        self.isIncluded = isIncluded
    }

    /// Reads one event after the other.
    public struct Iterator: AsyncIteratorProtocol {
        private let events: JobEvents
        private var position: Int

        init(_ events: JobEvents) {
            self.events = events
            position = events.start(events.stream)
        }

        public mutating func next() async throws(ContextError) -> JobEvent? {
            while let event = try await events.stream.event(at: position) {
                position += 1
                if events.isIncluded(event) { return event }
            }
            return nil
        }
    }

    public func makeAsyncIterator() -> Iterator { Iterator(self) }
}
