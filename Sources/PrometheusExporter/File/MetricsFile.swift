import Support
import Telemetry

/// A file of metrics in Prometheus text that grows with every run.
///
/// The counters of a process that runs once start at 0, so a scraper that only sees the values of the last run never
/// sees an increase, and no alert can fire. This file adds the runs up: counters and histograms grow, gauges show the
/// last run. node_exporter's textfile collector reads the file as it is.
///
/// Processes may add to the file at the same time: each takes a lock (`PATH.lock`), and replaces the file as a whole.
/// So one file serves all runs of a machine, and must: of a series that stands in two files node_exporter shows one
/// value.
public struct MetricsFile: Sendable {
    /// The path of the file; node_exporter reads only names that end in `.prom`.
    public let path: String
    /// How long to wait for other processes. Default 10 s.
    public let lockTimeout: Duration
    /// The largest file that is read, in bytes, and the most that is read of the other metrics files in its folder
    /// together. Default 64 MiB.
    public let sizeLimit: Int

    /// Names a file, which is neither read nor made yet.
    public init(path: String, lockTimeout: Duration = .seconds(10), sizeLimit: Int = 64 << 20) {
        self.path = path
        self.lockTimeout = lockTimeout
        self.sizeLimit = sizeLimit
    }

    /// Adds the metrics of a run to the file, which is made when it does not exist.
    ///
    /// A new file can be read by all, whatever the umask; an existing one keeps its mode, and its owner where this
    /// process may give files away. Lines of others stay in it.
    ///
    /// - Parameters:
    ///   - records: the run's cumulative collection, taken once, at its end.
    ///   - resource: what produced the records.
    /// - Returns: what those who read the file must know, as sentences; usually none.
    /// - Throws: ``MetricsFileError`` when the file cannot be used; the file is unchanged then.
    @discardableResult
    public func add(
        _ records: [MetricRecord], resource: TelemetryResource
    ) throws(MetricsFileError) -> [String] {
        try update(records, resource, keepsGauges: false) { $0 }
    }

    /// Adds the series of a run that the file does not have yet, with the value 0.
    ///
    /// Called when a run starts, this lets a scraper see the first failure as an increase from 0 to 1.
    /// - Returns: what those who read the file must know, as sentences: that another file in its folder has the same
    ///   series, for example, since node_exporter shows only one of two values.
    /// - Throws: ``MetricsFileError`` when the file cannot be used; the file is unchanged then.
    @discardableResult
    public func declare(
        _ records: [MetricRecord], resource: TelemetryResource
    ) throws(MetricsFileError) -> [String] {
        let notes = try update(records, resource, keepsGauges: true) { families in
            families.filter { $0.value.kind != .gauge }.mapValues(\.zeroed)
        }
        let neighbours = NeighbourFiles(of: path, bytesLimit: sizeLimit)
        return notes + [neighbours.note(ownership: .init(records, resource))].compactMap(\.self)
    }

    private func update(
        _ records: [MetricRecord], _ resource: TelemetryResource, keepsGauges: Bool,
        _ choose: ([String: MetricFamily]) -> [String: MetricFamily]
    ) throws(MetricsFileError) -> [String] {
        let all = MetricFamily.families(of: records, scopeLabels: true)
        let target = PrometheusText.target(resource)
        let file = try LockedFile(path: path, lockTimeout: lockTimeout, sizeLimit: sizeLimit)
        let (text, identity) = try file.read()
        let content: TextParser.Content
        do throws(TextParser.Failure) {
            content = try TextParser.parse(text, ownership: .init(records, resource, families: all))
        } catch {
            throw notUnderstood("line \(error.line): \(error.reason)")
        }
        var families = content.families
        for (name, family) in families
        where family.kind == .gauge && !(keepsGauges && name != PrometheusText.targetInfo) {
            families[name] = family.keeping(content.others[name, default: []])
        }
        for family in choose(all).values + [target].compactMap(\.self) {
            if let clash = family.sampleNames.first(where: content.foreignNames.contains) {
                throw notUnderstood("it holds \(clash), which is written here, as something else")
            }
            let name = family.declaredName
            // A gauge of former runs is replaced by whatever the run has, so its kind may change; another's may not.
            guard let old = families[name], old.kind == family.kind || !isOwnGauge(old, content.others[name]) else {
                families[name] = family
                continue
            }
            guard old.kind == family.kind else {
                throw notUnderstood("it holds \(name) as a \(old.kind.rawValue), now it is a \(family.kind.rawValue)")
            }
            families[name] = old.adding(family)
        }
        let targets = families.removeValue(forKey: PrometheusText.targetInfo)
        let own = PrometheusText.render(families.values, target: targets, openMetrics: false)
        return [try file.replace(with: content.foreign + own, as: identity)].compactMap { note in
            note.map { "the metrics file \(path) \($0)" }
        }
    }

    private func isOwnGauge(_ family: MetricFamily, _ others: Set<ExactString>?) -> Bool {
        family.kind == .gauge && (others ?? []).isEmpty
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

    /// The family with some of its series; `nil` when it has none of them.
    func keeping(_ kept: Set<ExactString>) -> MetricFamily? {
        var result = self
        result.series = series.filter { kept.contains($0.key) }
        return result.series.isEmpty ? nil : result
    }

    /// This family with the values of another run added; help and unit are those of the other run.
    func adding(_ run: MetricFamily) -> MetricFamily {
        var result = run
        guard kind != .gauge else {
            result.series.merge(series) { new, _ in new }
            return result
        }
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
