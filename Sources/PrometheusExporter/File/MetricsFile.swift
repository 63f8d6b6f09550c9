import Telemetry

/// A file of metrics in Prometheus text that grows with every run.
///
/// A process that runs once starts all its counters at 0, so that a scraper which sees the last run's figures never sees
/// an increase, and no alert can fire. In this file the runs are added up: counters and histograms grow, gauges show the
/// last run. node_exporter's textfile collector reads it as it is.
///
/// Processes may add at the same time: each takes a lock (`PATH.lock`), and replaces the file as a whole.
public struct MetricsFile: Sendable {
    /// Where the file is; node_exporter wants a name that ends in `.prom`.
    public let path: String
    /// How long to wait for other processes. Default 10 s.
    public let lockTimeout: Duration
    /// The largest file that is read, in bytes. Default 64 MiB.
    public let sizeLimit: Int

    /// Names a file; nothing happens yet.
    public init(path: String, lockTimeout: Duration = .seconds(10), sizeLimit: Int = 64 << 20) {
        self.path = path
        self.lockTimeout = lockTimeout
        self.sizeLimit = sizeLimit
    }

    /// Adds a run's figures to the file, which is made when there is none.
    ///
    /// - Parameters:
    ///   - records: the run's cumulative collection, taken once, at its end.
    ///   - resource: what produced them.
    /// - Throws: when the file cannot be used; then it is as it was.
    public func add(_ records: [MetricRecord], resource: TelemetryResource) throws(MetricsFileError) {
        try update(MetricFamily.families(of: records, scopeLabels: true), resource)
    }

    /// Makes the series of a run visible with the value 0, as far as the file does not have them yet.
    ///
    /// Called when a run starts, this lets a scraper see the first failure as an increase from 0 to 1.
    /// - Throws: when the file cannot be used; then it is as it was.
    public func declare(_ records: [MetricRecord], resource: TelemetryResource) throws(MetricsFileError) {
        let families = MetricFamily.families(of: records, scopeLabels: true)
            .filter { $0.value.kind != .gauge }.mapValues(\.zeroed)
        try update(families, resource, keepsGauges: true)
    }

    private func update(
        _ new: [String: MetricFamily], _ resource: TelemetryResource, keepsGauges: Bool = false
    ) throws(MetricsFileError) {
        let file = try LockedFile(path: path, lockTimeout: lockTimeout, sizeLimit: sizeLimit)
        let text = try file.readText()
        var families: [String: MetricFamily]
        do throws(TextParser.Failure) {
            families = try TextParser.parse(text)
        } catch {
            throw notUnderstood("line \(error.line): \(error.reason)")
        }
        if !keepsGauges { families = families.filter { $0.value.kind != .gauge } }
        for (name, family) in new {
            guard let old = families[name] else {
                families[name] = family
                continue
            }
            guard old.kind == family.kind else {
                throw notUnderstood("it holds \(name) as a \(old.kind.rawValue), now it is a \(family.kind.rawValue)")
            }
            families[name] = old.adding(family)
        }
        try file.replace(
            with: PrometheusText.render(families, target: PrometheusText.targetLabels(resource), openMetrics: false))
    }

    private func notUnderstood(_ reason: String) -> MetricsFileError {
        MetricsFileError(
            .notUnderstood, path: path, "\(reason). It was left as it is: move it away, or name another file")
    }
}

extension MetricFamily {
    /// The same series without what they counted.
    var zeroed: MetricFamily {
        var result = self
        result.series = series.mapValues { sample in
            switch sample {
            case .number(.whole, _): .number(.whole(0))
            case .number(.real, _): .number(.real(0))
            case .distribution(let distribution):
                .distribution(
                    .init(
                        bounds: distribution.bounds, counts: distribution.counts.map { _ in 0 }, sum: .whole(0)))
            }
        }
        return result
    }

    /// This family with another run's figures; help and unit are the other's.
    func adding(_ run: MetricFamily) -> MetricFamily {
        var result = run
        guard kind != .gauge else { return result }
        result.series = series.merging(run.series) { old, new in
            switch (old, new) {
            case (.number(let old, _), .number(let new, _)): .number(old + new)
            case (.distribution(let old), .distribution(let new)) where old.bounds == new.bounds:
                .distribution(
                    .init(
                        bounds: old.bounds, counts: zip(old.counts, new.counts).map { $0 &+ $1 },
                        sum: old.sum + new.sum))
            // Bounds changed between two versions: to a scraper this is a restart, which it handles.
            default: new
            }
        }
        return result
    }
}
