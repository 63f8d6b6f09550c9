import Dispatch
import Glibc
import Metrics
import Telemetry
import Tracing
import Workload

/// Measures the cost of recording for the instrumented code: `Recording [ROUNDS [WHAT]]` prints one line of JSON for
/// each bar with the best of ROUNDS rounds, in nanoseconds per operation. Compare ratios within one run, since absolute
/// times depend on the machine.
@main
struct Main {
    struct Bar {
        let name: String
        /// The most nanoseconds per operation; `nil` for a baseline that the others are compared with.
        let bar: Double?
        let operations: Int
        let run: (_ operations: Int) -> Void
    }

    static func main() {
        let rounds = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 100
        let recording = system(.alwaysOn)
        let silent = system(.alwaysOff)
        var viewed = TelemetryConfiguration()
        viewed.views = [MetricView(name: "viewed", attributes: .except(["agent"]))]
        let views = TelemetrySystem(resource: TelemetryResource([]), configuration: viewed, warn: { _ in })
        let bars = metricBars(recording, views) + spanBars(recording, silent)
        let what = CommandLine.arguments.dropFirst(2).first
        for bar in bars where what.map({ bar.name.hasPrefix($0) }) ?? true {
            var best = Double.infinity
            for _ in 0..<max(1, rounds) {
                let start = nanoseconds()
                bar.run(bar.operations)
                best = min(best, (nanoseconds() - start) / Double(bar.operations))
            }
            let limit = bar.bar.map { "\($0)" } ?? "null"
            let isMet = bar.bar.map { best <= $0 ? "true" : "false" } ?? "null"
            print(
                "{\"what\": \"\(bar.name)\", \"ns\": \((best * 10).rounded() / 10), \"bar_ns\": \(limit), \"met\": \(isMet)}"
            )
        }
    }

    private static func system(_ sampler: Sampler) -> TelemetrySystem {
        var configuration = TelemetryConfiguration()
        configuration.sampler = sampler
        // Without exporters, so that only the work of the recording thread is measured.
        return TelemetrySystem(resource: TelemetryResource([]), configuration: configuration, warn: { _ in })
    }

    private static func metricBars(_ system: TelemetrySystem, _ views: TelemetrySystem) -> [Bar] {
        let dimensions = [("agent", "a"), ("outcome", "succeeded")]
        let counter = Counter(label: "counter", dimensions: dimensions, factory: system.metricsFactory)
        let viewed = Counter(label: "viewed", dimensions: dimensions, factory: views.metricsFactory)
        let timer = Timer(label: "timer", dimensions: dimensions, factory: system.metricsFactory)
        let meter = Meter(label: "meter", dimensions: dimensions, factory: system.metricsFactory)
        let threads = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        return [
            Bar(name: "clock", bar: nil, operations: 50_000) { count in
                for _ in 0..<count { _ = nanoseconds() }
            },
            Bar(name: "counter", bar: 10, operations: 100_000) { count in
                for _ in 0..<count { counter.increment() }
            },
            Bar(name: "counter with a view", bar: 10, operations: 100_000) { count in
                for _ in 0..<count { viewed.increment() }
            },
            Bar(name: "meter", bar: nil, operations: 100_000) { count in
                for _ in 0..<count { meter.set(Int64(1)) }
            },
            Bar(name: "histogram", bar: 25, operations: 100_000) { count in
                for index in 0..<count { timer.recordNanoseconds(Int64(index & 0xFFFF) &* 65_536) }
            },
            Bar(name: "histogram, all cores", bar: nil, operations: 100_000) { count in
                DispatchQueue.concurrentPerform(iterations: threads) { _ in
                    for index in 0..<count / threads { timer.recordNanoseconds(Int64(index & 0xFFFF) &* 65_536) }
                }
            },
        ]
    }

    private static func spanBars(_ recording: TelemetrySystem, _ silent: TelemetrySystem) -> [Bar] {
        return [
            Bar(name: "span without attributes", bar: nil, operations: 2_000) { count in
                for _ in 0..<count { recording.tracer.startSpan("bare", context: .topLevel).end() }
            },
            Bar(name: "span with ten attributes", bar: 3_000, operations: 1_000) { count in
                for index in 0..<count { SampleSpan.record(index, recording.tracer) }
            },
            Bar(name: "span not sampled", bar: 300, operations: 5_000) { count in
                for _ in 0..<count { silent.tracer.startSpan("bare", context: .topLevel).end() }
            },
        ]
    }

    private static func nanoseconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) * 1e9 + Double(time.tv_nsec)
    }
}
