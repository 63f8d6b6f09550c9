import Foundation
import Metrics
import PrometheusExporter
import Telemetry

/// Measures a scrape of 10,000 series, and how much it slows threads that record meanwhile: `Scrape [ROUNDS]` prints
/// one line of JSON.
@main
struct Main {
    /// Agents with five counters and a histogram of thirteen bounds each: 21 series, as Prometheus counts.
    static let agents = 476
    static let bounds = 13

    static func main() async {
        let rounds = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 30
        let system = TelemetrySystem(resource: TelemetryResource([]), exporters: [], warn: { _ in })
        let before = residentMegabytes()
        let recorders = makeSeries(system)
        var times: [Double] = []
        var bytes = 0
        for _ in 0...rounds {
            let start = ContinuousClock.now
            let text = PrometheusText.render(
                system.collectMetrics(), resource: system.resource, format: .openMetrics)
            times.append(milliseconds(since: start))
            bytes = text.utf8.count
        }
        // The first round is warm-up.
        times = times.dropFirst().sorted()
        let quiet = await latencies(of: recorders, whileScraping: nil)
        let busy = await latencies(of: recorders, whileScraping: system)
        print(
            """
            {"series": \(agents * (5 + bounds + 3)), "scrape_ms": {"median": \(times[times.count / 2]), \
            "worst": \(times[times.count - 1])}, "text_bytes": \(bytes), \
            "memory_mb": \(residentMegabytes() - before), "record_ns": {"quiet": \(quiet), "scraped": \(busy)}}
            """)
    }

    static func makeSeries(_ system: TelemetrySystem) -> [Recorder] {
        var recorders: [Recorder] = []
        for agent in 0..<agents {
            let name = ("gen_ai.agent.name", "agent-\(agent)")
            for outcome in ["succeeded", "failed", "timeout", "cancelled", "rejected"] {
                Counter(
                    label: "coordinator.agent.runs", dimensions: [name, ("coordinator.outcome", outcome)],
                    factory: system.metricsFactory
                ).increment()
            }
            let recorder = Recorder(
                label: "gen_ai.invoke_agent.duration", dimensions: [name], aggregate: true,
                factory: system.metricsFactory)
            recorder.record(0.3)
            recorders.append(recorder)
        }
        return recorders
    }

    /// How long single recordings take, in nanoseconds: the median, and the slowest of a thousand.
    static func latencies(of recorders: [Recorder], whileScraping system: TelemetrySystem?) async -> String {
        let scraper = system.map { system in
            Task.detached {
                while !Task.isCancelled {
                    _ = PrometheusText.render(
                        system.collectMetrics(), resource: system.resource, format: .openMetrics)
                }
            }
        }
        var times: [Double] = []
        for index in 0..<200_000 {
            let recorder = recorders[index % recorders.count]
            let start = ContinuousClock.now
            recorder.record(0.3)
            times.append(milliseconds(since: start) * 1e6)
        }
        scraper?.cancel()
        await scraper?.value
        times.sort()
        return "{\"median\": \(Int(times[times.count / 2])), \"p999\": \(Int(times[times.count * 999 / 1000]))}"
    }

    static func milliseconds(since start: ContinuousClock.Instant) -> Double {
        let elapsed = (ContinuousClock.now - start).components
        return Double(elapsed.seconds) * 1e3 + Double(elapsed.attoseconds) / 1e15
    }

    /// The resident memory of the process, in MB.
    static func residentMegabytes() -> Double {
        let fields = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?.split(separator: " ") ?? []
        return fields.count > 1 ? (Double(fields[1]) ?? 0) * 4096 / 1_048_576 : .nan
    }
}
