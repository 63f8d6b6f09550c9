import Logging
import Tracing

/// Writes log lines, as text for people or JSON for machines, to a sink such as the terminal.
public struct ConsoleLogHandler: LogHandler {
    /// How a line looks.
    public enum Format: String, Sendable, Hashable, CaseIterable {
        /// `12:03:04.123 WARN  coordinator.retry.scheduled agent=drafter attempt.number=2`, in local time.
        case text
        /// One JSON object per line with `time`, `level`, `message`, `logger`, `trace_id`, `span_id` and `attributes`.
        case json
    }

    /// Metadata that every line carries.
    public var metadata: Logger.Metadata = [:]
    /// Adds metadata at the time of the line.
    public var metadataProvider: Logger.MetadataProvider?
    /// Lines below this level are left out. Default `info`.
    public var logLevel: Logger.Level

    private let scope: InstrumentationScope
    private let format: Format
    private let sink: @Sendable (String) -> Void

    /// Makes a handler.
    ///
    /// - Parameters:
    ///   - label: the logger's label.
    ///   - sink: takes one line at a time, its newline included.
    public init(
        label: String, format: Format = .text, level: Logger.Level = .info,
        sink: @escaping @Sendable (String) -> Void = ConsoleSink.standardError
    ) {
        scope = InstrumentationScope(name: label)
        self.format = format
        logLevel = level
        self.sink = sink
    }

    /// One value of ``metadata``.
    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Writes one line.
    public func log(event: LogEvent) {
        write(
            LogRecord(
                event, time: DefaultTracerClock.now.nanosecondsSinceEpoch,
                metadata: metadata.merging(metadataProvider?.get() ?? [:]) { $1 },
                span: ServiceContext.currentSpanContext, scope: scope))
    }

    func write(_ record: LogRecord) {
        switch format {
        case .text: sink(TextLogLine.render(record))
        case .json: sink(JSONLogLine.render(record))
        }
    }
}
