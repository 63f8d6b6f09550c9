import Support
import Telemetry

/// A file of metrics in Prometheus text that grows with every run.
///
/// The counters of a process that runs once start at 0, so a scraper that only sees the values of the last run never
/// sees an increase, and no alert can fire. This file adds the runs up: counters and histograms grow, gauges show the
/// last run. node_exporter's textfile collector reads the file as it is.
///
/// Processes may add to the file at the same time: each takes a lock (`PATH.lock`), and replaces the file as a whole.
public struct MetricsFile: Sendable {
    /// The path of the file; node_exporter reads only names that end in `.prom`.
    public let path: String
    /// How long to wait for other processes. Default 10 s.
    public let lockTimeout: Duration
    /// The largest file that is read, in bytes. Default 64 MiB.
    public let sizeLimit: Int

    /// Names a file, which is neither read nor made yet.
    public init(path: String, lockTimeout: Duration = .seconds(10), sizeLimit: Int = 64 << 20) {
        self.path = path
        self.lockTimeout = lockTimeout
        self.sizeLimit = sizeLimit
    }

    /// Adds the metrics of a run to the file, which is made when it does not exist.
    ///
    /// - Parameters:
    ///   - records: the run's cumulative collection, taken once, at its end.
    ///   - resource: what produced the records.
    /// - Throws: ``MetricsFileError`` when the file cannot be used; the file is unchanged then.
    public func add(_ records: [MetricRecord], resource: TelemetryResource) throws(MetricsFileError) {
        try update(MetricFamily.families(of: records, scopeLabels: true), resource)
    }

    /// Adds the series of a run that the file does not have yet, with the value 0.
    ///
    /// Called when a run starts, this lets a scraper see the first failure as an increase from 0 to 1.
    /// - Throws: ``MetricsFileError`` when the file cannot be used; the file is unchanged then.
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
    /// The same series with the value 0.
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

    /// This family with the values of another run added; help and unit are those of the other run.
    func adding(_ run: MetricFamily) -> MetricFamily {
        var result = run
        guard kind != .gauge else { return result }
        result.series = series.merging(run.series) { old, new in
            switch (old, new) {
            case (.number(let old, _), .number(let new, _)): .number(old + new)
            case (.distribution(let old), .distribution(let new)) where old.bounds == new.bounds:
                .distribution(
                    .init(
                        bounds: old.bounds, counts: zip(old.counts, new.counts).map { $0.addingSaturated($1) },
                        sum: old.sum + new.sum))
            // The bounds have changed between two versions: a scraper sees a counter reset, which it handles.
            default: new
            }
        }
        return result
    }
}
