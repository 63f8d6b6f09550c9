import Support

/// The channels of all exporters, by signal.
struct Channels: Sendable {
    let spans: [any SpanChannel]
    let logs: [ExportChannel<LogRecord>]
    let metrics: [ExportChannel<[MetricRecord]>]

    init(
        resource: TelemetryResource, configuration: TelemetryConfiguration, exporters: [any SignalExporter],
        selfMetrics: SelfMetrics, problems: DeliveryProblems, clock: any Clock<Duration>,
        warn: @escaping @Sendable (String) -> Void
    ) {
        func options<Element>(
            _: Element.Type, _ index: Int, _ empty: SignalBatch, _ limits: BatchLimits, _ variable: String
        ) -> ExportChannel<Element>.Options {
            let destination = exporters[index].destination(of: empty)
            let metrics = selfMetrics.component(
                empty.signal, exporterType: exporters[index].componentType(for: empty), server: destination,
                index: index, capacity: limits.queueCapacity)
            return .init(
                signal: empty.signal, exporter: exporters[index], destination: destination,
                address: exporters[index].address(of: empty), resource: resource, limits: limits, metrics: metrics,
                problems: problems, capacityVariable: variable)
        }
        let scopes = SpanScopes()
        func spanChannel(_ index: Int) -> any SpanChannel {
            let options: ExportChannel<EndedSpan>.Options = options(
                EndedSpan.self, index, .spans([], scope: SelfMetrics.scope), configuration.spanBatch,
                "OTEL_BSP_MAX_QUEUE_SIZE")
            let spool = (exporters[index] as? any SpoolingExporter)?.makeSpanSpool(
                resource: resource, batchSize: configuration.spanBatch.batchSize, warn: warn)
            guard let spool else {
                return ExportChannel(options, count: { _ in 1 }, batches: { scopes.batches($0) })
            }
            return Self.channel(
                spool,
                SpoolChannelOptions(
                    limits: configuration.spanBatch, destination: options.destination, address: options.address,
                    metrics: options.metrics, problems: problems, scopes: scopes, clock: clock))
        }
        spans = exporters.indices.filter { configuration.traceExporters.contains(exporters[$0].name) }.map(spanChannel)
        logs = exporters.indices.filter { configuration.logExporters.contains(exporters[$0].name) }.map { index in
            ExportChannel(
                options(LogRecord.self, index, .logs([]), configuration.logBatch, "OTEL_BLRP_MAX_QUEUE_SIZE"),
                count: { _ in 1 }, batches: { [.logs($0)] })
        }
        // One record is one collection. When a receiver is down for longer than 16 intervals, collections are lost.
        let limits = BatchLimits(
            queueCapacity: 16, batchSize: 1, delay: configuration.metricInterval,
            exportTimeout: configuration.metricTimeout)
        metrics = exporters.indices.filter { configuration.metricExporters.contains(exporters[$0].name) }.map { index in
            ExportChannel(
                options([MetricRecord].self, index, .metrics([]), limits, "OTEL_METRIC_EXPORT_INTERVAL"),
                count: { $0.reduce(0) { $0 + $1.points.count } }, batches: { $0.map { .metrics($0) } })
        }
    }

    private static func channel(_ spool: some SpanSpool, _ options: SpoolChannelOptions) -> any SpanChannel {
        SpoolChannel(spool, options)
    }

    /// Starts the tasks that export, and the timer tasks for delays and intervals.
    ///
    /// - Returns: the timer tasks, which run until they are cancelled.
    func start(
        configuration: TelemetryConfiguration, clock: any Clock<Duration>, reader: PushReader
    ) -> [Task<Void, Never>] {
        var tickers: [Task<Void, Never>] = []
        for channel in spans {
            channel.start(workers: configuration.concurrentExports)
            tickers.append(Self.ticker(configuration.spanBatch.delay, clock) { _ = channel.requestDrain() })
        }
        for channel in logs {
            channel.pipeline.start(workers: 1)
            tickers.append(Self.ticker(configuration.logBatch.delay, clock) { channel.pipeline.requestDrain() })
        }
        for channel in metrics { channel.pipeline.start(workers: 1) }
        if !metrics.isEmpty {
            tickers.append(Self.ticker(configuration.metricInterval, clock) { self.push(from: reader, isFinal: false) })
        }
        return tickers
    }

    /// Collects metrics and queues them for every exporter.
    func push(from reader: PushReader, isFinal: Bool) {
        guard !metrics.isEmpty else { return }
        reader.push(isFinal: isFinal) { records in
            guard !records.isEmpty else { return }
            for channel in metrics { channel.pipeline.append(records) }
        }
    }

    /// Why the latest attempt failed of a batch that is still to be sent.
    var pending: DeliveryCause? {
        (spans.lazy.map(\.pending) + logs.lazy.map(\.pending) + metrics.lazy.map(\.pending)).lazy.compactMap(\.self)
            .first
    }

    func refresh() {
        for channel in spans { channel.refresh() }
        for channel in logs { channel.refresh() }
        for channel in metrics { channel.refresh() }
    }

    private static func ticker(
        _ interval: Duration, _ clock: any Clock<Duration>, _ action: @escaping @Sendable () -> Void
    ) -> Task<Void, Never> {
        Task {
            while !Task.isCancelled {
                do { try await clock.sleep(for: interval) } catch { return }
                action()
            }
        }
    }
}

/// Groups spans by their scope: the module whose code started them.
final class SpanScopes: Sendable {
    private struct Known {
        /// The scope by file; bounded by the number of source files that start spans.
        var byFile: [String: InstrumentationScope] = [:]
        var last: (fileID: String, scope: InstrumentationScope)?
    }

    private let known = Locked(Known())

    func batches(_ spans: [EndedSpan]) -> [SignalBatch] {
        var order: [InstrumentationScope] = []
        var groups: [InstrumentationScope: [SpanRecord]] = [:]
        for span in spans {
            let scope = scope(of: span.fileID)
            if groups[scope] == nil { order.append(scope) }
            groups[scope, default: []].append(span.record)
        }
        return order.map { .spans(groups[$0] ?? [], scope: $0) }
    }

    func scope(of fileID: String) -> InstrumentationScope {
        known.withLock { known in
            // Consecutive spans often come from one file, and a comparison is cheaper than a look-up.
            if let last = known.last, last.fileID == fileID { return last.scope }
            let scope = known.byFile[fileID] ?? InstrumentationScope(name: String(fileID.prefix { $0 != "/" }))
            known.byFile[fileID] = scope
            known.last = (fileID, scope)
            return scope
        }
    }
}
